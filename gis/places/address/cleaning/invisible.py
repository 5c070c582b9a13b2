"""Rule: control characters, zero-width marks and lone surrogates say nothing and vanish."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffd\ud800-\udfff]"
)


def invisible(cleaned: Cleaned) -> Cleaned:
    """Drop what nobody can see."""
    return cleaned if cleaned.text.isprintable() else substitute(cleaned, _INVISIBLE, "")
