"""How good is what was learned? Measured on texts it has not seen, with every class by itself.

Before: `linear`. After: `wangge learn categories` prints it, `history` stores it beside the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.cases.learning.linear import Model, fit, warmed
from gis.cases.learning.themes import Theme
from gis.errors import InputError

FOLDS = 5
MANY_TEXTS = 3000
"""From so many texts on, one fifth is kept aside once instead of each fifth in turn."""


@dataclass(frozen=True)
class ClassJudged:
    """One label: its texts, and how many of them, and of those given to it, were right."""

    label: str
    texts: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        """Give the share of those given it that are its; 0 when none was."""
        return self.right / self.given if self.given else 0.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of both; 0 when both are."""
        return 2 * self.right / (self.texts + self.given) if self.texts + self.given else 0.0


@dataclass(frozen=True)
class Judged:
    """What a model did on texts it had not seen."""

    texts: int
    right: int
    among_three: int
    classes: tuple[ClassJudged, ...]

    @property
    def accuracy(self) -> float:
        """Give the share of right answers."""
        return self.right / self.texts if self.texts else 0.0

    @property
    def macro_f1(self) -> float:
        """Give the mean of the classes' F1, each counting the same."""
        return sum(one.f1 for one in self.classes) / max(1, len(self.classes))

    def as_json(self) -> dict[str, Any]:
        """Give all of it with the rates, as it is stored and printed."""
        rates = {"accuracy": round(self.accuracy, 4), "macro_f1": round(self.macro_f1, 4)}
        classes = [asdict(one) | {"f1": round(one.f1, 4)} for one in self.classes]
        return rates | {
            "texts": self.texts,
            "right": self.right,
            "among_three": self.among_three,
            "classes": classes,
        }


@dataclass(frozen=True)
class Learned:
    """A model of all texts, how models made the same way did on texts kept aside, and whether themes helped."""

    model: Model
    judged: Judged
    with_themes: bool
    left_out: Mapping[str, int]


def learn(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    hints: Mapping[str, str] | None = None,
    themes: Sequence[Theme] | None = None,
    seed: int = 0,
) -> Learned:
    """Learn from all texts, after measuring on texts kept aside in equal shares of each label.

    A label with a single text cannot be measured and is left out. What is known beforehand (themes, hints) is used
    unless learning without it did better on the texts kept aside; of the two the better figure is the one given, which
    flatters by about the noise between them.

    Raises
    ------
    InputError
        When fewer than two labels have two texts.
    """
    counts = Counter(labels)
    kept = [place for place, label in enumerate(labels) if counts[label] > 1]
    texts, labels = [texts[place] for place in kept], [labels[place] for place in kept]
    if len(set(labels)) < 2:  # noqa: PLR2004
        raise InputError(
            "至少要有两个类别、每类两条以上的文字才能学习。 Learning needs two categories with two texts each."
        )
    ways: list[dict[str, Any]] = [
        {"hints": hints, "themes": themes, "seed": seed},
        {"hints": None, "themes": (), "seed": seed},
    ]
    tried = [_kept_aside(texts, labels, way) for way in ways]
    best = 0 if tried[0].judged.accuracy >= tried[1].judged.accuracy else 1
    model = replace(fit(texts, labels, **ways[best]), temperature=tried[best].model.temperature)
    return Learned(
        model,
        tried[best].judged,
        best == 0,
        {label: count for label, count in counts.items() if count == 1},
    )


def judge(model: Model, texts: Sequence[str], labels: Sequence[str]) -> Judged:
    """Measure a model on labelled texts; a label it does not know counts as wrong.

    Raises
    ------
    InputError
        When there is no text.
    """
    if not texts:
        raise InputError("没有可评的文字。 There is no text to judge on.")
    return _counted(model.labels, model.scores(texts), labels)


@dataclass(frozen=True)
class _Tried:
    model: Model
    judged: Judged


def _kept_aside(texts: Sequence[str], labels: Sequence[str], way: dict[str, Any]) -> _Tried:
    """Learn on a part and ask the rest, until each fifth (or one, of many) was asked."""
    names = tuple(sorted(set(labels)))
    scores = np.full((len(texts), len(names)), -10.0)
    asked: list[int] = []
    model = None
    for aside in _shares(labels):
        chosen = set(aside)
        rest = [place for place in range(len(texts)) if place not in chosen]
        model = fit([texts[place] for place in rest], [labels[place] for place in rest], **way)
        columns = [names.index(label) for label in model.labels]
        scores[np.ix_(aside, columns)] = model.scores([texts[place] for place in aside])
        asked += aside
    answers = np.array([names.index(labels[place]) for place in asked], dtype=np.int64)
    assert model is not None, "there is at least one share"  # noqa: S101 - for the reader
    heated = warmed(model, scores[asked], answers)
    return _Tried(heated, _counted(names, scores[asked], [labels[place] for place in asked]))


def _shares(labels: Sequence[str]) -> list[list[int]]:
    """Deal the texts of each label in turn, so that each share has its part of every label; without chance."""
    shares: list[list[int]] = [[] for _ in range(FOLDS)]
    dealt = 0
    for label in sorted(set(labels)):
        own = [place for place, one in enumerate(labels) if one == label]
        spread = np.random.default_rng(0).permutation(len(own))
        for turn in spread:
            shares[dealt % FOLDS].append(own[int(turn)])
            dealt += 1
    filled = [share for share in shares if share]
    return filled[:1] if len(labels) >= MANY_TEXTS else filled


def _counted(names: Sequence[str], scores: NDArray[np.float64], labels: Sequence[str]) -> Judged:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    first = [names[row[0]] for row in order]
    pairs = list(zip(first, labels, strict=True))
    texts, given = Counter(labels), Counter(first)
    right = Counter(label for got, label in pairs if got == label)
    among = sum(label in {names[one] for one in row} for row, label in zip(order, labels, strict=True))
    classes = tuple(ClassJudged(name, texts[name], given[name], right[name]) for name in sorted(texts))
    return Judged(len(pairs), right.total(), among, classes)
