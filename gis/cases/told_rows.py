"""The statements that turn staged told cases into cases, reports, logs and assignments, each over all rows at once.

Before: `load_told` stages the file. After: nothing. A case's log says no more than is known: filed, placed or waiting,
given to somebody, and for a closed one its closing; its replay ends in the case's state.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import TextClause, text


@dataclass(frozen=True)
class Statement:
    """A statement over a staged table, whose name stands for `{rows}`."""

    words: str
    params: tuple[str, ...] = ()

    def of(self, rows: str) -> TextClause:
        """Give it for one staged table."""
        return text(self.words.replace("{rows}", rows))

    __call__ = of


# index: uq_report_client_request_id
DROP_KNOWN = Statement("DELETE FROM {rows} s USING report r WHERE r.client_request_id = s.mark")

# A category that a file names and nobody knows is made from its word. It holds for the days of the file only, so that
# nobody is offered it today; its limit is the commonest whole number of days between report and deadline there.
NEW_CATEGORIES = Statement("""
    INSERT INTO case_type (code, kind, name, name_en, field, limit_value, limit_unit, authority, valid)
    SELECT 'H' || upper(substr(md5(category), 1, 8)), 'livelihood', category, category, '历史',
           greatest(1, coalesce(mode() WITHIN GROUP (
               ORDER BY round(extract(epoch FROM due_at - reported_at) / 86400.0)), 1))::integer,
           'ND', 'subdistrict', tstzrange(min(reported_at), max(reported_at), '[]')
    FROM {rows} s
    WHERE NOT EXISTS (SELECT 1 FROM case_type t WHERE t.code = s.category OR t.name = s.category)
    GROUP BY category""")

# indexes: ix_grid_version_geom_valid, ix_area_version_geom_valid, ex_grid_branch_valid
PLACED = Statement("""
    CREATE TEMPORARY TABLE {rows}_told ON COMMIT DROP AS
    SELECT s.*, nextval(pg_get_serial_sequence('"case"', 'id')) AS case_id, t.id AS case_type_id, g.grid_id,
           coalesce(g.community_id, a.area_id) AS area_id, b.organisation_id,
           s.closed_at IS NOT NULL OR s.agency <> '' OR b.organisation_id IS NOT NULL AS given,
           greatest(s.closed_at, s.reported_at) AS ended_at
    FROM (SELECT * FROM {rows} ORDER BY reported_at, "row") s
    JOIN (SELECT DISTINCT ON (w.category) w.category, t.id
          FROM (SELECT DISTINCT category FROM {rows}) w
          JOIN case_type t ON t.code = w.category OR t.name = w.category
          ORDER BY w.category, (t.code = w.category) DESC, lower(t.valid) DESC) t ON t.category = s.category
    LEFT JOIN LATERAL (
        SELECT v.grid_id, v.community_id FROM grid_version v JOIN grid i ON i.id = v.grid_id
        WHERE ST_Covers(v.geom, s.geometry) AND v.valid @> s.reported_at AND v.kind <> 'micro'
        ORDER BY i.code LIMIT 1) g ON true
    LEFT JOIN LATERAL (
        SELECT v.area_id FROM area_version v JOIN area i ON i.id = v.area_id
        WHERE g.grid_id IS NULL AND i.level = 'community' AND ST_Covers(v.geom, s.geometry)
          AND v.valid @> s.reported_at
        ORDER BY i.code LIMIT 1) a ON true
    LEFT JOIN grid_branch b ON b.grid_id = g.grid_id AND b.valid @> s.reported_at""")
INDEX = Statement("ANALYZE {rows}_told")
COUNT = Statement("SELECT count(*) FROM {rows}_told")

_CASES = Statement("""
    INSERT INTO "case" (id, number, case_type_id, text, state, reported_at, moved_at, due_at, deadline, closed_at,
                        point, location, grid_id, area_id, organisation_id, agency, revision)
    SELECT case_id, number, case_type_id, text,
           CASE WHEN closed_at IS NOT NULL THEN 'closed' WHEN given THEN 'assigned' ELSE 'queued' END,
           reported_at, coalesce(ended_at, reported_at), due_at,
           CASE WHEN due_at IS NULL THEN '{}'::jsonb ELSE jsonb_build_object(
               'limit', '原系统给出', 'from', reported_at, 'due', due_at, 'provisional', false,
               'arithmetic', jsonb_build_array('截止时间由原系统给出')) END,
           closed_at, geometry,
           CASE WHEN geometry IS NULL THEN jsonb_build_object('decision', 'none', 'level', '', 'confidence', 0)
           ELSE jsonb_build_object('decision', 'pin', 'level', 'pin', 'confidence', 1, 'lon', ST_X(geometry),
                                   'lat', ST_Y(geometry), 'reason', '位置由原系统给出。') END,
           grid_id, area_id, organisation_id, agency,
           2 + given::integer + 3 * (closed_at IS NOT NULL)::integer
    FROM {rows}_told ORDER BY case_id""")

_REPORTS = Statement(
    """
    INSERT INTO report (client_request_id, tracking_token, case_id, channel, text, reported_at, forget_at)
    SELECT mark, token, case_id, channel, text, reported_at, reported_at + :keep_days * interval '1 day'
    FROM {rows}_told ORDER BY case_id""",
    ("keep_days",),
)

_LOGS = Statement(
    """
    INSERT INTO case_log (case_id, seq, at, move, from_state, to_state, role, reason, detail)
    SELECT t.case_id, l.seq, l.at, l.move, l.from_state, l.to_state, 'system', l.reason,
           jsonb_build_object('source', CAST(:source AS text))
    FROM {rows}_told t CROSS JOIN LATERAL (VALUES
        (1, t.reported_at, 'file', '', 'reported', '', true),
        (2, t.reported_at, 'locate', 'reported', 'reported', '', t.geometry IS NOT NULL),
        (2, t.reported_at, 'queue', 'reported', 'queued', '原记录没有位置', t.geometry IS NULL),
        (3, t.reported_at, 'assign', 'reported', 'assigned', '', t.given AND t.geometry IS NOT NULL),
        (3, t.reported_at, 'reassign', 'queued', 'assigned', '按原记录', t.given AND t.geometry IS NULL),
        (4, t.ended_at, 'accept', 'assigned', 'accepted', '', t.closed_at IS NOT NULL),
        (5, t.ended_at, 'act', 'accepted', 'acted', '按原记录', t.closed_at IS NOT NULL),
        (6, t.ended_at, 'check_pass', 'acted', 'closed', '', t.closed_at IS NOT NULL)
    ) AS l (seq, at, move, from_state, to_state, reason, told)
    WHERE l.told ORDER BY t.case_id, l.seq""",
    ("source",),
)

_ASSIGNMENTS = Statement("""
    INSERT INTO assignment (case_id, at, grid_id, organisation_id, receipt)
    SELECT case_id, reported_at, grid_id, organisation_id, jsonb_build_object(
        'by_hand', true, 'factors', jsonb_build_array(), 'sentence', '历史案件：按原记录的责任单位。',
        'sentence_en', 'A past case: its agency is that of the source.')
    FROM {rows}_told WHERE given ORDER BY case_id""")

# The one clock that is known: its deadline is the target, it stopped when the case was closed. It began when the case
# was reported, or - where a file says that something ended before it began - with what came first. Nothing is escalated
_CLOCKS = Statement("""
    INSERT INTO case_clock (case_id, stage, level, round, started_at, limit_value, limit_unit, due_at, original_due_at,
                            arithmetic, stopped_at)
    SELECT t.case_id, 'handle', y.authority, 1, least(t.reported_at, t.due_at, t.closed_at), y.limit_value,
           y.limit_unit, t.due_at, t.due_at,
           jsonb_build_object('words', jsonb_build_array('截止时间由原系统给出')), t.closed_at
    FROM {rows}_told t JOIN case_type y ON y.id = t.case_type_id WHERE t.due_at IS NOT NULL ORDER BY t.case_id""")

WRITES = (_CASES, _REPORTS, _LOGS, _ASSIGNMENTS, _CLOCKS)
