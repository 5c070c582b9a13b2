"""Drafts of rules: begun from what is live, edited, tried on past cases, then live from a date.

Before: `dispatch.load_rules` (the same columns, checks and faults as a file). After: `dispatch.put`. A draft belongs to
the area of whoever began it and never touches rules of other ground. What was not tried as it stands does not go live.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases.dispatch import load_rules, trial
from gis.cases.dispatch.kept import RULES, read_rules
from gis.cases.dispatch.models import DispatchDraft
from gis.cases.dispatch.put import CONTENT, TYPES, put
from gis.cases.dispatch.rules import Rule
from gis.cases.dispatch.trial import Trial
from gis.errors import ConflictError, InputError, NotFoundError
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Outcome
from gis.loading.load import load
from gis.staff.scope import Scope

TRIED_DAYS = 365
"""How far back a trial looks unless told otherwise."""
HERE = "(r.area_id = ANY(:areas) OR r.grid_id = ANY(:grids))"


def _here(scope: Scope) -> dict[str, Any]:
    return {"areas": sorted(scope.area_ids), "grids": sorted(scope.grid_ids)}


# index: ix_dispatch_draft_area_id
def drafts_of(session: Session, scope: Scope) -> Sequence[DispatchDraft]:
    """Give the drafts of a scope's areas, the newest first."""
    query = select(DispatchDraft).where(DispatchDraft.area_id.in_(scope.area_ids))
    return session.scalars(query.order_by(DispatchDraft.id.desc())).all()


def draft_of(session: Session, scope: Scope, draft_id: int, *, lock: bool = False) -> DispatchDraft:
    """Give one draft of a scope.

    Raises
    ------
    NotFoundError
        When it does not exist, or not for this person.
    """
    query = select(DispatchDraft).where(
        DispatchDraft.id == draft_id, DispatchDraft.area_id.in_(scope.area_ids)
    )
    found = session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFoundError("没有这个规则草稿，或不在您的辖区。 There is no such draft in your area.")
    return found


def _open(session: Session, scope: Scope, draft_id: int) -> DispatchDraft:
    draft = draft_of(session, scope, draft_id, lock=True)
    if draft.live_at is not None:
        raise ConflictError("这个草稿已经生效，请另建一个。 This draft is live already; begin another.")
    return draft


def live_here(session: Session, scope: Scope, now: datetime) -> list[Rule]:
    """Give the live rules of a scope's ground that hold now or later."""
    where = f"r.draft_id IS NULL AND {HERE} AND (upper_inf(r.valid) OR upper(r.valid) > :now)"
    return _rules(session, where, _here(scope) | {"now": now})


def live_above(session: Session, scope: Scope, now: datetime) -> list[Rule]:
    """Give the live rules that also hold here but belong to more than this ground: shown, not edited."""
    where = f"r.draft_id IS NULL AND NOT coalesce({HERE}, FALSE) AND (upper_inf(r.valid) OR upper(r.valid) > :now)"
    return _rules(session, where, _here(scope) | {"now": now})


def rules_of(session: Session, draft_id: int) -> list[Rule]:
    """Give the rules of a draft in the order of their codes."""
    return _rules(session, "r.draft_id = :draft", {"draft": draft_id})


def _rules(session: Session, where: str, values: dict[str, Any]) -> list[Rule]:
    rows = session.execute(text(f"{RULES} WHERE {where} ORDER BY r.code, lower(r.valid)"), values)
    return read_rules(rows.all())


def begin(
    session: Session, scope: Scope, name: str, now: datetime, *, area_id: int, account_id: int
) -> DispatchDraft:
    """Begin a draft with a copy of what is live on this ground.

    Raises
    ------
    InputError
        When it has no name.
    """
    if not name.strip():
        raise InputError("请给草稿起个名字。 Give the draft a name.", field="name")
    draft = DispatchDraft(area_id=area_id, name=name.strip(), account_id=account_id, created_at=now)
    session.add(draft)
    session.flush()
    names = ", ".join(("code", *CONTENT))
    session.execute(
        text(f"""INSERT INTO dispatch_rule (draft_id, {names}, valid)
                 SELECT DISTINCT ON (r.code) :draft, {", ".join(f"r.{name}" for name in ("code", *CONTENT))}, r.valid
                 FROM dispatch_rule r
                 WHERE r.draft_id IS NULL AND {HERE} AND (upper_inf(r.valid) OR upper(r.valid) > :now)
                 ORDER BY r.code, lower(r.valid)"""),
        _here(scope) | {"draft": draft.id, "now": now},
    )
    return draft


