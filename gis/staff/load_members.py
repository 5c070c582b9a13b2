"""Loading members: name, organisation, skills; the telephone is sealed before it reaches the database.

Before: organisations. After: postings and shifts, which name their member.
"""

from __future__ import annotations

import re

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.files.cells import CellError, choice, code, several, text
from gis.files.columns import Column, named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import parts, put
from gis.places.privacy import seal, unseal

# What the categories that come with Wangge ask for; a city's own categories add their own words.
SKILLS = {"水电", "路灯", "物业", "养老", "调解", "环卫", "绿化", "市政"}
MEANS = {
    "foot": "foot", "步行": "foot", "walk": "foot", "ebike": "ebike", "电动车": "ebike", "e-bike": "ebike",
    "骑行": "ebike",
}  # fmt: skip
PHONE = re.compile(r"\+?\d[\d -]{4,18}\d")


def phone(cell: str) -> str:
    """Read a telephone number; kept as digits, with a leading plus."""
    if not PHONE.fullmatch(cell):
        raise CellError("不是电话号码", "this is no telephone number")
    return re.sub(r"[ -]", "", cell)


def check_members(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Warn of skills that no category asks for."""
    del context
    asked = SKILLS | set(session.scalars(sql("SELECT DISTINCT skill FROM case_type")))
    faults = Faults()
    for row, skills in frame["skills"].items():
        for skill in filter(None, str(skills).split(";")):
            if skill not in asked:
                faults.add(
                    row, "skills", skill,
                    "没有案件类别需要此技能", "no category asks for this skill",
                    warning=True,
                )  # fmt: skip
    return faults


def write_members(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write members by their codes; an unchanged telephone keeps its sealed bytes."""
    before = _sealed(session, frame)
    sealed = [
        _seal_again(number, before.get(own))
        for own, number in frame[["code", "phone"]].itertuples(index=False)
    ]
    frame = frame.assign(phone_sealed=pd.Series(sealed, index=frame.index, dtype=object))
    types = {
        "code": "text", "name": "text", "phone_sealed": "bytea", "organisation_id": "bigint", "skills": "text",
        "means": "text",
    }  # fmt: skip
    return put(session, frame, context, "member", types, columns={"skills": parts("skills")})


def _sealed(session: Session, frame: pd.DataFrame) -> dict[str, bytes]:
    found = session.execute(
        sql("SELECT code, phone_sealed FROM member WHERE code = ANY(:codes) AND phone_sealed IS NOT NULL"),
        {"codes": list(frame["code"])},
    )
    return {own: bytes(sealed) for own, sealed in found}


def _seal_again(number: str, before: bytes | None) -> bytes | None:
    if not number:
        return before
    return before if before is not None and unseal(before) == number else seal(number)


MEMBERS = Kind(
    name="members",
    columns=(
        needed("code", "成员编码", "成员编号", "编号", "member_code", read=code),
        needed("name", "姓名", "名称", read=text(60)),
        Column("phone", ("电话", "手机", "联系电话"), phone, secret=True),
        named("organisation_code", "组织编码", "所属组织编码", "org_code", read=code),
        named("skills", "技能", "专长", read=several(text(20))),
        named("means", "出行方式", read=choice(MEANS), empty="foot"),
    ),
    write=write_members,
    key=("code",),
    references=(Reference("organisation_code", "organisation", "组织"),),
    check=check_members,
)
