"""Folding and sounds: what two spellings of one name have in common.

Before: `gis.places.address.cleaning`. After: names, index and comparison. All foldings keep the length, so
that a position in a folded text is the position in the clean text.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

from pypinyin import Style, lazy_pinyin

BOUNDARY = "|"
_PRIVATE, _ROOM = 0xF0000, 65_000  # a hash, so that every process and the database make the same keys
_NEAR_SOUNDS = ((re.compile("^([zcs])h"), r"\1"), (re.compile("ng$"), "n"))


class _Fold(dict[int, str]):
    """Character to folded character; anything that is neither letter nor digit is a boundary."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = folded = character.lower()[:1] if character.isalnum() else BOUNDARY
        return folded


class _Sound(dict[int, str]):
    """Character to one private character for its syllable, tones and near sounds apart (zh = z, ang = an)."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = sound = self._sound(character) if "一" <= character <= "鿿" else character
        return sound

    def _sound(self, character: str) -> str:
        syllable = lazy_pinyin(character, style=Style.NORMAL)[0]
        for pattern, plain in _NEAR_SOUNDS:
            syllable = pattern.sub(plain, syllable)
        return chr(_PRIVATE + zlib.crc32(syllable.encode()) % _ROOM)


_FOLD = _Fold(
    {ord(digit): str(number) for number, digit in enumerate("零一二三四五六七八九")} | {ord("〇"): "0"}
)
_SOUND = _Sound()


def fold(text: str) -> str:
    """Fold a clean text: small letters, Chinese digits as digits, marks as boundaries; same length."""
    return text.translate(_FOLD)


def sound(folded: str) -> str:
    """Give the sounds of a folded text, one character a syllable; same length."""
    return folded.translate(_SOUND)


def pair(first: str, second: str) -> str:
    """Give the key of two neighbours; in either order, since people swap letters."""
    return first + second if first < second else second + first


def pairs(sounds: str) -> list[str]:
    """Give the keys of a row of sounds: neighbours, and neighbours but one (which survive one typo)."""
    keys = [pair(a, b) for a, b in pairwise(sounds) if BOUNDARY not in (a, b)]
    keys += [f"{a}_{b}" for a, b in zip(sounds, sounds[2:], strict=False) if BOUNDARY not in (a, b)]
    return keys
