"""A case and all that is written about it: types, reports, the log of moves, assignments, notices, photos.

Before: `staff.models`. After: `cases.queries` and the steps. The log and the assignments are append-only: the
database refuses to change or delete them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

import gis.places.models
import gis.staff.models  # noqa: F401 - cases point to places and people
from gis.database import Base, Id, shape

OPEN = text("closed_at IS NULL")
"""A case that still needs somebody; the partial indexes of all lists are built on it."""

CASE_NUMBER = Sequence("case_number", metadata=Base.metadata)


class CaseType(Base):
    """A kind of case with its limit, skill, agency and level of authority, from when to when."""

    __tablename__ = "case_type"
    __table_args__ = (
        ExcludeConstraint(("code", "="), ("valid", "&&"), using="gist", name="ex_case_type_valid"),
        CheckConstraint("kind IN ('component', 'event', 'livelihood')", name="kind"),
        CheckConstraint("limit_unit IN ('UH', 'WH', 'WD', 'ND')", name="limit_unit"),
        CheckConstraint("authority IN ('grid', 'community', 'subdistrict', 'district')", name="authority"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    field: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(server_default="{}")
    limit_value: Mapped[int] = mapped_column(Integer)
    limit_unit: Mapped[str]
    authority: Mapped[str]
    skill: Mapped[str] = mapped_column(server_default="")
    agency: Mapped[str] = mapped_column(server_default="")
    valid: Mapped[Range[datetime]]


class CalendarDay(Base):
    """A day that differs from its weekday: a holiday, or a make-up workday (调休)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(server_default="")
    source: Mapped[str] = mapped_column(server_default="")


class Case(Base):
    """案件: one matter, where it is, who answers for it, and until when."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("handling IN ('explain', 'own', 'transfer')", name="handling"),
        # a part comes after its whole, so no case is part of itself, however far around
        CheckConstraint("parent_id < id", name="parent_first"),
        CheckConstraint("merged_into_id <> id", name="merged_elsewhere"),
        # the member's and the branch's list, the map's count per grid
        Index("ix_case_open_grid_id", "grid_id", postgresql_where=OPEN),
        # load of a member at assignment; "my day"
        Index("ix_case_open_member_id", "member_id", postgresql_where=OPEN),
        # the board's lanes, late first
        Index("ix_case_open_state_due_at", "state", "due_at", postgresql_where=OPEN),
        # cases of a map window
        Index("ix_case_open_point", "point", postgresql_using="gist", postgresql_where=OPEN),
        # the sweeper: what stands still
        Index("ix_case_open_moved_at", "moved_at", postgresql_where=OPEN),
        # a branch's own cases on other people's ground; an agency's list
        Index("ix_case_open_organisation_id", "organisation_id", postgresql_where=OPEN),
        Index("ix_case_open_agency", "agency", postgresql_where=text("closed_at IS NULL AND agency <> ''")),
        # parts(case), merged(case)
        Index("ix_case_parent_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index(
            "ix_case_merged_into_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")
        ),
        # take_paused: whose day has come
        Index("ix_case_paused_until", "paused_until", postgresql_where=text("paused_until IS NOT NULL")),
        # waiting(kind): what stands before somebody's desk
        Index(
            "ix_case_extension_asked_at",
            "extension_asked_at",
            postgresql_where=text("extension_asked_at IS NOT NULL"),
        ),
        Index("ix_case_appealed_at", "appealed_at", postgresql_where=text("appealed_at IS NOT NULL")),
        Index("ix_case_bad_mark_at", "bad_mark_at", postgresql_where=text("bad_mark_at IS NOT NULL")),
        Index(
            "ix_case_to_call_back",
            "closed_at",
            postgresql_where=text("state = 'closed' AND called_back_at IS NULL"),
        ),
        # figures of a period: what was reported, closed in it (scores.counting)
        Index("ix_case_reported_at", "reported_at"),
        Index("ix_case_closed_at", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    )

    id: Mapped[Id]
    number: Mapped[str]
    case_type_id: Mapped[int] = mapped_column(ForeignKey("case_type.id"))
    text: Mapped[str]
    state: Mapped[str]
    reported_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    deadline: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    closed_at: Mapped[datetime | None]
    # where
    point: Mapped[Any | None] = mapped_column(shape("POINT"))
    radius_m: Mapped[float | None] = mapped_column(Float)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="SET NULL"))
    place_label: Mapped[str] = mapped_column(server_default="")
    location: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    # who
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    agency: Mapped[str] = mapped_column(server_default="")
    # how: see cases.states.Handling
    handling: Mapped[str] = mapped_column(server_default="own")
    # with which other cases
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    # what waits for somebody's word, and since when
    paused_until: Mapped[datetime | None]
    extension_asked_at: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    bad_mark_at: Mapped[datetime | None]
    called_back_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(Integer, server_default="0")
    # two people at once: the second is told (see cases.queries.lock)
    revision: Mapped[int] = mapped_column(Integer, server_default="0")


class Report(Base):
    """诉求: one person's words about a case; the telephone is sealed and has an end date."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("client_request_id"),
        UniqueConstraint("tracking_token"),
        # reporters_of(case)
        Index("ix_report_case_id", "case_id"),
        # reporters of the last days, for hot spots
        Index(
            "ix_report_reported_at",
            "reported_at",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 16},
        ),
        # forget(now): telephones past their date
        Index("ix_report_forget_at", "forget_at", postgresql_where=text("contact_sealed IS NOT NULL")),
        # figures: what members reported (scores.sets)
        Index("ix_report_member", "case_id", postgresql_where=text("channel = 'member'")),
    )

    id: Mapped[Id]
    client_request_id: Mapped[str]
    tracking_token: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case] = relationship()
    channel: Mapped[str]
    text: Mapped[str]
    pin: Mapped[dict[str, Any] | None]
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(server_default="zh")
    reported_at: Mapped[datetime]
    forget_at: Mapped[datetime]


