"""Texts as rows of numbers: weighted grams, then themes.

Before: `grams`, `themes`. After: `linear` learns on them and asks with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from gis.cases.learning.grams import grams
from gis.cases.learning.themes import Theme, spoken

MOST_GRAMS = 40_000
MANY_TEXTS = 2000
"""From so many texts on, a gram that stands in one of them only is left out."""


@dataclass(frozen=True)
class Vectors:
    """The columns of the rows: grams with their weights, and themes."""

    names: tuple[str, ...]
    rareness: NDArray[np.float32]
    themes: tuple[Theme, ...]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Give the column of each gram."""
        return {name: column for column, name in enumerate(self.names)}

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Give a row a text.

        Returns
        -------
        csr_matrix, shape (texts, grams + themes)
            Grams: (1 + ln count) times ln((1 + texts) / (1 + texts with it)) + 1 (Salton's tf-idf, smoothed), each row
            of length 1; themes: `themes.spoken`.
        """
        counted = _matrix([self._row(text) for text in texts], len(self.names))
        return hstack([counted, csr_matrix(spoken(self.themes, texts))], format="csr")

    def _row(self, text: str) -> dict[int, float]:
        known = {self.columns[gram]: count for gram, count in grams(text).items() if gram in self.columns}
        weights = {column: (1 + np.log(count)) * self.rareness[column] for column, count in known.items()}
        length = float(np.sqrt(sum(weight**2 for weight in weights.values()))) or 1.0
        return {column: float(weight) / length for column, weight in weights.items()}


def learned(texts: Sequence[str], themes: Sequence[Theme]) -> Vectors:
    """Choose the grams of some texts: the ones most texts have, when there are too many."""
    held: Counter[str] = Counter()
    for text in texts:
        held.update(grams(text).keys())
    least = 2 if len(texts) >= MANY_TEXTS else 1
    kept = sorted(held.items(), key=lambda item: (-item[1], item[0]))[:MOST_GRAMS]
    names = tuple(name for name, count in kept if count >= least)
    counts = np.array([held[name] for name in names], dtype=np.float64)
    rareness = np.log((1 + len(texts)) / (1 + counts)) + 1
    return Vectors(names, rareness.astype(np.float32), tuple(themes))


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_matrix:
    starts = np.cumsum([0, *(len(row) for row in rows)])
    columns = [column for row in rows for column in row]
    values = [value for row in rows for value in row.values()]
    return csr_matrix((np.array(values, dtype=np.float64), columns, starts), shape=(len(rows), width))
