"""The one question that divides the candidates best, and the one that leads from a compound to a building.

Before: `explain.py`. After: the search box and the operator's form.
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.places.address import clean
from gis.places.geocoder.answer import ASK, NONE, Candidate
from gis.places.geocoder.explain import shown
from gis.places.geocoder.keys import fold
from gis.places.geocoder.names import NameForm, name_form

_WITHIN_REACH = 4.0


def question(decision: str, candidates: Sequence[Candidate], *, wants_building: bool) -> str:
    """Give the question to put.

    Parameters
    ----------
    decision : str
        auto, ask or none.
    candidates : sequence of Candidate
        The likeliest first.
    wants_building : bool
        Whether the first candidate is a compound whose buildings are known, and the text names none.

    Returns
    -------
    str
        A question in Chinese; empty where there is nothing to ask.
    """
    if decision == NONE or not candidates:
        return ""
    if decision != ASK:
        return "几号楼？" if wants_building else ""
    near = [one for one in candidates if one.score >= candidates[0].score - _WITHIN_REACH]
    if len(near) == 1:
        return f"是“{_told(near[0])}”吗？"
    if len({_form(one).base for one in near}) == 1:
        return _same_name(near)
    return "是下面哪一个：" + "、".join(_told(one) for one in near) + "？"


def _same_name(near: Sequence[Candidate]) -> str:
    """Ask what divides places of one name: phase or side, else the road."""
    if len({_form(one).qualifiers for one in near}) > 1:
        return "是第几期、哪个区（院）？"
    return "在哪条路上：" + "、".join(one.place.address or shown(one) for one in near) + "？"


def _form(candidate: Candidate) -> NameForm:
    return name_form(fold(clean(shown(candidate)).text))


def _told(candidate: Candidate) -> str:
    """Give a name with its address, where both are there."""
    name, address = shown(candidate), candidate.place.address
    return f"{name}（{address}）" if address and address != name else name
