"""Writing new lines: old versions end and new ones begin at one instant, with codes, people, rules, homes.

Before: `switch`, `moved`. After: `adopt`. Each step is one statement over the temporary tables of `moved`; what lay
in a grid at the instant before lies in exactly one afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.moved import Moved
from gis.boundaries.switch import Switch

_SPAN = "tstzrange(CAST(:at AS timestamptz), NULL)"
# index: ex_grid_version_valid
_END = text("""
    UPDATE grid_version SET valid = tstzrange(lower(valid), :at)
    WHERE grid_id = ANY(:grids) AND valid @> CAST(:at AS timestamptz)
""")
# index: ix_grid_version_community_id; small grids lie in others and follow them
_MICRO = text("""
    WITH new AS (
        SELECT m.id, m.grid_id, m.community_id, m.name, m.geom, m.source, upper(m.valid) AS until, (
            SELECT v.grid_id FROM grid_version v JOIN grid g ON g.id = v.grid_id
            WHERE ST_Covers(v.geom, ST_PointOnSurface(m.geom)) AND v.valid @> CAST(:at AS timestamptz)
              AND v.kind <> 'micro' ORDER BY g.code LIMIT 1) AS parent
        FROM grid_version m
        WHERE m.kind = 'micro' AND m.community_id = ANY(:areas) AND m.valid @> CAST(:at AS timestamptz)
          AND m.parent_grid_id = ANY(:grids)
    ), ended AS (
        UPDATE grid_version v SET valid = tstzrange(lower(v.valid), :at) FROM new
        WHERE new.id = v.id AND new.parent IS DISTINCT FROM v.parent_grid_id
        RETURNING v.id
    )
    SELECT new.grid_id, new.community_id, new.parent, new.name, new.geom, new.until, new.source
    FROM new JOIN ended USING (id)
""")
# indexes: ix_posting_grid_id, ex_grid_branch_valid
_END_PEOPLE = tuple(
    text(f"""
        UPDATE {table} SET valid = tstzrange(lower(valid), :at)
        WHERE grid_id = ANY(:grids) AND valid @> CAST(:at AS timestamptz) AND lower(valid) < :at""")
    for table in ("posting", "grid_branch")
)


def begin(session: Session, switch: Switch, moved: Moved, at: datetime) -> dict[int, int]:
    """Make a switch true from an instant on.

    Parameters
    ----------
    at : datetime
        From when; aware.

    Returns
    -------
    dict
        The grid of each key.
    """
    grids = _grids(session, moved)
    going_on = [line.grid_id for line in switch.lines if line.changed and line.grid_id is not None]
    touched = [*switch.ended, *going_on]
    _people_begin(session, switch, moved, at)
    _rules(session, switch, grids, at)
    session.execute(_END, {"grids": touched, "at": at})
    session.execute(
        text(f"""
            INSERT INTO grid_version (grid_id, community_id, kind, name, geom, valid, source)
            SELECT grid_id, community_id, kind, name, geometry, {_SPAN}, 'plan' FROM {moved.lines} WHERE changed"""),
        {"at": at},
    )
    _micro(session, switch, touched, at)
    _homes(session, moved)
    return grids


def _grids(session: Session, moved: Moved) -> dict[int, int]:
    """Make the new grids and fill their ids in."""
    session.execute(
        text(f"INSERT INTO grid (code) SELECT code FROM {moved.lines} WHERE grid_id IS NULL ORDER BY code")
    )
    session.execute(
        text(
            f"""UPDATE {moved.lines} l SET grid_id = g.id FROM grid g WHERE g.code = l.code AND l.grid_id IS NULL"""
        )
    )
    return {row[0]: row[1] for row in session.execute(text(f"SELECT key, grid_id FROM {moved.lines}"))}


def _people_begin(session: Session, switch: Switch, moved: Moved, at: datetime) -> None:
    """Let branches and members of ended grids end, and those of new ones begin as the plan says."""
    fresh = f"""
        FROM {moved.lines} l JOIN {{table}} old
          ON old.grid_id = l.staff_of AND old.valid @> CAST(:staff_at AS timestamptz)
        WHERE l.grid_id <> l.staff_of"""
    until = "CASE WHEN upper(old.valid) > CAST(:at AS timestamptz) THEN upper(old.valid) END"
    values = {"at": at, "staff_at": switch.staff_at}
    session.execute(
        text(f"""INSERT INTO grid_branch (grid_id, organisation_id, valid)
                 SELECT l.grid_id, old.organisation_id, tstzrange(CAST(:at AS timestamptz), {until})
                 {fresh.format(table="grid_branch")}"""),
        values,
    )
    session.execute(
        text(f"""INSERT INTO posting (member_id, grid_id, role, valid)
                 SELECT old.member_id, l.grid_id, old.role, tstzrange(CAST(:at AS timestamptz), {until})
                 {fresh.format(table="posting")}
                 AND NOT (l.restaffed AND old.role IN ('grid_leader', 'grid_member'))"""),
        values,
    )
    for statement in _END_PEOPLE:
        session.execute(statement, {"grids": list(switch.ended), "at": at})
    _restaff(session, switch, moved, at)


def _restaff(session: Session, switch: Switch, moved: Moved, at: datetime) -> None:
    """Give grids the members that the plan names for them, and take those it does not name."""
    keys = [line.key for line in switch.lines for _ in line.members]
    members = [member for line in switch.lines for member in line.members]
    if not keys:
        return
    given = f"""
        SELECT l.grid_id, w.member_id, w.place FROM unnest(CAST(:keys AS int[]), CAST(:members AS bigint[]))
               WITH ORDINALITY AS w (key, member_id, place) JOIN {moved.lines} l ON l.key = w.key"""
    values = {"keys": keys, "members": members, "at": at}
    session.execute(
        text(f"""
            WITH given AS ({given})
            UPDATE posting p SET valid = tstzrange(lower(p.valid), :at)
            WHERE p.grid_id IN (SELECT grid_id FROM given) AND p.valid @> CAST(:at AS timestamptz)
              AND lower(p.valid) < :at AND p.role IN ('grid_leader', 'grid_member')
              AND NOT EXISTS (SELECT FROM given WHERE given.grid_id = p.grid_id AND given.member_id = p.member_id)"""),
        values,
    )
    session.execute(
        text(f"""
            INSERT INTO posting (member_id, grid_id, role, valid)
            SELECT g.member_id, g.grid_id, 'grid_member', {_SPAN} FROM ({given}) AS g
            WHERE NOT EXISTS (SELECT FROM posting p WHERE p.grid_id = g.grid_id AND p.member_id = g.member_id
                              AND p.role IN ('grid_leader', 'grid_member') AND p.valid @> CAST(:at AS timestamptz))
            ORDER BY g.place"""),
        values,
    )


# index: ex_dispatch_rule_code
_RULES = text("""
    WITH ended AS (
        UPDATE dispatch_rule SET valid = tstzrange(lower(valid), :at)
        WHERE draft_id IS NULL AND grid_id = ANY(:ended) AND valid @> CAST(:at AS timestamptz) AND lower(valid) < :at
        RETURNING *
    )
    SELECT e.id, to_grid, row_number() OVER (PARTITION BY e.id ORDER BY to_grid) AS place
    FROM ended e JOIN unnest(CAST(:froms AS bigint[]), CAST(:tos AS bigint[])) AS came (from_grid, to_grid)
      ON came.from_grid = e.grid_id
