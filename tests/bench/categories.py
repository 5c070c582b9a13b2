"""`python -m tests.bench.categories`: the category learner beside plain TF-IDF with a linear model, in the same run.

Each set is halved, each half learned once and asked once, three times over; what is printed are means. The messages of
`messages.csv` are samples written for this bench; "with padding" puts the usual phrases of letters around them, and
"short" cuts them in half as well. The sample town's complaints are asked for their field, one sentence a kind of
trouble, so that no sentence is seen before. Boston's names of requests (not part of the project) are asked for their
reason.
"""

from __future__ import annotations

import csv
import gzip
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from data.sample.complaints import COMPLAINTS
from gis.cases.learning.linear import fit

HERE = Path(__file__).parent
ROUNDS = 3
LEAST_A_REASON = 4
Set = tuple[list[str], list[str]]
Way = Callable[[list[str], list[str], list[str]], Sequence[str]]
PADDING = (
    "尊敬的领导您好，我是一名普通市民。",
    "我们多次向有关部门反映，打了热线，至今没有结果。",
    "相关部门互相推诿，让我们跑断了腿。",
    "请领导关注民生，为我们做主，谢谢！",
    "我们去了镇政府、信访局、派出所，都说不归他们管。",
    "附近住着三百多户居民，有老人、小孩、学生，大家都苦不堪言。",
    "我们家两个孩子上学，父母年老多病，爱人在外地打工。",
    "当时签了合同，交了钱，现在找不到人，电话也打不通。",
    "每天上班下班都要经过这里，看着心里难受。",
    "网上查到的政策和窗口说的不一样，到底以哪个为准？",
    "随着城市的发展，新区建设越来越快，配套却跟不上。",
    "希望领导到现场看一看，给予书面回复，不胜感激。",
)


def messages() -> Set:
    with (HERE / "messages.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def padded(share: float) -> Set:
    texts, labels = messages()
    chance = np.random.default_rng(5)
    cut = [text[: int(len(text) * share)] for text in texts]
    return [
        str(chance.choice(PADDING)) + text + "".join(chance.choice(PADDING, 4, replace=False)) for text in cut
    ], labels


def complaints() -> Set:
    with (HERE.parents[1] / "data" / "codes" / "categories.csv").open(encoding="utf-8") as lines:
        fields = {row["code"]: row["field"] for row in csv.DictReader(lines)}
    pairs = [
        (body, fields[code]) for code, (_, bodies) in COMPLAINTS.items() if code in fields for body in bodies
    ]
    return [body.rpartition("|")[2].replace("{p}", "这里") for body, _ in pairs], [
        field for _, field in pairs
    ]


def boston() -> Set:
    folder = os.environ.get("WANGGE_SHARED_DATA", "")
    path = Path(folder) / "boston311" / "cases_2015_q1q3.csv.gz"
    if not folder or not path.is_file():
        return [], []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pairs = sorted({(row["TYPE"], row["REASON"]) for row in csv.DictReader(lines)})
    counts = Counter(reason for _, reason in pairs)
    pairs = [pair for pair in pairs if counts[pair[1]] >= LEAST_A_REASON]
    return [name for name, _ in pairs], [reason for _, reason in pairs]


def plain(make: Callable[[], object], **how: object) -> Way:
    def way(texts: list[str], labels: list[str], asked: list[str]) -> Sequence[str]:
        return list(make_pipeline(TfidfVectorizer(**how), make()).fit(texts, labels).predict(asked))

    return way


def ours(*, themes: bool) -> Way:
    def way(texts: list[str], labels: list[str], asked: list[str]) -> Sequence[str]:
        model = fit(texts, labels, themes=None if themes else ())
        return [model.labels[best] for best in model.scores(asked).argmax(axis=1)]

    return way


PAIRS = {"analyzer": "char", "ngram_range": (1, 2)}
WAYS: dict[str, Way] = {
    "TF-IDF + logistic regression": plain(lambda: LogisticRegression(max_iter=1000), **PAIRS),
    "TF-IDF + LR, C=10": plain(lambda: LogisticRegression(max_iter=1000, C=10), **PAIRS),
    "TF-IDF + linear SVM": plain(LinearSVC, **PAIRS),
    "wangge, texts alone": ours(themes=False),
    "wangge": ours(themes=True),
}
SETS: dict[str, Callable[[], Set]] = {
    "messages": messages,
    "messages with padding": lambda: padded(1.0),
    "short messages with padding": lambda: padded(0.5),
    "sample town's complaints": complaints,
    "Boston's names of requests": boston,
}


def main() -> None:
    for name, made in SETS.items():
        texts, labels = made()
        if not texts:
            print(f"{name}: no data here, left out")
            continue
        print(f"{name}: {len(texts)} texts, {len(set(labels))} classes, half learned, half asked")
        for title, way in WAYS.items():
            accuracy, macro, cpu_s = _halves(way, texts, labels)
            print(
                f"  {title:30} accuracy {accuracy:6.1%}  macro F1 {macro:.3f}  CPU {cpu_s:.2f} s", flush=True
            )


def _halves(way: Way, texts: list[str], labels: list[str]) -> tuple[float, float, float]:
    found = []
    begun = time.process_time()
    for seed in range(ROUNDS):
        halves = StratifiedKFold(2, shuffle=True, random_state=seed).split(texts, labels)
        for learned, asked in halves:
            right = [labels[one] for one in asked]
            given = way(
                [texts[one] for one in learned],
                [labels[one] for one in learned],
                [texts[one] for one in asked],
            )
            share = float(np.mean([one == other for one, other in zip(given, right, strict=True)]))
            found.append((share, f1_score(right, given, average="macro", zero_division=0.0)))
    accuracy, macro = np.mean(found, axis=0)
    return float(accuracy), float(macro), (time.process_time() - begun) / len(found)


if __name__ == "__main__":
    main()
