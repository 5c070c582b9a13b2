"""Rule: telephone and identity numbers are masked at once; nothing after this rule can see or index them."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned

MASK = "※"
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"[1-9]\d{5}[- ]?(?:19|20)\d{2}[- ]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[- ]?\d{3}[\dXx]"  # identity card
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"  # mobile
    r"|0\d{2,3}[-( )]{0,2}\d{7,8}"  # with area code
    r"|[48]00[- ]?\d{3}[- ]?\d{4}"  # service lines
    r"|\d{15,19}"  # old identity cards, bank cards
    r"|(?<=[话机:号])[2-8]\d{6,7}"  # local number after the word for it
    r")(?![0-9A-Za-z])"
)
_DIGITS = re.compile(r"\d{6}|\d{3}[- ]\d{4}|\d{3}[- ]\d{3}")


def personal(cleaned: Cleaned) -> Cleaned:
    """Put the mask in the place of each personal number and note its raw span."""
    if _DIGITS.search(cleaned.text) is None:
        return cleaned
    spans = [match.span() for match in _PERSONAL.finditer(cleaned.text)]
    text = cleaned.text
    for start, end in spans:
        text = text[:start] + MASK * (end - start) + text[end:]
    return cleaned._replace(text=text, personal=tuple(cleaned.raw_span(*span) for span in spans))
