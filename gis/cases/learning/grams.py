"""Cutting words into grams, the same way when learning and when asked.

Before: nothing (pure). After: `vectors`. Chinese has no blanks: single signs and pairs of neighbours stand for words;
Latin words stay whole; numbers say no category and become one sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

LONGEST = 4000
"""Signs of a text that are read; what is wrong is said before that."""
_PIECES = re.compile(r"[a-z][a-z']*|[0-9]+|[\u3400-\u9fff]+")


def grams(text: str) -> Counter[str]:
    """Count the grams of a text: Chinese signs and neighbouring pairs, Latin words and neighbouring words."""
    found: Counter[str] = Counter()
    words: list[str] = []
    for piece in _PIECES.findall(plain(text)):
        if piece[0] >= "\u3400":
            found.update(piece)
            found.update(first + second for first, second in pairwise(piece))
        else:
            words.append("0" if piece[0].isdigit() else piece)
    found.update(words)
    found.update(f"{first} {second}" for first, second in pairwise(words))
    return found


def plain(text: str) -> str:
    """Write a text in one form: narrow signs, small letters, no more than is read."""
    return unicodedata.normalize("NFKC", text[:LONGEST]).lower()
