"""Cases that look like one are shown, merged with every reporter kept, and taken apart again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from gis.cases import journey, kept, likeness, merge, moves, queries
from gis.cases.actor import Actor
from gis.cases.joining import join
from gis.cases.likeness import Matter, Rule, words_alike
from gis.cases.likeness_models import LikenessRule
from gis.cases.models import Case, CaseLog, Notice, Report
from gis.cases.outbox import hand_out
from gis.errors import ConflictError, InputError, MoveRefusedError, NotFoundError
from gis.settings import Settings
from tests import make

NOW = make.NOW
METRE_DEG = 1 / 111_195
pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture
def town(session: Session, test_settings: Settings) -> make.Town:
    del test_settings
    return make.Town(session)


def _case(
    session: Session, town: make.Town, words: str = "路灯坏了", *, north_m: float = 0, **other: object
) -> Case:
    lon, lat = town.inside("A")
    when = other.pop("at", NOW)
    new = make.new_report(words, pin=(lon, lat + north_m * METRE_DEG), **other)
    return session.get_one(Case, journey.report(session, new, when).row.case.id)


def _here(town: make.Town, words: str = "路灯坏了", **other: object) -> Matter:
    return Matter(words, *town.inside("A"), ("C0118",), NOW, **other)


def _commander(session: Session, town: make.Town) -> Actor:
    account = make.account(session, "commander", area_id=town.subdistrict.id)
    return Actor("commander", account.id)


def _merge(session: Session, town: make.Town, source: Case, into: Case, actor: Actor | None = None) -> Case:
    return merge.merge(
        session,
        make.EVERYTHING,
        from_id=source.id,
        into_id=into.id,
        actor=actor or _commander(session, town),
        now=NOW,
        reason="同一盏灯",
    )


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("路灯坏了", "路灯坏了", 1.0),
        ("路灯坏了", "路灯不亮", 1 / 3),
        ("路灯坏了", "垃圾没清", 0.0),
        ("", "", 0.0),
        ("lamp out", "Lamp broken", 2 / 6),
    ],
)
def test_words_are_as_alike_as_the_pairs_they_share(one: str, other: str, share: float) -> None:
    assert words_alike(one, other) == pytest.approx(share)
    assert words_alike(other, one) == words_alike(one, other)


@pytest.mark.parametrize(("metres", "seen"), [(0, True), (49.5, True), (50.5, False), (5000, False)])
def test_fifty_metres_are_near(session: Session, town: make.Town, metres: float, seen: bool) -> None:
    case = _case(session, town, north_m=metres)
    found = likeness.alike(session, _here(town))
    assert [one.case_id for one in found] == ([case.id] if seen else [])
    if seen:
        assert found[0].distance_m == pytest.approx(metres, abs=0.5)


@pytest.mark.parametrize(("hours", "seen"), [(0, True), (24, True), (25, False)])
def test_one_day_is_soon_unless_the_city_says_otherwise(
    session: Session, town: make.Town, hours: int, seen: bool
) -> None:
    town.case_type.kind = "event"
    session.flush()
    _case(session, town, at=NOW - timedelta(hours=hours))
    assert bool(likeness.alike(session, _here(town))) is seen
    session.add(LikenessRule(applies_to="C0118", distance_m=50, window_h=30, least_words=0))
    session.flush()
    assert likeness.alike(session, _here(town))


def test_a_facility_stays_broken_for_a_week(session: Session, town: make.Town) -> None:
    assert likeness.rule_for("C0118", "component", {}) == Rule(window_h=168)
    _case(session, town, at=NOW - timedelta(hours=160))
    assert likeness.alike(session, _here(town))


def test_another_category_and_what_has_ended_are_not_shown(session: Session, town: make.Town) -> None:
    make.case_type(session, "E0102", name="垃圾", keywords=["垃圾"])
    _case(session, town, "垃圾", category="E0102")
    ended = _case(session, town)
    moves.make(session, ended, "void", _commander(session, town), NOW, reason="样例")
    assert likeness.alike(session, _here(town)) == []


def test_the_likest_words_come_first_and_a_case_is_not_like_itself(session: Session, town: make.Town) -> None:
    far = _case(session, town, "三号楼门口路灯不亮", north_m=30)
    near = _case(session, town, "电表箱的灯一直闪")
    found = likeness.alike(session, _here(town, "三号楼门口路灯不亮了"))
    assert [one.case_id for one in found] == [far.id, near.id]
    mine = likeness.of_case(session, far, "C0118", make.EVERYTHING)
    assert [one.case_id for one in mine] == [near.id]


MANY = text("""
    INSERT INTO "case" OVERRIDING SYSTEM VALUE
    SELECT (jsonb_populate_record(c, jsonb_build_object(
        'id', 1000000 + n, 'number', 'many' || n))).* FROM "case" c, generate_series(1, 3000) n WHERE c.id = :id
""")
APART = text("""
    UPDATE "case" SET point = ST_Translate(point, (id % 60) * 0.01, (id % 50) * 0.01) WHERE number LIKE 'many%'
