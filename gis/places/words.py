"""The ways in which somebody may begin to type a name: letters, parts, pinyin, initials.

Before: `geocoder.keys`. After: `places.indexing` stores them, `places.suggest` looks for them with what was typed,
folded alike: 幸福花園, 幸福花园, xingfu, xfhy and 福花 all begin a word of 幸福花园.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple, cast

from pypinyin import Style, lazy_pinyin

from gis.places.address.cleaning import clean
from gis.places.geocoder.keys import BOUNDARY, fold

LONGEST = 40
LEAST_PART = 2


class Form(IntEnum):
    """How a word stands for a name; the smaller, the nearer."""

    NAME = 0
    INITIALS = 1
    PINYIN = 2
    PART = 3


class Word(NamedTuple):
    """One word under which a name is found."""

    text: str
    form: Form


def typed(words: str) -> str:
    """Fold what was typed: simplified script, small letters, plain digits, no marks and no blanks."""
    return fold(clean(words).text).replace(BOUNDARY, "")


def words_of(folded: str) -> list[Word]:
    """Give every word of a folded name."""
    return list(dict.fromkeys(_words(folded.replace(BOUNDARY, "")[:LONGEST])))


def _words(name: str) -> Iterator[Word]:
    if not name:
        return
    yield Word(name, Form.NAME)
    for syllables in _readings(name):
        yield Word("".join(one[0] for one in syllables), Form.INITIALS)
        yield Word("".join(syllables), Form.PINYIN)
    for at in range(1, len(name) - LEAST_PART + 1):
        yield Word(name[at:], Form.PART)


def _readings(name: str) -> list[list[str]]:
    """Give the syllables as the words are read, and letter by letter where that differs (长 is zhang or chang)."""
    together = _syllables(name)
    alone = [syllable for letter in name for syllable in _syllables(letter)]
    return [together] if together == alone else [together, alone]


def _syllables(text: str) -> list[str]:
    """Give one syllable a letter; digits and Latin letters stand for themselves."""
    return lazy_pinyin(text, style=Style.NORMAL, errors=cast("Any", list))
