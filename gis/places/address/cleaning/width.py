"""Rule: full-width and other compatibility forms become their plain ones (NFKC): １２号 -> 12号, ① -> 1."""

from __future__ import annotations

import re
import unicodedata

from gis.places.address.cleaned import Cleaned, mapped, substitute

_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x3002}
_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_ANY = re.compile(r"[^\x00-\x7f一-鿿]")


def width(cleaned: Cleaned) -> Cleaned:
    """Fold to plain forms; almost every text needs only the character-for-character table."""
    if _WIDE.search(cleaned.text) is not None:
        cleaned = mapped(cleaned, cleaned.text.translate(_PLAIN))
    if unicodedata.is_normalized("NFKC", cleaned.text):
        return cleaned
    return substitute(cleaned, _ANY, lambda match: unicodedata.normalize("NFKC", match.group()))
