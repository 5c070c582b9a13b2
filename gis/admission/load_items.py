"""Loading the public list of admitted work and the fields its items ask for, from a file or a form.

Before: categories, boundaries. After: `admission.items` shows them, `admission.orders` makes work from them. An entry
is never rewritten: what differs ends and begins anew, so that an order always stands on the words it was made from.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.files.cells import choice, code, moment, several, text, whole
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import parts, put
from gis.loading.versions import stage_spans

LONGEST_MIN = 10_000
LONGEST_DAYS = 3660
PER = {"grid": "grid", "网格": "grid", "每网格": "grid", "household": "household", "户": "household",
       "每户": "household"}  # fmt: skip
CONTENT = {
    "name": "text", "name_en": "text", "agency": "text", "legal_basis": "text", "what": "text", "category": "text",
    "per": "text", "minutes": "integer", "frequency": "text", "approval": "text", "area_id": "bigint",
}  # fmt: skip
TYPES = {"code": "text", **CONTENT, "valid_from": "timestamptz", "valid_to": "timestamptz", "fields": "text"}
_SAME = "ROW({}) IS NOT DISTINCT FROM ROW({})".format(
    ", ".join(f"i.{name}" for name in CONTENT), ", ".join(f"s.{name}" for name in CONTENT)
)
_MEETS = "i.code = s.code AND i.valid && tstzrange(s.valid_from, s.valid_to)"


def check_items(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check categories and fields, and that no entry that holds already is rewritten from its own first day."""
    faults = Faults()
    categories = set(session.scalars(sql("SELECT code FROM case_type")))
    fields = set(session.scalars(sql("SELECT code FROM field")))
    known = session.execute(sql("SELECT code, max(lower(valid)) FROM work_item GROUP BY code"))
    latest = {row[0]: row[1] for row in known}
    row: Any
    for row in frame.itertuples():
        number = int(row.Index)
        begins = row.valid_from or context.valid_from
        if row.category not in categories:
            faults.add(number, "category", row.category, "没有此类别", "no such category")
        unknown = [one for one in str(row.fields).split(";") if one and one not in fields]
        if unknown:
            faults.add(
                number, "fields", ";".join(unknown), "没有此字段，请先加载", "no such field; load it first"
            )
        if row.valid_to is not None and row.valid_to <= begins:
            faults.add(number, "valid_to", row.valid_to, "结束不晚于开始", "it ends before it begins")
        if row.code in latest and begins < latest[row.code]:
            faults.add(
                number, "valid_from", begins, "早于已公布的同编号事项", "an entry with this code begins later already"
            )  # fmt: skip
    rewritten = sql(f"""SELECT s."row" FROM {_staged(session, frame, context)} s JOIN work_item i
                        ON i.code = s.code AND lower(i.valid) = s.valid_from AND NOT ({_SAME})""")
    for number in session.scalars(rewritten):
        faults.add(
            number, "code", "", "已公布的事项不能改写，请从以后的日子起另公布",
            "an entry that is published is not rewritten; publish the change from a later day",
        )  # fmt: skip
    return faults


def _staged(session: Session, frame: pd.DataFrame, context: Context) -> str:
    same = f"i.code = s.code AND {_SAME}"
    return stage_spans(session, frame, TYPES, standing="work_item i", same=same, at=context.valid_from)


def write_items(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Publish entries; one that changes ends as the new one begins."""
    rows = _staged(session, frame, context)
    changed = session.scalars(
        sql(f"""UPDATE work_item i SET valid = tstzrange(lower(i.valid), s.valid_to) FROM {rows} s
                WHERE i.code = s.code AND lower(i.valid) = s.valid_from AND {_SAME}
                  AND upper(i.valid) IS DISTINCT FROM s.valid_to RETURNING i.id""")
    ).all()
    ended = session.scalars(
        sql(f"""UPDATE work_item i SET valid = tstzrange(lower(i.valid), s.valid_from) FROM {rows} s
                WHERE {_MEETS} AND lower(i.valid) < s.valid_from RETURNING i.id""")
    ).all()
    names = ", ".join(("code", *CONTENT))
    new = session.scalars(
        sql(f"""INSERT INTO work_item ({names}, valid) SELECT {names}, tstzrange(valid_from, valid_to) FROM {rows} s
                WHERE NOT EXISTS (SELECT FROM work_item i WHERE i.code = s.code AND lower(i.valid) = s.valid_from)
                RETURNING id""")
    ).all()
    session.execute(sql(f"DELETE FROM work_field w USING {rows} s WHERE w.item_code = s.code"))
    session.execute(
        sql(f"""INSERT INTO work_field (item_code, field_code, position)
                SELECT s.code, part.code, min(part.position) FROM {rows} s,
                       unnest(string_to_array(nullif(s.fields, ''), ';')) WITH ORDINALITY AS part (code, position)
                GROUP BY s.code, part.code""")
    )
    return Counts(len(new), len(changed), len(frame) - len(new) - len(changed), len(ended))


ADMITTED = Kind(
    name="admitted",
    columns=(
        needed("code", "事项编码", "编号", read=code),
        needed("name", "事项名称", "名称", read=text(80)),
        named("name_en", "英文名称", read=text(120)),
        needed("agency", "责任单位", "单位", read=text(60)),
        needed("legal_basis", "法律依据", "依据"),
        needed("what", "工作内容", "网格员做什么"),
        needed("category", "类别编码", "类别", read=code),
        needed("per", "计量", "按", read=choice(PER)),
        needed("minutes", "分钟", "用时", read=whole(1, LONGEST_MIN)),
        needed("frequency", "频次", read=text(40)),
        needed("approval", "批准文号", "批准", read=text(80)),
        named("fields", "字段", read=several(code)),
        named("area_code", "区划编码", "适用区划", read=code),
        named("valid_from", "起始日期", read=moment, empty=None),
        named("valid_to", "终止日期", read=moment, empty=None),
    ),
    write=write_items,
    key=("code",),
    references=(Reference("area_code", "area", "区划"),),
    check=check_items,
)


def write_fields(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write the fields that items may ask for."""
    types = {"code": "text", "name": "text", "name_en": "text", "kind": "text", "choices": "text",
             "subject": "text", "keep_days": "integer"}  # fmt: skip
    return put(session, frame, context, "field", types, columns={"choices": parts("choices")})


def check_fields(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that a choice has something to choose from."""
    del session, context
    faults = Faults()
    for row in frame.itertuples():
        if row.kind == "choice" and ";" not in str(row.choices):
            faults.add(row.Index, "choices", row.choices, "至少两个选项", "give at least two choices")
    return faults


KINDS = {"text": "text", "文字": "text", "number": "number", "数字": "number", "yes_no": "yes_no", "是否": "yes_no",
         "choice": "choice", "选项": "choice", "date": "date", "日期": "date"}  # fmt: skip
SUBJECTS = {"household": "household", "户": "household", "building": "building", "楼栋": "building", "grid": "grid",
            "网格": "grid"}  # fmt: skip
FIELDS = Kind(
    name="fields",
    columns=(
        needed("code", "字段编码", "编码", read=code),
        needed("name", "字段名称", "名称", read=text(60)),
        needed("name_en", "英文名称", read=text(80)),
        needed("kind", "类型", read=choice(KINDS)),
        named("choices", "选项", read=several(text(40))),
        needed("subject", "对象", read=choice(SUBJECTS)),
        needed("keep_days", "保存天数", read=whole(1, LONGEST_DAYS)),
    ),
    write=write_fields,
    key=("code",),
    check=check_fields,
)
