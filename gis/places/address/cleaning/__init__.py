"""The cleaning of an address text: a declared list of small rules, one file each, run in this order.

Before: `cleaned.begin`. After: `reader.read` takes the elements out of the clean text; the geocoder makes
its keys from it. A rule takes a `Cleaned` and gives a `Cleaned`; it never raises and never looks at places.
"""

from __future__ import annotations

from collections.abc import Callable

from gis.places.address.cleaned import Cleaned, begin
from gis.places.address.cleaning.dashes import dashes
from gis.places.address.cleaning.delivery import delivery
from gis.places.address.cleaning.digit_readings import digit_readings
from gis.places.address.cleaning.invisible import invisible
from gis.places.address.cleaning.length import length
from gis.places.address.cleaning.middots import middots
from gis.places.address.cleaning.numerals import numerals
from gis.places.address.cleaning.personal import personal
from gis.places.address.cleaning.placeholders import placeholders
from gis.places.address.cleaning.repeats import repeats
from gis.places.address.cleaning.script import script
from gis.places.address.cleaning.spaces import spaces
from gis.places.address.cleaning.unit_typos import unit_typos
from gis.places.address.cleaning.width import width

RULES: tuple[Callable[[Cleaned], Cleaned], ...] = (
    length,  # cap what one text may cost
    invisible,  # drop control characters and zero-width marks
    width,  # １２号 -> 12号
    script,  # 幸福花園 -> 幸福花园
    personal,  # mask telephone and identity numbers before anything can index them
    middots,  # 京华·金域蓝湾 -> 京华金域蓝湾
    dashes,  # every kind of stroke is one "-"
    spaces,  # 3 2 501 -> 3-2-501, other blanks vanish
    delivery,  # 电联, 放门口, (收) …
    placeholders,  # null, 市辖区, 其它区
    numerals,  # 十二号楼 -> 12号楼
    digit_readings,  # 2单元六零五 -> 2单元605
    unit_typos,  # 16撞 -> 16幢
    repeats,  # 浙江省杭州市浙江省杭州市 -> once
)


def clean(raw: str) -> Cleaned:
    """Run all rules over a raw text.

    Parameters
    ----------
    raw : str
        Any string, however broken.

    Returns
    -------
    Cleaned
        The clean text with the raw index of each character and the spans of personal numbers.
    """
    cleaned = begin(raw)
    for rule in RULES:
        cleaned = rule(cleaned)
    return cleaned
