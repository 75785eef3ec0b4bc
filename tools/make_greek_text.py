"""Make a small text in Greek, from a grammar of our own: days of six kinds, told in short sentences.

Each line is a day: a kind is drawn, such as the sea or the school, and six to nine sentences about it, one
in seven of them about the weather instead.  Articles, nouns and adjectives agree; the article keeps or
drops its final ν as the rules of spelling ask.  Run as::

    python tools/make_greek_text.py

which writes ``w2vlib/course/texts/greek/days.txt.xz``, always the same bytes.
"""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np

OUTPUT = Path(__file__).resolve().parents[1] / "w2vlib" / "course" / "texts" / "greek" / "days.txt.xz"
DAYS, SEED = 360, 27

#: Gender, nominative and accusative.
NOUNS = {
    word: (gender, word, accusative or word)
    for gender, words in {
        "m": "ψαράς ψαρά, καπετάνιος καπετάνιο, ναύτης ναύτη, φάρος φάρο, μάγειρας μάγειρα, φούρναρης φούρναρη, "
        "δάσκαλος δάσκαλο, μαθητής μαθητή, πίνακας πίνακα, βοσκός βοσκό, κηπουρός κηπουρό, παππούς παππού, "
        "κήπος κήπο, έμπορος έμπορο, πελάτης πελάτη, ταχυδρόμος ταχυδρόμο, λογαριασμός λογαριασμό, ήλιος ήλιο, "
        "αέρας αέρα, γιατρός γιατρό, άρρωστος άρρωστο, ουρανός ουρανό",
        "f": "γιαγιά, μητέρα, δασκάλα, μαθήτρια, γυναίκα, νοσοκόμα, βάρκα, άγκυρα, πίτα, σούπα, ντομάτα, κατσαρόλα, "
        "σάλτσα, ιστορία, άσκηση, λέξη, τσάντα, κατσίκα, αγελάδα, ελιά, εφημερίδα, βροχή, πληγή, συνταγή, ένεση",
        "n": "παιδί, κορίτσι, αγόρι, δίχτυ, ψάρι, κύμα, πανί, κουπί, πλοίο, χταπόδι, ψωμί, κρέας, γλυκό, νερό, αυγό, "
        "κρεμμύδι, τυρί, λεμόνι, ζυμάρι, πιάτο, ποτήρι, κουτάλι, τραπέζι, βιβλίο, ποίημα, μάθημα, γράμμα, τετράδιο, "
        "παράθυρο, αλφάβητο, τραγούδι, πρόβατο, κοπάδι, δέντρο, χωράφι, λουλούδι, σιτάρι, σταφύλι, μήλο, αμπέλι, "
        "ρούχο, παπούτσι, χαλί, εισιτήριο, δέμα, σύννεφο, χιόνι, φάρμακο, χέρι, πόδι, θερμόμετρο",
    }.items()
    for word, _, accusative in (entry.partition(" ") for entry in words.split(", "))
}
ARTICLES = {"m": ("ο", "τον"), "f": ("η", "την"), "n": ("το", "το")}
#: Masculine, feminine and neuter of the nominative; the masculine accusative loses its final ς.
ADJECTIVES = {
    "μεγάλος": "μεγάλη μεγάλο", "μικρός": "μικρή μικρό", "παλιός": "παλιά παλιό", "γρήγορος": "γρήγορη γρήγορο",
    "ζεστός": "ζεστή ζεστό", "νόστιμος": "νόστιμη νόστιμο", "φρέσκος": "φρέσκια φρέσκο", "αλμυρός": "αλμυρή αλμυρό",
    "δύσκολος": "δύσκολη δύσκολο", "εύκολος": "εύκολη εύκολο", "καινούργιος": "καινούργια καινούργιο",
    "όμορφος": "όμορφη όμορφο", "ψηλός": "ψηλή ψηλό", "πράσινος": "πράσινη πράσινο", "ώριμος": "ώριμη ώριμο",
    "άσπρος": "άσπρη άσπρο", "ακριβός": "ακριβή ακριβό", "φτηνός": "φτηνή φτηνό", "καλός": "καλή καλό",
    "βαρύς": "βαριά βαρύ",
}  # fmt: skip
#: Of each kind of day: who, where, and what is done to what (singular, plural: objects), in which manner things are.
KINDS = {
    "sea": (
        "ψαράς καπετάνιος ναύτης παιδί",
        "στη θάλασσα, στο λιμάνι, στο νησί, στην ακτή, κοντά στον φάρο",
        "ρίχνει ρίχνουν: δίχτυ άγκυρα; τραβάει τραβούν: δίχτυ βάρκα κουπί; βλέπει βλέπουν: κύμα πλοίο φάρος πανί; "
        "δένει δένουν: βάρκα πλοίο πανί; καθαρίζει καθαρίζουν: ψάρι χταπόδι βάρκα; πιάνει πιάνουν: ψάρι χταπόδι κουπί",
        "μεγάλος μικρός παλιός γρήγορος βαρύς",
    ),
    "kitchen": (
        "μάγειρας γιαγιά μητέρα φούρναρης κορίτσι",
        "στην κουζίνα, στον φούρνο, στην αυλή, δίπλα στη φωτιά",
        "ψήνει ψήνουν: ψωμί πίτα κρέας ψάρι γλυκό; βράζει βράζουν: σούπα νερό αυγό; κόβει κόβουν: ψωμί ντομάτα "
        "κρεμμύδι τυρί λεμόνι; ζυμώνει ζυμώνουν: ψωμί ζυμάρι; πλένει πλένουν: πιάτο κατσαρόλα ποτήρι κουτάλι; "
        "στρώνει στρώνουν: τραπέζι; δοκιμάζει δοκιμάζουν: σούπα σάλτσα γλυκό πίτα",
        "ζεστός νόστιμος φρέσκος αλμυρός μεγάλος",
    ),
    "school": (
        "δάσκαλος δασκάλα μαθητής μαθήτρια αγόρι κορίτσι",
        "στο σχολείο, στην τάξη, στη βιβλιοθήκη, στο θρανίο",
        "διαβάζει διαβάζουν: βιβλίο ιστορία ποίημα μάθημα; γράφει γράφουν: γράμμα άσκηση λέξη ποίημα; ανοίγει "
        "ανοίγουν: βιβλίο τετράδιο τσάντα παράθυρο; μαθαίνει μαθαίνουν: αλφάβητο τραγούδι μάθημα ποίημα; εξηγεί "
        "εξηγούν: άσκηση μάθημα λέξη; σβήνει σβήνουν: πίνακας λέξη",
        "δύσκολος εύκολος καινούργιος όμορφος μεγάλος",
    ),
    "land": (
        "βοσκός κηπουρός παππούς αγόρι",
        "στο βουνό, στο χωριό, στον κάμπο, στη στάνη, κάτω από την ελιά",
        "φυλάει φυλούν: πρόβατο κοπάδι κατσίκα; αρμέγει αρμέγουν: κατσίκα αγελάδα; ποτίζει ποτίζουν: δέντρο κήπος "
        "χωράφι λουλούδι; οργώνει οργώνουν: χωράφι; μαζεύει μαζεύουν: ελιά σιτάρι σταφύλι μήλο; φυτεύει φυτεύουν: "
        "δέντρο αμπέλι λουλούδι; κλαδεύει κλαδεύουν: δέντρο αμπέλι ελιά",
        "ψηλός πράσινος ώριμος άσπρος μικρός",
    ),
    "market": (
        "έμπορος πελάτης γυναίκα ταχυδρόμος",
        "στην αγορά, στο μαγαζί, στην πόλη, στον δρόμο, στην πλατεία",
        "πουλάει πουλούν: μήλο τυρί ψάρι ρούχο παπούτσι χαλί; αγοράζει αγοράζουν: μήλο τυρί ρούχο παπούτσι εισιτήριο; "
        "πληρώνει πληρώνουν: λογαριασμός εισιτήριο έμπορος; ζυγίζει ζυγίζουν: τυρί κρέας μήλο; φέρνει φέρνουν: γράμμα "
        "δέμα εφημερίδα χαλί",
        "ακριβός φτηνός όμορφος βαρύς φρέσκος",
    ),
    "hospital": (
        "γιατρός νοσοκόμα άρρωστος μητέρα",
        "στο νοσοκομείο, στο ιατρείο, στο κρεβάτι, στο δωμάτιο",
        "δίνει δίνουν: φάρμακο θερμόμετρο νερό; κοιτάζει κοιτάζουν: πληγή πόδι χέρι θερμόμετρο; δένει δένουν: πληγή χέρι "
        "πόδι; γράφει γράφουν: συνταγή; παίρνει παίρνουν: φάρμακο συνταγή; κάνει κάνουν: ένεση",
        "καλός καινούργιος μεγάλος μικρός",
    ),
}
WEATHER = (
    "ήλιος: λάμπει ανατέλλει δύει; βροχή: πέφτει σταματάει δυναμώνει; αέρας: φυσάει δυναμώνει σταματάει; χιόνι: πέφτει λιώνει; "
    "σύννεφο: φεύγει έρχεται; ουρανός: καθαρίζει σκοτεινιάζει"
)
TIMES = ("το πρωί", "το μεσημέρι", "το απόγευμα", "το βράδυ", "σήμερα", "κάθε μέρα")