def kind_of(session: Session, scope: Scope, draft: DispatchDraft) -> Kind:
    """Give the kind of file that is written into a draft: the columns of dispatch rules, within one's own ground."""
    del session
    return Kind(
        name="dispatch_rules",
        columns=load_rules.COLUMNS,
        write=partial(_write, draft=draft),
        key=("code",),
        references=load_rules.DISPATCH_RULES.references,
        check=partial(_check, draft=draft, scope=scope),
    )


def take(
    session: Session, scope: Scope, draft_id: int, given: pd.DataFrame, context: Context
) -> tuple[DispatchDraft, Outcome]:
    """Check rows and write them into a draft, all or none: a file, or one rule of a form.

    Raises
    ------
    InputError
        The table lacks a column.
    """
    draft = _open(session, scope, draft_id)
    outcome = load(session, kind_of(session, scope, draft), given, context)
    if outcome.written:
        draft.revision += 1
    return draft, outcome


def drop(session: Session, scope: Scope, draft_id: int, code: str) -> DispatchDraft:
    """Take a rule out of a draft."""
    draft = _open(session, scope, draft_id)
    session.execute(
        text("DELETE FROM dispatch_rule WHERE draft_id = :draft AND code = :code"),
        {"draft": draft.id, "code": code},
    )
    draft.revision += 1
    return draft


def _check(
    session: Session, frame: pd.DataFrame, context: Context, *, draft: DispatchDraft, scope: Scope
) -> Faults:
    codes = set(frame["code"])
    frame = _at_home(session, frame, draft)
    stays = [rule for rule in rules_of(session, draft.id) if rule.code not in codes]
    elsewhere = {rule.code: rule for rule in load_rules.live(session) if not _inside(rule, scope)}
    faults = load_rules.checked(session, frame, context, [*stays, *elsewhere.values()])
    known, _again = load_rules.placed(session, frame)
    ours = {code for code, _name, _kind in choices(session, scope, context.now).get("organisation", [])}
    for row in known.itertuples():
        number = int(str(row.Index))
        if row.area_id not in {None, *scope.area_ids} or row.grid_id not in {None, *scope.grid_ids}:
            faults.add(number, "place_code", row.place_code, "不在您的辖区内", "it lies outside your area")
        if row.organisation_code and row.organisation_code not in ours:
            faults.add(
                number, "organisation_code", row.organisation_code,
                "不在您的辖区内", "it answers for no ground of yours",
            )  # fmt: skip
        if row.code in elsewhere:
            faults.add(
                number, "code", row.code, "别处的规则已用此编号", "a rule of other ground has this code"
            )
    return faults


def _inside(rule: Rule, scope: Scope) -> bool:
    ids = scope.grid_ids if rule.place_level == "grid" else scope.area_ids
    return rule.place_id in ids


def _at_home(session: Session, frame: pd.DataFrame, draft: DispatchDraft) -> pd.DataFrame:
    """Let a rule without a place mean the draft's whole area."""
    code = session.scalar(text("SELECT code FROM area WHERE id = :area"), {"area": draft.area_id})
    return frame.assign(place_code=[value or code for value in frame["place_code"]])


def _write(session: Session, frame: pd.DataFrame, context: Context, *, draft: DispatchDraft) -> Counts:
    rows = load_rules.staged(session, _at_home(session, frame, draft), context)
    gone = session.scalars(
        text(f"""DELETE FROM dispatch_rule r USING {rows} s
                 WHERE r.draft_id = :draft AND r.code = s.code RETURNING r.id"""),
        {"draft": draft.id},
    ).all()
    names = ("code", *CONTENT)
    session.execute(
        text(f"""INSERT INTO dispatch_rule (draft_id, {", ".join(names)}, valid)
                 SELECT :draft, {", ".join(names)}, tstzrange(valid_from, valid_to) FROM {rows}"""),
        {"draft": draft.id},
    )
    return Counts(new=len(frame) - len(gone), changed=len(gone))


