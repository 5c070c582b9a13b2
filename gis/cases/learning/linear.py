"""Learning labels from texts: one linear model, made of three that are weak alone where texts are few.

Before: `vectors`. After: `judge` measures it, `keeping` writes it down. A linear support vector machine draws the
lines, complement naive Bayes (Rennie 2003) steadies it on few texts, and what a label's name says about themes speaks
first. All three are linear in the same columns, so that their sum is one matrix, and a proposal can name its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from gis.cases.learning.themes import Theme, shipped
from gis.cases.learning.vectors import Vectors, learned
from gis.errors import InputError

Array = NDArray[np.float64]

MOST_PROPOSED = 3
STEADYING = 0.5
"""How much naive Bayes says beside the machine, in its standard deviations."""
BEFOREHAND = 0.5
"""How much a label's own name says."""
TEMPERATURES = np.geomspace(0.05, 2, 40)


@dataclass(frozen=True)
class Proposal:
    """A label that words may belong to, how probable, and the words that spoke for it."""

    label: str
    probability: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """What was learned: `weights` is labels × columns; scores over `temperature` become probabilities."""

    labels: tuple[str, ...]
    vectors: Vectors
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float = 1.0

    def scores(self, texts: Sequence[str]) -> Array:
        """Give each text's score for each label, shape (texts, labels)."""
        return np.asarray(self.vectors.rows(texts) @ self.weights.T + self.bias, dtype=np.float64)

    def probabilities(self, texts: Sequence[str]) -> Array:
        """Give each text's probability of each label; rows sum to 1."""
        return soft(self.scores(texts) / self.temperature)

    def propose(self, text: str, most: int = MOST_PROPOSED) -> list[Proposal]:
        """Give the most probable labels of a text, the best first."""
        row = self.vectors.rows([text])
        sure = soft(np.asarray(row @ self.weights.T + self.bias) / self.temperature)[0]
        best = np.argsort(-sure, kind="stable")[:most]
        return [Proposal(self.labels[one], float(sure[one]), self._spoke(row, int(one))) for one in best]

    def _spoke(self, row: csr_matrix, label: int, most: int = 3) -> tuple[str, ...]:
        """Name the grams that spoke most for a label against the others."""
        columns = row.indices[row.indices < len(self.vectors.names)]
        values = row.data[: len(columns)]
        gains = values * (self.weights[label, columns] - self.weights[:, columns].mean(axis=0))
        best = [place for place in np.argsort(-gains) if len(self.vectors.names[columns[place]]) > 1]
        return tuple(self.vectors.names[columns[place]] for place in best[:most] if gains[place] > 0)


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    hints: Mapping[str, str] | None = None,
    themes: Sequence[Theme] | None = None,
    seed: int = 0,
) -> Model:
    """Learn labels from texts.

    Parameters
    ----------
    texts, labels : sequence of str
        As many of one as of the other; at least two different labels.
    hints : mapping of str to str, optional
        Words known beforehand of a label: name and keywords of a category. They count as one text more.
    themes : sequence of Theme, optional
        By default those of `data/codes/themes.csv`; an empty sequence learns from the texts alone.
    seed : int

    Raises
    ------
    InputError
        When there are no two labels to tell apart.
    """
    names = tuple(sorted(set(labels)))
    if len(names) < 2:  # noqa: PLR2004
        raise InputError("至少要有两个类别才能学习。 There must be at least two categories to tell apart.")
    known = shipped() if themes is None else tuple(themes)
    told = _told(names, hints or {}, known)
    all_texts = [*texts, *(words for _, words in told)]
    places = {name: place for place, name in enumerate(names)}
    answers = np.array([places[label] for label in (*labels, *(label for label, _ in told))])
    vectors = learned(all_texts, known)
    rows = vectors.rows(all_texts)
    machine, bias = _machine(rows, answers, seed)
    weights = machine + _steadied(rows, answers)
    weights[:, len(vectors.names) :] += BEFOREHAND * _named(names, known)
    return Model(names, vectors, weights.astype(np.float32), bias.astype(np.float32))


def warmed(model: Model, scores: Array, answers: NDArray[np.int64]) -> Model:
    """Set the temperature at which scores of texts that were kept aside give the truest probabilities."""
    losses = [-np.log(_right(soft(scores / one), answers) + 1e-12).mean() for one in TEMPERATURES]
    return replace(model, temperature=float(TEMPERATURES[int(np.argmin(losses))]))


def soft(scores: Array) -> Array:
    """Turn rows of scores into probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _right(sure: Array, answers: NDArray[np.int64]) -> Array:
    return np.asarray(sure[np.arange(len(answers)), answers])


def _told(names: Sequence[str], hints: Mapping[str, str], themes: Sequence[Theme]) -> list[tuple[str, str]]:
    """Give what is known of the labels beforehand, as texts: hints, and the words of themes their names mean."""
    said = [(name, hints[name]) for name in names if name in hints]
    return said + [(name, " ".join(one.words)) for name in names for one in themes if one.means(name)]


def _machine(rows: csr_matrix, answers: NDArray[np.int64], seed: int) -> tuple[Array, Array]:
    from sklearn.svm import LinearSVC

    found = LinearSVC(C=0.5, random_state=seed).fit(rows, answers)
    if len(found.classes_) == 2:  # noqa: PLR2004 - scikit-learn then keeps one line for both
        return np.vstack([-found.coef_, found.coef_]), np.r_[-found.intercept_, found.intercept_]
    return np.array(found.coef_), np.array(found.intercept_)


def _steadied(rows: csr_matrix, answers: NDArray[np.int64]) -> Array:
    from sklearn.naive_bayes import ComplementNB

    found = ComplementNB(alpha=0.3, norm=True).fit(rows, answers)
    logs = found.feature_log_prob_ if len(found.classes_) > 1 else np.zeros((1, rows.shape[1]))
    centred = logs - logs.mean(axis=0, keepdims=True)
    spread = float(np.asarray(rows @ centred.T).std()) or 1.0
    return np.asarray(STEADYING * centred / spread)


def _named(names: Sequence[str], themes: Sequence[Theme]) -> Array:
    """Give, labels × themes, what a label's name says; a theme that several names mean is shared among them."""
    means = np.array([[float(one.means(name)) for one in themes] for name in names]).reshape(
        len(names), len(themes)
    )
    return np.asarray(means / np.maximum(means.sum(axis=0, keepdims=True), 1))