class ContactAccess(Base):
    """Who read a reporter's telephone, when, for which purpose; only ever added."""

    __tablename__ = "contact_access"
    __table_args__ = (
        # readings(report): what its reporter is shown
        Index("ix_contact_access_report_id", "report_id"),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    at: Mapped[datetime]
    account: Mapped[str]
    role: Mapped[str]
    purpose: Mapped[str]


class CaseLog(Base):
    """流转记录: one move of a case; rows are only ever added."""

    __tablename__ = "case_log"
    __table_args__ = (
        # history(case), and replay
        UniqueConstraint("case_id", "seq"),
        # figures: what was sent back, what failed a check (scores.sets)
        Index("ix_case_log_sent_back", "case_id", postgresql_where=text("move IN ('return', 'refuse')")),
        Index("ix_case_log_rework", "case_id", postgresql_where=text("move = 'check_fail'")),
        # just_given(account): what somebody has given out within the last minute
        Index("ix_case_log_given_out", "account_id", "at", postgresql_where=text("move = 'reassign'")),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case] = relationship()
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    move: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    role: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class Assignment(Base):
    """派单 with its 指派凭条: who was chosen, by which factors, values, weights; only ever added."""

    __tablename__ = "assignment"
    __table_args__ = (
        # receipts_of(case)
        Index("ix_assignment_case_id", "case_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case] = relationship()
    at: Mapped[datetime]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    receipt: Mapped[dict[str, Any]]


class Evaluation(Base):
    """评价: what the resident says of a closed case, by the link or when called back; only ever added.

    `round` counts the closings (0 for the first); `satisfaction` is 5 满意 … 1 非常不满意, as `cases.evaluate` says.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint("source IN ('link', 'call_back')", name="source"),
        CheckConstraint("resolved IN ('yes', 'partly', 'no')", name="resolved"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        # one mark a report and closing
        UniqueConstraint("report_id", "round"),
        # evaluations(case)
        Index("ix_evaluation_case_id", "case_id"),
        # the figures of a period
        Index("ix_evaluation_at", "at"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case] = relationship()
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    round: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    source: Mapped[str]
    reached: Mapped[bool]
    resolved: Mapped[str | None]
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(server_default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Photo(Base):
    """A picture of a case, kept outside what is served, stripped of its metadata."""

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("case_id", "sha256"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case] = relationship()
    kind: Mapped[str]
    sha256: Mapped[str]
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Notice(Base):
    """通知: what somebody is to be told; written with the move, sent afterwards (the outbox)."""

    __tablename__ = "notice"
    __table_args__ = (
        # the same news is written once, however often its step runs
        UniqueConstraint("key"),
        # outbox(now): what has not been sent
        Index(
            "ix_notice_unsent",
            "send_after",
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL"),
        ),
        # inbox(member)
        Index("ix_notice_member_id", "member_id", "created_at"),
        # inbox(organisation)
        Index("ix_notice_organisation_id", "organisation_id", "created_at"),
        # inbox(agency)
        Index("ix_notice_agency", "agency", "created_at", postgresql_where=text("agency <> ''")),
    )

    id: Mapped[Id]
    key: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    case: Mapped[Case | None] = relationship()
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    # every reporter of the case is told who left a telephone
    to_reporters: Mapped[bool] = mapped_column(server_default="false")
    agency: Mapped[str] = mapped_column(server_default="")
    channel: Mapped[str] = mapped_column(server_default="app")
    body: Mapped[str]
    body_en: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    sent_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(server_default="")