def try_draft(
    session: Session, scope: Scope, draft_id: int, now: datetime, days: int = TRIED_DAYS
) -> tuple[DispatchDraft, Trial]:
    """Try a draft on the past cases of its ground, beside the rules of other ground that stay."""
    draft = draft_of(session, scope, draft_id, lock=True)
    others = [rule for rule in load_rules.live(session) if not _inside(rule, scope)]
    holding = [rule for rule in others if rule.in_force(now)]
    found = trial.try_rules(
        session, [*rules_of(session, draft.id), *holding], now - timedelta(days=days), now, scope
    )
    if draft.live_at is None:
        draft.tried_revision, draft.tried_at = draft.revision, now
        draft.trial = {"cases": found.cases, "moved": len(found.moved), "days": days}
    return draft, found


def go_live(
    session: Session, scope: Scope, draft_id: int, now: datetime, *, account_id: int, starts: datetime
) -> Counts:
    """Make a draft the live rules of its ground from an instant on.

    Raises
    ------
    ConflictError
        When it was not tried as it stands.
    InputError
        When the instant has passed: what was decided stays as it was.
    """
    draft = _open(session, scope, draft_id)
    if draft.tried_revision != draft.revision:
        raise ConflictError("请先用过去的案件试算这一版，再生效。 Try this version on past cases first.")
    if starts < now:
        raise InputError("生效时间不能早于现在。 It cannot go live in the past.", field="from")
    rows = _staged(session, draft, starts)
    counts = put(session, rows, starts, end_missing=True, among=_among(session, scope, rows))
    draft.live_from, draft.live_at, draft.live_account_id = starts, now, account_id
    return counts


def _staged(session: Session, draft: DispatchDraft, starts: datetime) -> str:
    """Stage a draft's rules; what began before or says no beginning holds from the instant, unless it runs already."""
    rows = f"draft_{draft.id}_{draft.revision}"
    columns = ", ".join(f"r.{name}" for name in TYPES if not name.startswith("valid"))
    session.execute(
        text(f"""CREATE TEMPORARY TABLE {rows} ON COMMIT DROP AS
                 SELECT {columns}, CASE WHEN lower(r.valid) > :at THEN lower(r.valid) END AS valid_from,
                        upper(r.valid) AS valid_to
                 FROM dispatch_rule r
                 WHERE r.draft_id = :draft AND (upper_inf(r.valid) OR upper(r.valid) > :at)"""),
        {"draft": draft.id, "at": starts},
    )
    return rows


def _among(session: Session, scope: Scope, rows: str) -> str:
    """Name the live rules of this ground in a temporary table, and give the condition that keeps to them."""
    name = f"{rows}_here"
    session.execute(
        text(f"""CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS
                 SELECT r.id FROM dispatch_rule r WHERE r.draft_id IS NULL AND {HERE}"""),
        _here(scope),
    )
    return f"r.id IN (SELECT id FROM {name})"


# indexes: ix_grid_version_community_id, ix_grid_branch_organisation_id
_CHOICES = text("""
    SELECT 'place' AS kind, a.code, v.name, a.level FROM area a JOIN area_version v ON v.area_id = a.id
    WHERE v.valid @> CAST(:at AS timestamptz) AND a.id = ANY(:areas)
    UNION ALL
    SELECT 'place', g.code, v.name, 'grid' FROM grid g JOIN grid_version v ON v.grid_id = g.id
    WHERE v.valid @> CAST(:at AS timestamptz) AND g.id = ANY(:grids)
    UNION ALL
    SELECT 'organisation', o.code, o.name, o.kind FROM organisation o
    WHERE (o.ended_at IS NULL OR o.ended_at > :at) AND (o.area_id = ANY(:areas) OR EXISTS (
        SELECT FROM grid_branch b WHERE b.organisation_id = o.id AND b.grid_id = ANY(:grids)
                                    AND b.valid @> CAST(:at AS timestamptz)))
    UNION ALL SELECT DISTINCT 'agency', agency, agency, '' FROM case_type WHERE agency <> ''
    UNION ALL SELECT DISTINCT 'skill', skill, skill, '' FROM case_type WHERE skill <> ''
    UNION ALL SELECT 'category', code, name, name_en FROM case_type WHERE valid @> CAST(:at AS timestamptz)
    ORDER BY 1, 2
""")


def choices(session: Session, scope: Scope, at: datetime) -> dict[str, list[tuple[str, str, str]]]:
    """Give what the fields of a rule may be chosen from on this ground: by kind, (code, name, level or English)."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for kind, *rest in session.execute(_CHOICES, _here(scope) | {"at": at}):
        found.setdefault(kind, []).append((rest[0], rest[1], rest[2]))
    return found
