"""Loading past cases of another system of which only the times are told: reported, due, closed.

Before: a file through `files.mapping`, grids and branches where there are any. After: figures. Everything is one COPY
and a handful of statements over all rows, whatever their number (`told_rows`); `load_history` is for files that tell
each move.
"""

from __future__ import annotations

from hashlib import sha256

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.cases import told_rows
from gis.cases.intake import CHANNELS, LONGEST_TEXT
from gis.files.cells import choice, code, decimal, moment, text
from gis.files.columns import GEOMETRY, named, needed
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind
from gis.loading.stage import stage
from gis.places.address.masking import mask
from gis.settings import settings

MARK = "history:"
"""How the report of a told case begins its request number; its own number follows."""
LONGEST_AGENCY = 200
STATES = {"": "", "open": "open", "closed": "closed", "未结": "open", "在办": "open", "已结": "closed",
          "结案": "closed"}  # fmt: skip
TYPES = {
    "number": "text", "mark": "text", "token": "text", "reported_at": "timestamptz", "due_at": "timestamptz",
    "closed_at": "timestamptz", "category": "text", "text": "text", "channel": "text", "agency": "text",
    GEOMETRY: "geometry",
}  # fmt: skip


def channel(cell: str) -> str:
    """Read a channel; one that we do not have is a file's."""
    return cell if cell in CHANNELS else "file"


def check_told(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Find numbers that other cases have already, and closed cases without the time they were closed at."""
    del context
    faults = Faults()
    taken = _taken(session, frame)
    for row in frame.index[frame["number"].isin(list(taken))]:
        faults.add(
            int(row),
            "number",
            frame.at[row, "number"],
            "已有别的案件用此编号",
            "another case has this number",
        )
    for row in frame.index[(frame["state"] == "closed") & frame["closed_at"].isna()]:
        faults.add(int(row), "closed_at", "", "已结但没有结案时间", "it is closed, but the time is not told")
    return faults


def _taken(session: Session, frame: pd.DataFrame) -> set[str]:
    """Find the numbers that cases have which did not come in this way."""
    # indexes: uq_case_number, ix_report_case_id
    found = session.scalars(
        sql("""SELECT c.number FROM "case" c WHERE c.number = ANY(:numbers)
               AND NOT EXISTS (SELECT 1 FROM report r
                               WHERE r.case_id = c.id AND r.client_request_id = :mark || c.number)"""),
        {"numbers": [str(number) for number in frame["number"]], "mark": MARK},
    )
    return set(found)


def write_told(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write the cases that are not there yet; those that are stay as they are."""
    rows = stage(session, _prepared(frame), TYPES, say=context.say)
    context.say("cases", 0, len(frame))
    session.execute(told_rows.DROP_KNOWN(rows))
    session.execute(told_rows.NEW_CATEGORIES(rows))
    session.execute(told_rows.PLACED(rows))
    session.execute(told_rows.INDEX(rows))
    params = {"keep_days": settings().report_keep_days, "source": context.source}
    new = int(session.scalar(told_rows.COUNT(rows)) or 0)
    for step, statement in enumerate(told_rows.WRITES, 1):
        wanted = {name: params[name] for name in statement.params}
        session.execute(statement.of(rows), wanted)
        context.say("cases", new * step // len(told_rows.WRITES), new)
    return Counts(new=new, unchanged=len(frame) - new)


def _prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """Mask personal numbers, leave out the closing of what was opened again, draw the links' tokens."""
    marks = MARK + frame["number"].astype(str)
    secret = settings().secret_key
    masked = {words: mask(words).text for words in frame["text"].unique()}
    return frame.assign(
        mark=marks,
        token=[sha256(f"{mark}{secret}".encode()).hexdigest()[:22] for mark in marks],
        text=frame["text"].map(masked).where(frame["text"] != "", frame["category"]),
        closed_at=frame["closed_at"].where(frame["state"] != "open", None),
    )


HISTORY = Kind(
    name="history",
    columns=(
        needed("number", "原编号", "案件编号", "编号", read=code),
        needed("reported_at", "上报时间", "时间", read=moment),
        named("due_at", "截止时间", "时限", read=moment, empty=None),
        named("closed_at", "结案时间", read=moment, empty=None),
        named("state", "状态", read=choice(STATES)),
        needed("category", "类别", "类别编码", read=text(200)),
        named("text", "内容", "诉求内容", "描述", read=text(LONGEST_TEXT)),
        named("agency", "责任单位", read=text(LONGEST_AGENCY)),
        named("channel", "渠道", read=channel, empty="file"),
        named("lon", "经度", read=decimal, empty=None),
        named("lat", "纬度", read=decimal, empty=None),
    ),
    key=("number",),
    write=write_told,
    shape=Shape.POINT,
    shape_optional=True,
    check=check_told,
)
