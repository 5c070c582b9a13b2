"""From the codes that people write to the rows they mean: a member, an organisation, an area.

Before: `staff.models`, `grids.models`. After: making accounts on a page or the command line.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.grids.models import Area
from gis.staff.models import Member, Organisation


def ids_of(session: Session, *, member: str = "", organisation: str = "", area: str = "") -> dict[str, int]:
    """Give `member_id`, `organisation_id`, `area_id` for the codes that are not empty.

    Raises
    ------
    InputError
        When a code is not in its table.
    """
    asked = {
        "member_id": (Member, member, "成员", "member"),
        "organisation_id": (Organisation, organisation, "党组织", "organisation"),
        "area_id": (Area, area, "辖区", "area"),
    }
    found = {}
    for name, (model, code, word_zh, word_en) in asked.items():
        if not code:
            continue
        row_id = session.scalar(select(model.id).where(model.code == code))  # type: ignore[attr-defined]
        if row_id is None:
            raise InputError(
                f"没有编码为 {code[:30]} 的{word_zh}。 There is no {word_en} with the code {code[:30]}.",
                field=word_en,
            )
        found[name] = row_id
    return found
