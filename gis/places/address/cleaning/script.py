"""Rule: traditional script becomes simplified, character by character: 幸福花園 -> 幸福花园.

By character and not by phrase, so that a place's name and a query always fold alike and lengths stay.
"""

from __future__ import annotations

from functools import cache

import opencc

from gis.places.address.cleaned import Cleaned, mapped

_FIRST, _LAST = 0x3400, 0x9FFF


def script(cleaned: Cleaned) -> Cleaned:
    """Write every character in simplified script."""
    return mapped(cleaned, cleaned.text.translate(simplified()))


@cache
def simplified() -> dict[int, str]:
    """Give the table from traditional to simplified characters, Taiwan's and Hong Kong's forms too."""
    table: dict[int, str] = {}
    characters = [chr(code) for code in range(_FIRST, _LAST + 1)]
    for config in ("hk2s", "tw2s", "t2s"):
        folded = opencc.OpenCC(config).convert("\n".join(characters)).split("\n")
        table |= {
            ord(old): new for old, new in zip(characters, folded, strict=True) if len(new) == 1 and new != old
        }
    return {code: _settled(new, table) for code, new in table.items()}


def _settled(character: str, table: dict[int, str]) -> str:
    """Follow the table to its end, so that folding twice changes nothing."""
    seen = {character}
    while (after := table.get(ord(character), character)) not in seen:
        character = after
        seen.add(character)
    return character