""")


def test_the_index_of_open_points_answers(session: Session, town: make.Town) -> None:
    case = _case(session, town)
    session.flush()
    session.execute(MANY, {"id": case.id})
    session.execute(APART)
    session.execute(text('ANALYZE "case"'))
    query = likeness._near(_here(town), 50, 24, text("true"))
    said = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.execute(text(f"EXPLAIN {said}".replace(":", r"\:"))).scalars())
    assert "ix_case_open_point" in plan


def test_a_merge_keeps_every_reporter_and_tells_them(session: Session, town: make.Town) -> None:
    first, second = _case(session, town), _case(session, town, "灯又不亮", contact="19900000001")
    assert _merge(session, town, second, first) is first
    assert (second.state, second.merged_into_id) == ("merged", first.id)
    assert [case.id for case in merge.merged_into(session, first.id)] == [second.id]
    told = {row.key.split(":")[0] for row in session.query(Notice).filter(Notice.key.like("merge%"))}
    assert told == {"merge", "merged"}
    token = session.query(Report).filter_by(case_id=second.id).one().tracking_token
    tracked = queries.tracked(session, token, NOW)
    assert (tracked.row.case.id, tracked.merged_number) == (first.id, second.number)


def test_news_of_the_kept_case_reach_those_of_the_merged_one(session: Session, town: make.Town) -> None:
    first, second = _case(session, town), _case(session, town, contact="19900000001")
    _merge(session, town, second, first)
    session.query(Notice).filter(Notice.sent_at.is_(None)).update({"sent_at": NOW})
    session.add(
        Notice(
            key="news",
            case_id=first.id,
            to_reporters=True,
            body="x",
            body_en="x",
            created_at=NOW,
            send_after=NOW,
        )
    )
    session.flush()
    hand_out(session, NOW, ["sms"])
    report = session.query(Report).filter_by(case_id=second.id).one()
    keys = session.scalars(
        text("SELECT key FROM notice_delivery WHERE report_id = :r").bindparams(r=report.id)
    ).all()
    assert [key for key in keys if key.startswith("news/")] == [f"news/sms/r{report.id}"]


def test_a_merge_that_is_taken_back_gives_the_state_before(session: Session, town: make.Town) -> None:
    first, second = _case(session, town), _case(session, town)
    actor = Actor("grid_member", None, town.members["A"].id)
    moves.make(session, second, "accept", actor, NOW)
    _merge(session, town, second, first)
    merge.unmerge(session, second, _commander(session, town), NOW + timedelta(hours=1), "不是同一盏")
    assert (second.state, second.merged_into_id, second.closed_at) == ("accepted", None, None)
    session.flush()
    logs = list(session.query(CaseLog).filter_by(case_id=second.id))
    assert moves.replay(logs) == second.state


def test_chains_lead_to_the_last_one_and_no_ring_is_closed(session: Session, town: make.Town) -> None:
    a, b, c = (_case(session, town) for _ in range(3))
    _merge(session, town, a, b)
    assert _merge(session, town, b, c) is c
    assert kept.kept_id(session, a.id) == c.id
    d = _case(session, town)
    assert _merge(session, town, d, a) is c, "into a merged one means into the one that answers for it"
    with pytest.raises(MoveRefusedError, match="one case already"):
        _merge(session, town, c, a)
    merge.unmerge(session, b, _commander(session, town), NOW, "样例")
    assert kept.kept_id(session, a.id) == b.id


def test_the_rules_of_merging(session: Session, town: make.Town) -> None:
    one, other = _case(session, town), _case(session, town)
    with pytest.raises(MoveRefusedError, match="one case already"):
        _merge(session, town, one, one)
    with pytest.raises(InputError, match="Say"):
        merge.merge(
            session,
            make.EVERYTHING,
            from_id=one.id,
            into_id=other.id,
            actor=Actor("commander"),
            now=NOW,
            reason=" ",
        )
    with pytest.raises(ConflictError):
        merge.merge(
            session,
            make.EVERYTHING,
            from_id=one.id,
            into_id=other.id,
            actor=Actor("commander"),
            now=NOW,
            reason="x",
            revision=one.revision + 1,
        )
    moves.make(session, other, "void", _commander(session, town), NOW, reason="样例")
    with pytest.raises(MoveRefusedError, match=other.number):
        _merge(session, town, one, other)


def test_another_category_is_kept_in_the_log(session: Session, town: make.Town) -> None:
    make.case_type(session, "E0102", name="垃圾", keywords=["垃圾"])
    one, other = _case(session, town), _case(session, town, "垃圾", category="E0102")
    _merge(session, town, one, other)
    session.flush()
    log = session.query(CaseLog).filter_by(case_id=one.id, move="merge").one()
    assert log.detail["categories"] == ["C0118", "E0102"]


def test_a_voice_is_added_as_a_report_with_its_own_link(session: Session, town: make.Town) -> None:
    case = _case(session, town)
    new = make.new_report("三号楼也黑，电话19900000002", pin=town.inside("A"))
    token = join(session, new, case.number, NOW)
    assert join(session, new, case.number, NOW) == token
    session.flush()
    reports = session.query(Report).filter_by(case_id=case.id).order_by(Report.id).all()
    assert len(reports) == 2
    assert "19900000002" not in reports[1].text
    assert reports[1].contact_sealed
    assert queries.tracked(session, token, NOW).row.case.id == case.id
    assert session.query(Case).count() == 1


def test_no_voice_is_added_to_what_has_ended(session: Session, town: make.Town) -> None:
    case = _case(session, town)
    moves.make(session, case, "void", _commander(session, town), NOW, reason="样例")
    session.flush()
    for number in (case.number, "nonsense"):
        with pytest.raises(NotFoundError):
            join(session, make.new_report(), number, NOW)


def test_two_who_merge_crosswise_make_no_ring(session: Session, town: make.Town, engine: Engine) -> None:
    one, other = _case(session, town), _case(session, town)
    _merge(session, town, one, other)
    with engine.connect() as second:
        free = second.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": merge.ONE_AT_A_TIME})
        assert free.scalar_one() is False, "the second waits until the first has committed"
    with pytest.raises(MoveRefusedError, match="one case already"):
        _merge(session, town, other, one)
