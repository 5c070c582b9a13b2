"""Rule: every kind of stroke between numbers becomes one "-"; middle dots and quotes vanish later on keys."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, mapped, substitute

_STROKES = dict.fromkeys(map(ord, "_‐‑‒–—―─━−~～ー﹣"), "-")
_STROKE = re.compile("[_‐‑‒–—―─━−~～ー﹣]")
_ONE = re.compile(r"(?<=[0-9A-Za-z])一(?=\d)|(?<=\d[号栋幢楼])一(?=\d)")  # 12一7一944
_RUN = re.compile(r"-{2,}")


def dashes(cleaned: Cleaned) -> Cleaned:
    """Unify strokes and shorten runs of them."""
    if _STROKE.search(cleaned.text) is not None:
        cleaned = mapped(cleaned, cleaned.text.translate(_STROKES))
    cleaned = substitute(cleaned, _ONE, "-") if "一" in cleaned.text else cleaned
    return substitute(cleaned, _RUN, "-") if "--" in cleaned.text else cleaned
