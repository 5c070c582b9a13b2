"""A complaint's words: an opening by channel, the place as this person says it, what is wrong, an ending.

Before: `complaints`, `spots`. After: `cases`. Telephone numbers are plainly false (19900000xxx).
"""

from __future__ import annotations

import numpy as np

from data.sample.complaints import COMPLAINTS, LOCATIVES, OPENINGS, PLAIN_AFTER, TAILS
from data.sample.crossings import Spot

PHONE_SHARE, LEAD_SHARE, TYPO_SHARE = 0.035, 0.16, 0.04
TYPOS = {"栋": "懂", "幢": "撞", "单元": "单原"}
LEADS = (
    "今天早上路过，",
    "昨天晚上回家发现，",
    "这两天，",
    "从上周开始，",
    "想问一下，",
    "反映过一次了，",
    "邻居让我问问，",
    "不知道归谁管，",
)
OWN, ENDS = "我们", "。！，"
STAFF = {"visit", "member"}
VAGUE = ("我们小区", "我家楼下", "门口那条路上", "村里", "前面路口", "老地方")


def say(category: str, spot: Spot, channel: str, rng: np.random.Generator, *, vague: bool = False) -> str:
    """Put a complaint into words.

    Parameters
    ----------
    category : str
        Code of the category.
    spot : Spot
        Where it is.
    channel : str
        web, phone, wechat, visit or member.
    vague : bool
        Say the place so that nobody can find it.
    """
    body = _body(category, spot.kind, rng)
    words = (
        str(rng.choice(VAGUE))
        if vague
        else _place(body, spot.words, rng).removeprefix(OWN if channel in STAFF else "")
    )
    tails = TAILS["staff" if channel in STAFF else "resident"]
    lead = str(rng.choice(LEADS)) if channel not in STAFF and rng.uniform() < LEAD_SHARE else ""
    text = f"{rng.choice(OPENINGS[channel])}{lead}{body.format(p=_misspelt(words, rng))}{rng.choice(tails)}"
    if channel not in STAFF and rng.uniform() < PHONE_SHARE:
        text = f"{text.rstrip(ENDS)}。联系电话19900000{int(rng.integers(1000)):03d}"
    return text


def _misspelt(words: str, rng: np.random.Generator) -> str:
    """Mistype a character now and then, as thumbs do."""
    if rng.uniform() < TYPO_SHARE:
        for right, wrong in TYPOS.items():
            words = words.replace(right, wrong)
    return words


def kinds_of(category: str) -> list[str]:
    """Give the kinds of spot that something can be said of, those named beside a sentence included."""
    kinds, bodies = COMPLAINTS[category]
    named = [body.rpartition("|")[0] for body in bodies if "|" in body]
    return [kind for kind in dict.fromkeys([*kinds, *named]) if bodies_for(category, kind)]


def bodies_for(category: str, kind: str) -> list[str]:
    """Give the sentences of a category that can be said of a kind of spot."""
    parts = [body.rpartition("|") for body in COMPLAINTS[category][1]]
    return [body for only, _, body in parts if only in {"", kind}]


def _body(category: str, kind: str, rng: np.random.Generator) -> str:
    return str(rng.choice(bodies_for(category, kind)))


def _place(body: str, words: tuple[str, ...], rng: np.random.Generator) -> str:
    """Choose the words for a place, plain ones where the sentence goes on with 的, 门口 and the like."""
    if body.split("{p}")[1].startswith(PLAIN_AFTER):
        words = tuple(word for word in words if not word.endswith(LOCATIVES)) or words
    return words[int(rng.integers(len(words)))]
