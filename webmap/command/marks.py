"""The marks of a rhythm in words: which ways, households or checkpoints it is for (`primary` is 主干路, main road).

Before: `gis.patrols.rhythms.tables` keeps the marks as the map and the tables write them. After: the page of rhythms,
which says and takes the words of the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from webmap.saying import pair

WORDS = {
    "trunk": ("干线", "trunk road"),
    "primary": ("主干路", "main road"),
    "secondary": ("次干路", "secondary road"),
    "tertiary": ("支路", "minor road"),
    "residential": ("居住区路", "residential street"),
    "living_street": ("生活街", "living street"),
    "unclassified": ("一般道路", "other road"),
    "service": ("通道", "service way"),
    "footway": ("人行道", "footway"),
    "path": ("小径", "path"),
    "pedestrian": ("步行街", "pedestrian street"),
    "steps": ("台阶", "steps"),
    "cycleway": ("自行车道", "cycleway"),
    "track": ("田间路", "field track"),
    "bridge": ("桥梁", "bridge"),
    "daily": ("每天", "daily"),
    "weekly": ("每周", "weekly"),
    "twice_a_week": ("每周两次", "twice a week"),
    "monthly": ("每月", "monthly"),
}
"""What a town writes of its own stands for itself."""
OF = {word: mark for mark, words in WORDS.items() for word in words}
PARTS = re.compile(r"[、，,；;]")


def said(marks: Collection[str]) -> str:
    """Say some marks, in the order of this table; "" for none."""
    known = [mark for mark in WORDS if mark in marks]
    return pair(("、", ", ")).join([*(pair(WORDS[mark]) for mark in known), *sorted(set(marks) - set(known))])


def read(words: str) -> str:
    """Read marks that a person wrote, as words parted by commas or as they are kept; the kept form, parted by spaces.

    A word that is not in the table is a mark of the town's own and stays as it is.
    """
    found: list[str] = []
    for part in (one.strip() for one in PARTS.split(words)):
        found += [OF[part]] if part in OF else [OF.get(word, word) for word in part.split()]
    return " ".join(dict.fromkeys(found))
