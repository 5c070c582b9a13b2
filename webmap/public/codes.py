"""QR codes as drawings of our own: an address that a telephone can read off a screen or a sheet of paper.

Before: segno. After: the answer to a report, the grid card. The squares are black on white in every theme: cameras
need it.
"""

from __future__ import annotations

import io

import segno

QUIET_ZONE = 2
"""Squares left white around it, on top of the white of the page it stands on."""


def qr(words: str) -> str:
    """Give a QR code as SVG; a sixth of it may be dirty or torn (level M)."""
    out = io.BytesIO()
    segno.make(words, error="m", micro=False).save(
        out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, xmldecl=False,
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()
