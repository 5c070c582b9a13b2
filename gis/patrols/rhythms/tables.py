"""A town's own rhythms and seasons: read for planning, changed one row at a time on a page.

Before: `weeks.models`, `rhythms`. After: `due`, `weeks.plans`, the page. A town that has set none goes by the shipped
tables; its first change takes all their rows over, so that nothing else changes with it.
"""

from __future__ import annotations

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.patrols.rhythms.rhythms import (
    WHATS,
    Rhythm,
    Season,
    check_day,
    checked_days,
    read_rhythms,
    read_seasons,
    shipped,
    shipped_rows,
)
from gis.patrols.weeks.models import RhythmRow, SeasonRow

LONGEST_WORDS = 60


def town_rhythms(session: Session) -> tuple[Rhythm, ...]:
    """Give the rhythms that hold here; one whose season is gone holds in no season, so never."""
    rows = session.scalars(select(RhythmRow).order_by(RhythmRow.what, RhythmRow.days, RhythmRow.code)).all()
    if not rows:
        return shipped()
    seasons = {one.code: one for one in town_seasons(session)}
    return tuple(
        Rhythm(
            row.code, row.what, frozenset(row.match), row.days, seasons.get(row.season), row.name, row.name_en
        )
        for row in rows
        if not row.season or row.season in seasons
    )


def town_seasons(session: Session) -> list[Season]:
    """Give the seasons that hold here, in the order of the year."""
    rows = session.scalars(select(SeasonRow).order_by(SeasonRow.first_day, SeasonRow.code)).all()
    if not rows:
        return list(read_seasons(shipped_rows("seasons")).values())
    return [Season(row.code, row.first_day, row.last_day, row.name, row.name_en) for row in rows]


def set_season(session: Session, code: str, *, first: str, last: str, name: str, name_en: str = "") -> None:
    """Write a season down, or change it.

    Raises
    ------
    InputError
        A day that no year has, or no name.
    """
    check_day(first, "from")
    check_day(last, "to")
    zh, en = _named(name, name_en)
    _take_over(session)
    row = session.scalars(select(SeasonRow).where(SeasonRow.code == code)).one_or_none() or SeasonRow(
        code=code
    )
    row.first_day, row.last_day, row.name, row.name_en = first, last, zh, en
    session.add(row)


def set_rhythm(
    session: Session,
    code: str,
    *,
    what: str,
    match: str,
    days: str,
    season: str,
    name: str,
    name_en: str = "",
) -> None:
    """Write a rhythm down, or change it.

    Raises
    ------
    InputError
        Days, season or kind of thing that cannot be, or no name.
    """
    if what not in WHATS:
        raise InputError("请选择用于什么。 Say what it is for.", field="what")
    every = checked_days(days)
    zh, en = _named(name, name_en)
    _take_over(session)
    if season and season not in {one.code for one in town_seasons(session)}:
        raise InputError(
            "没有这个季节，请先登记。 There is no such season; write it down first.", field="season"
        )
    row = session.scalars(select(RhythmRow).where(RhythmRow.code == code)).one_or_none() or RhythmRow(
        code=code
    )
    row.what, row.match, row.days, row.season = what, match.split(), every, season
    row.name, row.name_en = zh, en
    session.add(row)


def drop(session: Session, table: str, code: str) -> None:
    """Take a rhythm or a season out.

    Raises
    ------
    InputError
        A rhythm still goes by the season, or it is the last row of all.
    NotFoundError
    """
    _take_over(session)
    rows = town_rhythms(session) if table == "rhythm" else town_seasons(session)
    if code not in {one.code for one in rows}:
        raise NotFoundError("没有这一条，可能已被去掉。 There is no such row.")
    if len(rows) == 1:
        raise InputError("至少要留一条。 At least one row has to stay.")
    # index: uq_rhythm_code; a town has tens of rows
    if table == "season" and session.scalar(select(RhythmRow.code).where(RhythmRow.season == code).limit(1)):
        raise InputError(
            "还有节奏用着这个季节，请先改它。 A rhythm still goes by this season; change it first."
        )
    model = RhythmRow if table == "rhythm" else SeasonRow
    session.execute(delete(model).where(model.code == code))


def _named(name: str, name_en: str) -> tuple[str, str]:
    zh, en = name.strip(), name_en.strip()
    if not zh or max(len(zh), len(en)) > LONGEST_WORDS:
        raise InputError(
            f"请写名称，{LONGEST_WORDS} 字以内。 Give it a name of at most {LONGEST_WORDS} characters.",
            field="name",
        )
    return zh, en or zh


def _take_over(session: Session) -> None:
    """Make the shipped rows the town's own, once."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('rhythm'))"))
    if session.scalar(select(RhythmRow.id).limit(1)) is None:
        for row in shipped_rows("rhythms"):
            [one] = read_rhythms([row | {"season": ""}], {})
            session.add(
                RhythmRow(code=one.code, what=one.what, match=sorted(one.match), days=one.days,
                          season=row["season"], name=one.zh, name_en=one.en)
            )  # fmt: skip
    if session.scalar(select(SeasonRow.id).limit(1)) is None:
        for season in read_seasons(shipped_rows("seasons")).values():
            session.add(
                SeasonRow(code=season.code, first_day=season.first, last_day=season.last, name=season.zh,
                          name_en=season.en)
            )  # fmt: skip
    session.flush()
