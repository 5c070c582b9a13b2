"""Loading a city's categories of cases with their limits, and its calendar of holidays and make-up workdays.

Before: `cases.models`. After: intake (which kind of case is it?) and deadlines. Categories have versions: a new
limit holds from the day of loading, cases from before keep theirs.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.cases import calendars
from gis.files.cells import choice, code, day, several, text, whole, yes_no
from gis.files.columns import named, needed
from gis.loading.kind import Context, Counts, Kind
from gis.loading.put import from_source, put
from gis.loading.stage import stage
from gis.loading.versions import begin_versions

LONGEST_LIMIT = 9999
KINDS = {"component": "component", "部件": "component", "event": "event", "事件": "event",
         "livelihood": "livelihood", "民生": "livelihood"}  # fmt: skip
UNITS = {"uh": "UH", "紧急工作时": "UH", "wh": "WH", "工作时": "WH", "wd": "WD", "工作日": "WD",
         "nd": "ND", "自然日": "ND"}  # fmt: skip
LEVELS = {"grid": "grid", "网格": "grid", "community": "community", "社区": "community",
          "subdistrict": "subdistrict", "街道": "subdistrict", "district": "district", "区": "district"}  # fmt: skip
TYPES = {
    "code": "text", "kind": "text", "name": "text", "name_en": "text", "field": "text", "keywords": "text",
    "limit_value": "integer", "limit_unit": "text", "authority": "text", "skill": "text", "agency": "text",
}  # fmt: skip


_SETTLE = sql("""
    INSERT INTO calendar_year (year, source, settled_at)
    SELECT DISTINCT extract(year FROM day)::integer, :source, CAST(:now AS timestamptz)
    FROM unnest(CAST(:days AS date[])) AS day
    ON CONFLICT (year) DO NOTHING""")
"""A file of days speaks for the whole of their years."""


def write_categories(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write categories as versions from `context.valid_from`."""
    rows = stage(session, frame, TYPES, say=context.say)
    session.execute(
        sql(f"""ALTER TABLE {rows} ALTER COLUMN keywords TYPE text[]
                USING coalesce(string_to_array(nullif(keywords, ''), ';'), '{{}}')""")
    )
    content = tuple(name for name in TYPES if name != "code")
    return begin_versions(session, rows, "case_type", key="code", content=content, at=context.valid_from)


def write_calendar(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write the days that differ from their weekday; their years are settled by it."""
    types, source = {"day": "date", "working": "boolean", "name": "text"}, from_source(context)
    counts = put(
        session, frame, context, "calendar_day", types, key=("day",), kept=("source",), columns=source
    )
    session.execute(_SETTLE, {"source": context.source, "now": context.now, "days": list(frame["day"])})
    calendars.loaded(session, list(frame["day"]), context.source, context.now)
    return counts


CATEGORIES = Kind(
    name="categories",
    columns=(
        needed("code", "类别编码", "编码", read=code),
        needed("kind", "大类", "类型", read=choice(KINDS)),
        needed("name", "类别名称", "名称"),
        named("name_en", "英文名称"),
        named("field", "领域"),
        named("keywords", "关键词", read=several(text(40))),
        needed("limit_value", "时限", "处置时限", read=whole(1, LONGEST_LIMIT)),
        needed("limit_unit", "时限单位", "单位", read=choice(UNITS)),
        needed("authority", "处置层级", "权限", read=choice(LEVELS)),
        named("skill", "技能", read=text(20)),
        named("agency", "责任单位"),
    ),
    write=write_categories,
    key=("code",),
)
CALENDAR = Kind(
    name="calendar",
    columns=(
        needed("day", "日期", "date", read=day),
        needed("working", "上班", "是否工作日", "workday", read=yes_no),
        named("name", "名称", "节日"),
    ),
    write=write_calendar,
    key=("day",),
)
