"""By what figures are parted: grid, member, branch, agency, community, category; on the lines of then or of now.

Before: grids, branches and cases. After: `counting`. Then: the grid written down with the case. Now: the grid in which
the case's point lies today, and that grid's branch and community today; a member and an agency stay who they were. On
the line of two grids the smaller code answers, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What one row of the table of figures is."""

    TOTAL = "total"
    GRID = "grid"
    COMMUNITY = "community"
    BRANCH = "branch"
    AGENCY = "agency"
    MEMBER = "member"
    CATEGORY = "category"


class Lines(StrEnum):
    """On which lines: 当时 or 现在."""

    THEN = "then"
    NOW = "now"


WORDS = {
    By.TOTAL: ("合计", "total"),
    By.GRID: ("网格", "grid"),
    By.COMMUNITY: ("社区", "community"),
    By.BRANCH: ("党支部", "branch"),
    By.AGENCY: ("责任单位", "agency"),
    By.MEMBER: ("成员", "member"),
    By.CATEGORY: ("类别", "category"),
}
NOBODY = {
    By.TOTAL: ("合计", "total"),
    By.GRID: ("未定网格", "no grid"),
    By.COMMUNITY: ("未定社区", "no community"),
    By.BRANCH: ("未定党组织", "no branch"),
    By.AGENCY: ("无责任单位", "no agency"),
    By.MEMBER: ("未派到人", "no member"),
    By.CATEGORY: ("无类别", "no category"),
}

THEN = {
    By.TOTAL: "CAST(NULL AS text)",
    By.GRID: '"case".grid_id::text',
    By.COMMUNITY: '"case".area_id::text',
    By.BRANCH: '"case".organisation_id::text',
    By.AGENCY: "nullif(\"case\".agency, '')",
    By.MEMBER: '"case".member_id::text',
    By.CATEGORY: '"case".case_type_id::text',
}
"""What a case is counted under, as text, on the lines of then."""

# index: ix_grid_version_geom_valid
_HERE = """FROM grid_version v JOIN grid g ON g.id = v.grid_id{more}
    WHERE ST_Covers(v.geom, "case".point) AND v.valid @> CAST(:now AS timestamptz) AND v.kind <> 'micro'
    ORDER BY g.code LIMIT 1"""
_BRANCH = " LEFT JOIN grid_branch b ON b.grid_id = v.grid_id AND b.valid @> CAST(:now AS timestamptz)"
NOW = THEN | {
    By.GRID: f"(SELECT v.grid_id::text {_HERE.format(more='')})",
    By.COMMUNITY: f'coalesce((SELECT v.community_id::text {_HERE.format(more="")}), "case".area_id::text)',
    By.BRANCH: f"(SELECT b.organisation_id::text {_HERE.format(more=_BRANCH)})",
}


def unit_sql(by: By, lines: Lines) -> str:
    """Give the SQL of what a case is counted under; with lines of now it asks for `:now`."""
    return (NOW if lines is Lines.NOW else THEN)[by]


@dataclass(frozen=True)
class UnitName:
    """One row's name; `key` is what a link carries, `code` what it is ordered by."""

    key: str
    code: str
    name: str
    name_en: str


# indexes: primary keys; the newest version names a grid or community
NAMES = {
    By.GRID: """
        SELECT g.id::text, g.code, v.name, v.name FROM grid g
        JOIN LATERAL (SELECT name FROM grid_version v WHERE v.grid_id = g.id ORDER BY lower(v.valid) DESC LIMIT 1) v
          ON true WHERE g.id = ANY(CAST(:keys AS bigint[]))""",
    By.COMMUNITY: """
        SELECT a.id::text, a.code, v.name, v.name FROM area a
        JOIN LATERAL (SELECT name FROM area_version v WHERE v.area_id = a.id ORDER BY lower(v.valid) DESC LIMIT 1) v
          ON true WHERE a.id = ANY(CAST(:keys AS bigint[]))""",
    By.BRANCH: "SELECT id::text, code, name, name FROM organisation WHERE id = ANY(CAST(:keys AS bigint[]))",
    By.MEMBER: "SELECT id::text, code, name, name FROM member WHERE id = ANY(CAST(:keys AS bigint[]))",
    By.CATEGORY: "SELECT id::text, code, name, name_en FROM case_type WHERE id = ANY(CAST(:keys AS bigint[]))",
}
