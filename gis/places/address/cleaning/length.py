"""Rule: a text counts up to 400 characters; what follows is left alone."""

from __future__ import annotations

from gis.places.address.cleaned import Cleaned

MOST_CHARACTERS = 400


def length(cleaned: Cleaned) -> Cleaned:
    """Cut the text at the most characters that one report may cost."""
    if len(cleaned.text) <= MOST_CHARACTERS:
        return cleaned
    return cleaned._replace(text=cleaned.text[:MOST_CHARACTERS])