""")
_RULE = text("""
    INSERT INTO dispatch_rule (code, category, grid_id, weekdays, from_min, to_min, level, organisation_id, agency,
                               skill, handling, note, valid)
    SELECT CASE WHEN :place = 1 THEN code ELSE code || '-' || :place END, category, :to, weekdays, from_min, to_min,
           level, organisation_id, agency, skill, handling, note, tstzrange(CAST(:at AS timestamptz), NULL)
    FROM dispatch_rule WHERE id = :id
""")


def _rules(session: Session, switch: Switch, grids: dict[int, int], at: datetime) -> None:
    """Let the dispatch rules of ended grids go on in the new grids that have their ground."""
    new = {line.key for line in switch.lines if line.grid_id is None}
    heirs = [came for came in switch.came if came.key in new and came.from_grid_id in switch.ended]
    rows = session.execute(
        _RULES,
        {
            "ended": list(switch.ended),
            "at": at,
            "froms": [came.from_grid_id for came in heirs],
            "tos": [grids[came.key] for came in heirs],
        },
    ).all()
    if rows:
        session.execute(_RULE, [{"id": row[0], "to": row[1], "place": row[2], "at": at} for row in rows])


def _micro(session: Session, switch: Switch, touched: Sequence[int], at: datetime) -> None:
    rows = session.execute(
        _MICRO, {"areas": list(switch.area_ids), "grids": list(touched), "at": at}
    ).mappings()
    found = [dict(row) | {"at": at} for row in rows]
    if found:
        session.execute(
            text("""INSERT INTO grid_version (grid_id, community_id, parent_grid_id, kind, name, geom, valid, source)
                    VALUES (:grid_id, :community_id, :parent, 'micro', :name, CAST(:geom AS geometry),
                            tstzrange(CAST(:at AS timestamptz), CAST(:until AS timestamptz)), :source)"""),
            found,
        )


def _homes(session: Session, moved: Moved) -> None:
    """Give buildings, households and rounds their new grid."""
    for table in ("household", "building", "patrol"):
        session.execute(
            text(f"""UPDATE {table} t SET grid_id = l.grid_id FROM {moved.moved} m JOIN {moved.lines} l ON l.key = m.key
                     WHERE m.kind = '{table}' AND t.id = m.id AND t.grid_id IS DISTINCT FROM l.grid_id""")
        )
