"""Rule: every kind of stroke between numbers becomes one "-"; middle dots and quotes vanish later on keys."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, mapped, substitute

_STROKES = dict.fromkeys(map(ord, "_‐‑‒–—―─━−~～ー﹣"), "-")
_RUN = re.compile(r"-{2,}")


def dashes(cleaned: Cleaned) -> Cleaned:
    """Unify strokes and shorten runs of them."""
    cleaned = mapped(cleaned, cleaned.text.translate(_STROKES))
    return substitute(cleaned, _RUN, "-") if "--" in cleaned.text else cleaned
