"""A text on its way through the cleaning rules, with the place in the raw text of each of its characters.

Before: the raw text. After: `cleaning/`, whose rules each take and give a `Cleaned`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Cleaned(NamedTuple):
    """A cleaned text that remembers where it came from.

    Attributes
    ----------
    text : str
        The text as cleaned so far.
    origin : tuple of int or None
        Raw index of every character of `text`; None means that the two still run side by side.
    length : int
        Number of characters of the raw text.
    personal : tuple of (int, int)
        Raw spans of telephone and identity numbers, end exclusive.
    """

    text: str
    origin: tuple[int, ...] | None
    length: int
    personal: tuple[tuple[int, int], ...] = ()

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the raw span of `text[start:end]`, end exclusive; an empty span stays empty."""
        if self.origin is None:
            return start, end
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else self.length
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


def begin(raw: str) -> Cleaned:
    """Start the walk: the raw text, nothing changed yet."""
    return Cleaned(raw, None, len(raw))


def mapped(cleaned: Cleaned, text: str) -> Cleaned:
    """Put `text` in place of the old text, character for character (equal length)."""
    return cleaned if text is cleaned.text else cleaned._replace(text=text)


def substitute(
    cleaned: Cleaned, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]
) -> Cleaned:
    """Replace every match, like `re.sub`, and keep the origin of every character.

    A replacement's characters take the origins of the characters they stand for, the last one the rest.
    """
    match = pattern.search(cleaned.text)
    if match is None:
        return cleaned
    origin = cleaned.origin if cleaned.origin is not None else tuple(range(len(cleaned.text)))
    parts: list[str] = []
    places: list[int] = []
    at = 0
    while match is not None:
        start, end = match.span()
        new = replacement if isinstance(replacement, str) else replacement(match)
        parts += (cleaned.text[at:start], new)
        places += origin[at:start]
        places += _spread(origin[start:end], len(new))
        at = end
        match = pattern.search(cleaned.text, end if end > start else end + 1)
    parts.append(cleaned.text[at:])
    places += origin[at:]
    return cleaned._replace(text="".join(parts), origin=tuple(places))


def _spread(origin: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Give `size` origins for a replacement, out of the origins of what it replaces."""
    if size <= len(origin):
        return (*origin[: size - 1], origin[-1]) if size else ()
    return origin + (origin[-1],) * (size - len(origin)) if origin else (0,) * size
