"""What is known before anything was learned: themes of public service, each with the words people use for it.

Before: `data/codes/themes.csv`, which a city edits. After: `vectors` counts a text's themes, `linear` gives a label
the themes that its own name speaks of. A theme says what a text is about, never which label it must get.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from gis.cases.learning.grams import plain


@dataclass(frozen=True)
class Theme:
    """A theme: the parts of a label's name that mean it, and the words that speak of it."""

    name: str
    labels: tuple[str, ...]
    words: tuple[str, ...]

    def means(self, label: str) -> bool:
        """Say whether a label's name speaks of this theme."""
        return any(part in label for part in self.labels)


@lru_cache(maxsize=1)
def shipped() -> tuple[Theme, ...]:
    """Give the themes of `data/codes/themes.csv`."""
    with files("data").joinpath("codes/themes.csv").open(encoding="utf-8") as lines:
        return tuple(
            Theme(row["theme"], tuple(row["names"].split(";")), tuple(row["words"].lower().split(";")))
            for row in csv.DictReader(lines)
        )


def spoken(themes: Sequence[Theme], texts: Sequence[str]) -> NDArray[np.float64]:
    """Say how much each text speaks of each theme.

    Returns
    -------
    ndarray, shape (texts, themes)
        Rows of length 1, or 0 where no word of any theme stands. A word of n signs counts n - 1 (one sign: 1/2), times
        the logarithm of one more than its count: long words are surer, and repeating one does not shout.
    """
    counts = np.zeros((len(texts), len(themes)))
    for row, text in enumerate(map(plain, texts)):
        for column, theme in enumerate(themes):
            said = ((word, text.count(word)) for word in theme.words if word in text)
            counts[row, column] = sum(max(len(word) - 1, 0.5) * np.log1p(count) for word, count in said)
    counts = np.log1p(counts)
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    return np.asarray(np.divide(counts, lengths, out=counts, where=lengths > 0))
