"""The texts of our own."""

import lzma
import re

import make_book_text

from w2vlib.course.texts import book_text


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
        "See chapter 3 for :",
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
