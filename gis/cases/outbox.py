"""The outbox: notices that were written with their move and have not been handed out.

Before: `cases.notify`. After: `tasks.notices` hands them out: in the app a notice is there as soon as it is written;
beside it every other way of the people it is for becomes a delivery of its own (`cases.delivery`), so that one way's
failure never repeats another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from gis.cases.models import Notice, Report
from gis.cases.quiet import after_quiet

AT_ONCE = 500

# index: ix_notice_unsent for the notices; ix_case_merged_into_id, ix_report_case_id, pk_report for reporters, those of
# what was merged too; channels and robots are few
_HAND_OUT = text("""
    WITH due AS MATERIALIZED (
        SELECT n.id, n.key, n.case_id, n.member_id, n.organisation_id, n.report_id, n.to_reporters,
               n.agency
        FROM notice n WHERE n.sent_at IS NULL AND n.failed_at IS NULL AND n.send_after <= :now
        ORDER BY n.send_after, n.id LIMIT :many FOR UPDATE SKIP LOCKED
    ), ways AS (
        SELECT due.id, due.key, due.case_id, c.channel, c.id AS account_channel_id, NULL::bigint AS robot_id,
               NULL::bigint AS report_id
        FROM account_channel c JOIN account a ON a.id = c.account_id AND a.active
        JOIN due ON due.member_id = a.member_id OR due.organisation_id = a.organisation_id
                 OR (due.agency <> '' AND due.agency = a.agency)
        UNION ALL
        SELECT due.id, due.key, due.case_id, r.channel, NULL, r.id, NULL
        FROM group_robot r JOIN due ON due.organisation_id = r.organisation_id
        UNION ALL
        SELECT due.id, due.key, due.case_id, 'sms', NULL, NULL, p.id
        FROM due, LATERAL (
            WITH RECURSIVE told AS (
                SELECT due.case_id AS id UNION SELECT c.id FROM told JOIN "case" c ON c.merged_into_id = told.id
            ) SELECT id FROM told
        ) told JOIN report p ON p.case_id = told.id
        WHERE due.to_reporters AND p.contact_sealed IS NOT NULL
        UNION ALL
        SELECT due.id, due.key, due.case_id, 'sms', NULL, NULL, p.id
        FROM due JOIN report p ON p.id = due.report_id
        WHERE NOT due.to_reporters AND p.contact_sealed IS NOT NULL
    ), made AS (
        INSERT INTO notice_delivery (notice_id, key, channel, account_channel_id, group_robot_id, report_id, urgent,
                                     created_at, next_at)
        SELECT ways.id, ways.key || '/' || ways.channel || '/' || CASE
                   WHEN ways.account_channel_id IS NOT NULL THEN 'a' || ways.account_channel_id
                   WHEN ways.robot_id IS NOT NULL THEN 'g' || ways.robot_id ELSE 'r' || ways.report_id END,
               ways.channel, ways.account_channel_id, ways.robot_id, ways.report_id, urgent.is, :now,
               CASE WHEN urgent.is THEN :now ELSE CAST(:calm AS timestamptz) END
        FROM ways LEFT JOIN "case" c ON c.id = ways.case_id LEFT JOIN case_type t ON t.id = c.case_type_id,
             LATERAL (SELECT coalesce(t.limit_unit = 'UH', FALSE) AND ways.report_id IS NULL AS is) urgent
        WHERE ways.channel = ANY(:open)
        ON CONFLICT (key) DO NOTHING
    )
    UPDATE notice SET sent_at = :now, attempts = attempts + 1, error = '' FROM due WHERE notice.id = due.id
    RETURNING notice.id
""")


def hand_out(session: Session, now: datetime, channels: Collection[str]) -> int:
    """Hand out the oldest notices that are due, at most `AT_ONCE`; those another worker holds are passed over.

    Parameters
    ----------
    now : datetime
        Aware; within the quiet hours deliveries wait for their end, unless the category's limit is 紧急工作时 and the
        reader is on duty.
    channels : collection of str
        The channels that this town has set up; on others nothing is made.

    Returns
    -------
    int
        How many notices were handed out.
    """
    values: Mapping[str, Any] = {
        "now": now,
        "calm": after_quiet(now, urgent=False),
        "many": AT_ONCE,
        "open": sorted(channels),
    }
    return len(session.execute(_HAND_OUT, values).all())


# index: uq_notice_key
def known_keys(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Give those keys under which something was written already."""
    return frozenset(session.scalars(select(Notice.key).where(Notice.key.in_(keys))))


# index: ix_report_forget_at
def forget_contacts(session: Session, now: datetime) -> int:
    """Erase the telephones whose end date has come; give their number."""
    done = session.execute(
        update(Report)
        .where(Report.contact_sealed.is_not(None), Report.forget_at <= now)
        .values(contact_sealed=None)
        .returning(Report.id)
    )
    return len(done.all())
