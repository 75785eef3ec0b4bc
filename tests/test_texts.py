"""The texts of our own."""

import lzma
import re

import make_book_text
import make_greek_text
import pytest

from w2vlib.course.texts import book_text, greek_text


def test_the_prose_of_a_cell_is_left_without_formulas_links_and_marks():
    source = """(chap-a)=
# A *title*

See [chapter 3](03-target.ipynb) for $M^\\star$:

$$
x^2
$$

```{admonition} Predict
:class: tip

- one **half**
```

```python
code = 1
```
```{solution-start} ex-a
```
"""
    assert make_book_text.plain(source).splitlines() == [
        "A title",
        "See chapter 3 for:",
        "Predict",
        "one half",
    ]


def test_each_chapter_has_its_text_and_nothing_but_words_is_in_it():
    files = sorted(book_text().iterdir())
    assert [path.name for path in files] == [f"{path.stem}.txt.xz" for path in make_book_text.chapters()]
    for path in files:
        text = lzma.decompress(path.read_bytes()).decode()
        assert not re.search(r"[][{}$`|\\]|^\s|\n\n", text), path.name
        assert len(text.split()) > 1000, path.name


def test_the_greek_text_is_the_one_that_its_grammar_makes():
    (path,) = greek_text().iterdir()
    assert lzma.decompress(path.read_bytes()).decode() == make_greek_text.text()


@pytest.mark.parametrize(
    ("word", "case", "adjective", "right"),
    [
        ("ψαράς", 0, "παλιός", "ο παλιός ψαράς"),
        ("ψαράς", 1, "παλιός", "τον παλιό ψαρά"),
        ("βάρκα", 1, None, "τη βάρκα"),
        ("άγκυρα", 1, None, "την άγκυρα"),
        ("βάρκα", 1, "παλιός", "την παλιά βάρκα"),
        ("σούπα", 0, "ζεστός", "η ζεστή σούπα"),
        ("ντομάτα", 1, None, "την ντομάτα"),
        ("δίχτυ", 1, "βαρύς", "το βαρύ δίχτυ"),
        ("φάρος", 1, "βαρύς", "τον βαρύ φάρο"),
    ],
)
def test_articles_nouns_and_adjectives_agree(word, case, adjective, right):
    assert make_greek_text.phrase(word, case, adjective) == right


def test_every_word_of_the_greek_grammar_is_known_and_agrees_with_its_verb():
    nouns = make_greek_text.NOUNS
    for who, _, deeds, manners in make_greek_text.KINDS.values():
        assert set(who.split()) <= set(nouns) and set(manners.split()) <= set(make_greek_text.ADJECTIVES)
        for deed in deeds.split("; "):
            verbs, _, objects = deed.partition(": ")
            assert len(verbs.split()) == 2 and set(objects.split()) <= set(nouns)
    forms = {form for _, *forms in nouns.values() for form in forms}
    assert all(form[0].islower() and form.isalpha() for form in forms)
    for text in make_greek_text.text().splitlines():
        for line in text.removesuffix(".").split(". "):
            words = line.split()
            verbs = {v: k for *_, deeds, _ in make_greek_text.KINDS.values() for d in deeds.split("; ")
                     for k, v in enumerate(d.partition(":")[0].split())}  # fmt: skip
            found = [verbs[word] for word in words if word in verbs]
            assert found == [int("και" in words)] or not found  # two people, the plural
