"""The named sets that formulas are made of: what is counted, in which unit, on which rows, by which time.

Before: the tables of cases. After: `formulas` names them, `counting` counts them, `rows` lists them - all from this one
table, so that a list has exactly the rows that were counted. A condition is SQL over "case" and, where the source is
one, its clock or answer; a set belongs to a source, whose time must fall in the period.
"""

from __future__ import annotations

from dataclasses import dataclass

from gis.scores.units import Answers, Cases, Unit

FILED = "\"case\".state NOT IN ('void', 'merged', 'pre_check')"
GIVEN = '("case".organisation_id IS NOT NULL OR "case".agency <> \'\')'
# index: ix_case_log_sent_back
SENT_BACK = "\"case\".id IN (SELECT case_id FROM case_log WHERE move IN ('return', 'refuse'))"
# index: ix_case_log_rework
REWORKED = "\"case\".id IN (SELECT case_id FROM case_log WHERE move = 'check_fail')"
# index: ix_report_member
BY_MEMBER = "\"case\".id IN (SELECT case_id FROM report WHERE channel = 'member')"
ON_ROUNDS = "\"case\".case_type_id IN (SELECT id FROM case_type WHERE kind IN ('component', 'event'))"
STOPPED = "case_clock.stopped_at IS NOT NULL"
IN_TIME = f"({STOPPED} AND (case_clock.stopped_at <= case_clock.due_at OR case_clock.excused_at IS NOT NULL))"
"""Stopped by its deadline - on the very instant is in time - or excused by an appeal that was upheld."""
CLOSED = '("case".state = \'closed\' OR case_clock.round <= "case".reopened)'
"""The round that this clock belongs to was closed: it is the last one and stands closed, or it was opened again."""
# The few whose check was late are looked at one by one; index: ix_case_clock_late_check
CHECKED_LATE = """("case".id IN (SELECT case_id FROM case_clock WHERE stage = 'check' AND stopped_at > due_at)
    AND EXISTS (SELECT 1 FROM case_clock k WHERE k.case_id = "case".id AND k.stage = 'check'
                AND k.organisation_id IS NULL AND k.stopped_at > k.due_at AND k.excused_at IS NULL
                AND k.started_at BETWEEN case_clock.started_at AND case_clock.stopped_at))"""
CLOSED_ON_TIME = f"{CLOSED} AND {IN_TIME} AND NOT {CHECKED_LATE}"
# index: ix_case_clock_stage_due_at
OVERDUE = """"case".id IN (SELECT case_id FROM case_clock WHERE organisation_id IS NULL
    AND stage IN ('dispatch', 'pre_check', 'handle', 'check') AND due_at < :as_of
    AND (stopped_at IS NULL OR stopped_at >= :as_of))"""
WHOLE = '"case".parent_id IS NULL'
"""A part of a joint case is handled and closed by itself, but it is not reported once more."""


@dataclass(frozen=True)
class SetOf:
    """One set: its words, its unit, its source and its condition."""

    name: str
    zh: str
    en: str
    source: str
    where: str
    unit: type[Unit] = Cases


_TABLE = (
    SetOf("reported", "上报", "reported", "reported", f"\"case\".state <> 'merged' AND {WHOLE}"),
    SetOf("filed", "立案", "filed", "reported", f"{FILED} AND {WHOLE}"),
    SetOf("filed_or_merged", "立案（含并案）", "filed or merged", "reported",
          f"\"case\".state NOT IN ('void', 'pre_check') AND {WHOLE}"),
    SetOf("repeated", "并案", "merged", "reported", "\"case\".state = 'merged'"),
    SetOf("dispatched", "派出", "dispatched", "reported", f"{FILED} AND ({GIVEN} OR {SENT_BACK})"),
    SetOf("sent_back", "被退回过", "sent back", "reported", f"{FILED} AND {SENT_BACK}"),
    SetOf("never_sent_back", "未被退回", "never sent back", "reported", f"{FILED} AND {GIVEN} AND NOT {SENT_BACK}"),
    SetOf("member_reported", "网格员上报", "reported by members", "reported",
          f"\"case\".state <> 'merged' AND {BY_MEMBER}"),
    SetOf("member_filed", "网格员上报并立案", "reported by members and filed", "reported", f"{FILED} AND {BY_MEMBER}"),
    SetOf("seen_on_rounds", "巡查可见", "seen on rounds", "reported", f"{FILED} AND {ON_ROUNDS}"),
    SetOf("missed", "他人先报", "first reported by others", "reported",
          f"{FILED} AND {ON_ROUNDS} AND NOT {BY_MEMBER}"),
    SetOf("should_handle", "应处置", "due to be handled", "handle", FILED),
    SetOf("handled", "已处置", "handled", "handle", f"{FILED} AND {STOPPED}"),
    SetOf("handled_on_time", "按期处置", "handled on time", "handle", f"{FILED} AND {IN_TIME}"),
    SetOf("reworked", "返工过", "reworked", "handle", f"{FILED} AND {STOPPED} AND {REWORKED}"),
    SetOf("should_close", "应结案", "due to be closed", "handle", FILED),
    SetOf("closed", "已结案", "closed", "handle", f"{FILED} AND {CLOSED}"),
    SetOf("closed_on_time", "按期结案", "closed on time", "handle", f"{FILED} AND {CLOSED_ON_TIME}"),
    SetOf("ended", "办结", "closed", "closed", "\"case\".state = 'closed'"),
    SetOf("overdue_open", "超期未结", "overdue and open", "overdue", f"{FILED} AND {OVERDUE}"),
    SetOf("should_dispatch", "应派遣", "due to be dispatched", "dispatch", FILED),
    SetOf("dispatched_on_time", "按时派遣", "dispatched on time", "dispatch", f"{FILED} AND {IN_TIME}"),
    SetOf("should_verify", "应核实", "due to be verified", "pre_check", "true"),
    SetOf("verified_on_time", "按时核实", "verified on time", "pre_check", IN_TIME),
    SetOf("should_check", "应核查", "due to be checked", "check", FILED),
    SetOf("checked_on_time", "按时核查", "checked on time", "check", f"{FILED} AND {IN_TIME}"),
    SetOf("answers", "有效回答", "answers", "answers",
          "evaluation.reached AND evaluation.resolved IS NOT NULL", Answers),
    SetOf("answers_resolved", "答已解决", "said resolved", "answers",
          "evaluation.reached AND evaluation.resolved = 'yes'", Answers),
    SetOf("answers_rated", "有评价", "rated", "answers",
          "evaluation.reached AND evaluation.satisfaction IS NOT NULL", Answers),
)  # fmt: skip
SETS: dict[str, SetOf] = {one.name: one for one in _TABLE}


def rated(rating: int) -> SetOf:
    """Give the set of answers with one rating, 5 满意 to 1 非常不满意."""
    where = f"evaluation.reached AND evaluation.satisfaction = {int(rating)}"
    return SetOf(f"rated:{rating}", str(rating), str(rating), "answers", where, Answers)
