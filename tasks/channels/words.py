"""The text of a message: the notice in its reader's language, where to see more, and a short mark of its key.

Before: `gis.cases.delivery`. After: the adapters. Two messages with the same mark are the same message sent twice.
"""

from __future__ import annotations

import hashlib

from gis.cases.delivery import Parcel

MARK_LENGTH = 8


def mark(key: str) -> str:
    """Give a short sign of a delivery's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:MARK_LENGTH]


def text_of(parcel: Parcel, most_bytes: int) -> str:
    """Give the text; when it is too long the words are cut, never the link, and never within a character."""
    label = "No." if parcel.language == "en" else "编号"
    end = f"{' ' if parcel.link else ''}{parcel.link}（{label}{mark(parcel.key)}）"
    room = most_bytes - len(end.encode())
    body = parcel.body
    if len(body.encode()) > room:
        body = body.encode()[: max(room - 3, 0)].decode(errors="ignore") + "…"
    return body + end