def article(gender: str, case: int, following: str) -> str:
    """The article; την keeps its ν before vowels, κ, π, τ, ξ, ψ and μπ, ντ, γκ, and τον always does."""
    form = ARTICLES[gender][case]
    if form == "την" and not (following[0] in "αάεέηήιίοόυύωώκπτξψ" or following[:2] in ("μπ", "ντ", "γκ")):
        return "τη"
    return form


def phrase(word: str, case: int, adjective: str | None = None) -> str:
    """A noun with its article and perhaps an adjective; case 0 is the nominative, 1 the accusative."""
    gender, *forms = NOUNS[word]
    parts = [forms[case]]
    if adjective:
        feminine, neuter = ADJECTIVES[adjective].split()
        masculine = adjective[:-1] if case else adjective
        parts.insert(0, {"m": masculine, "f": feminine, "n": neuter}[gender])
    return " ".join([article(gender, case, parts[0]), *parts])


def sentence(rng: np.random.Generator, kind: str) -> str:
    who, places, deeds, manners = KINDS[kind]
    choose = lambda given: given[int(rng.integers(len(given)))]  # noqa: E731
    verbs, _, objects = choose(deeds.split("; ")).partition(": ")
    singular, plural = verbs.split()
    people = rng.permutation(who.split())[: 1 + int(rng.random() < 0.3)]
    subject = " και ".join(phrase(person, 0) for person in people)
    adjective = choose(manners.split()) if rng.random() < 0.5 else None
    said = [subject, singular if len(people) == 1 else plural, phrase(choose(objects.split()), 1, adjective)]
    if rng.random() < 0.5:
        said.append(choose(places.split(", ")))
    if rng.random() < 0.3:
        said.insert(0, choose(TIMES))
    return " ".join(said)


def weather(rng: np.random.Generator) -> str:
    entries = WEATHER.split("; ")
    what, _, verbs = entries[int(rng.integers(len(entries)))].partition(": ")
    verb = verbs.split()[int(rng.integers(len(verbs.split())))]
    return f"{TIMES[int(rng.integers(len(TIMES)))]} {phrase(what, 0)} {verb}"


def day(rng: np.random.Generator) -> str:
    kind = [*KINDS][int(rng.integers(len(KINDS)))]
    told = [weather(rng) if rng.random() < 1 / 7 else sentence(rng, kind) for _ in range(rng.integers(6, 10))]
    return " ".join(f"{line[0].upper()}{line[1:]}." for line in told)


def text() -> str:
    """Return all days, one a line."""
    rng = np.random.default_rng(SEED)
    return "".join(f"{day(rng)}\n" for _ in range(DAYS))


if __name__ == "__main__":
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_bytes(lzma.compress(text().encode(), preset=9 | lzma.PRESET_EXTREME))
