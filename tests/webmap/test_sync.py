"""What tablets send: each thing once and in order, pictures in pieces, conflicts kept as cards, nothing dropped."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import device_book, merge, moves, photos, rehome, uploads
from gis.cases.actor import Actor
from gis.cases.device_models import DeviceRequest, Upload
from gis.cases.models import Case, CaseLog, Photo, Report
from gis.places.models import Household, HouseholdAccess
from gis.settings import Settings
from gis.staff.device_keys import device_key
from gis.staff.models import Account, Posting
from gis.staff.roles import Role
from tests import make
from tests.make import Town, span
from tests.webmap.conftest import enter
from tests.webmap.tablets import Tablet
from tests.webmap.test_work import report
from webmap import idle

SignIn = Callable[[Role], FlaskClient]
Staff = dict[Role, Account]


@pytest.fixture
def tablet(sign_in: SignIn, staff: Staff, test_settings: Settings) -> Tablet:
    del test_settings
    return Tablet(sign_in(Role.GRID_MEMBER), staff[Role.GRID_MEMBER])


@pytest.fixture
def case(session: Session, town: Town) -> Case:
    return report(session, town)


def history(session: Session, case: Case) -> list[str]:
    session.refresh(case)
    return list(session.scalars(select(CaseLog.move).where(CaseLog.case_id == case.id).order_by(CaseLog.seq)))


def picture(colour: tuple[int, int, int] = (200, 20, 20), **more: Any) -> tuple[bytes, dict[str, Any]]:
    out = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").point(lambda value: value).save(out, "JPEG", quality=95)
    body = out.getvalue() + bytes(colour)
    named = {
        "request": uuid4().hex,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "kind": "after",
    }
    return body, named | more


def pieces(tablet: Tablet, body: bytes, photo: dict[str, Any], size: int = 20_000) -> None:
    for at in range(0, len(body), size):
        assert tablet.put(photo, at, body[at : at + size]) == min(at + size, len(body))


def other_member(session: Session, town: Town) -> Actor:
    """Another member of the same grid."""
    who = make.member(session, branch=town.branches["A"])
    make.posting(session, who, town.grids["A"])
    account = make.account(session, Role.GRID_MEMBER, member_id=who.id)
    return Actor("grid_member", account.id, who.id)


def test_what_was_done_in_a_stairwell_is_done_in_its_order(
    session: Session, tablet: Tablet, case: Case
) -> None:
    seen = case.revision
    actions = [
        tablet.move(case, name, words, seen)
        for name, words in (("accept", ""), ("note", "到了"), ("act", "换了"))
    ]
    assert tablet.send(*reversed(actions)) == ["done"] * 3
    assert history(session, case)[-3:] == ["accept", "note", "act"]
    assert case.state == "acted"


def test_a_number_counts_once_and_gets_the_same_answer(session: Session, tablet: Tablet, case: Case) -> None:
    accept, note = tablet.move(case, "accept"), tablet.move(case, "note", "到了")
    assert tablet.send(accept, note) == ["done", "done"]
    length = len(history(session, case))
    assert tablet.send(accept, note) == ["done", "done"]
    assert len(history(session, case)) == length


def test_the_log_says_when_it_was_done_and_a_clock_that_goes_wrong_is_put_right(
    session: Session, tablet: Tablet, case: Case
) -> None:
    wrong = datetime.now(UTC) - timedelta(days=400)
    accept = tablet.move(case, "accept") | {"at": wrong.isoformat()}
    sent_at = (wrong + timedelta(hours=1)).isoformat()
    assert tablet.send(accept, sent_at=sent_at) == ["done"]
    log = session.scalars(select(CaseLog).where(CaseLog.case_id == case.id, CaseLog.move == "accept")).one()
    done_at = datetime.fromisoformat(log.detail["done_at"])
    assert timedelta(minutes=59) < log.at - done_at < timedelta(minutes=61)


def test_pictures_come_in_pieces_and_go_on_where_they_stopped(
    session: Session, tablet: Tablet, case: Case
) -> None:
    body, photo = picture()
    accept, act = tablet.move(case, "accept"), tablet.move(case, "act", "换了", photos=[photo])
    assert tablet.send(accept, act) == ["done", "needs"]
    assert tablet.put(photo, 0, body[:30_000]) == 30_000
    assert tablet.put(photo, 60_000, body[60_000:90_000]) == 30_000, (
        "one that is ahead is told where to go on"
    )
    assert tablet.put(photo, 0, body[:30_000]) == 30_000, "one that comes again changes nothing"
    assert tablet.send(act) == ["needs"]
    for at in range(30_000, len(body), 50_000):
        tablet.put(photo, at, body[at : at + 50_000])
    assert tablet.send(act) == ["done"]
    kept = session.scalars(select(Photo).where(Photo.case_id == case.id)).one()
    assert kept.kind == "after"
    assert photos.path_of(kept).exists()
    assert session.scalars(select(Upload)).all() == []
    assert list((photos.path_of(kept).parents[1] / "pieces").glob("*")) == []


def test_what_waits_behind_a_picture_is_not_taken_before_it(
    session: Session, tablet: Tablet, case: Case
) -> None:
    body, photo = picture()
    accept = tablet.move(case, "accept")
    act = tablet.move(case, "act", "换了", photos=[photo])
    seen = tablet.action("seen", {"requests": []})
    assert tablet.send(accept, act, seen) == ["done", "needs"]
    pieces(tablet, body, photo)
    assert tablet.send(act, seen) == ["done", "done"]


def test_a_picture_with_another_sum_begins_anew(session: Session, tablet: Tablet) -> None:
    body, photo = picture()
    broken = body[:-1] + bytes([body[-1] ^ 1])
    for at in range(0, len(body), 100_000):
        there = tablet.put(photo, at, broken[at : at + 100_000])
    assert there == 0
    pieces(tablet, body, photo)
    assert session.scalars(select(Upload)).one().received_bytes == len(body)


def test_a_folder_that_was_lost_is_filled_again(session: Session, tablet: Tablet) -> None:
    body, photo = picture()
    tablet.put(photo, 0, body[:50_000])
    uploads.path_of(session.scalars(select(Upload)).one()).unlink()
    assert tablet.put(photo, 50_000, body[50_000:60_000]) == 0
    pieces(tablet, body, photo)


@pytest.mark.parametrize(
    ("wrong", "piece", "status"),
    [
        ({"size": 0}, b"a", -422),
        ({"size": 2**40}, b"a", -422),
        ({"sha256": "../../x"}, b"a", -422),
        ({"size": 3}, b"abcd", -422),
        ({}, b"", -422),
        ({}, b"a" * (1024 * 1024 + 1), -413),
    ],
)
def test_pieces_that_cannot_be_are_refused(
    tablet: Tablet, wrong: dict[str, Any], piece: bytes, status: int
) -> None:
    _body, photo = picture()
    assert tablet.put(photo | wrong, 0, piece) == status


def test_old_pieces_are_swept(session: Session, tablet: Tablet) -> None:
    body, photo = picture()
    tablet.put(photo, 0, body[:1000])
    path = uploads.path_of(session.scalars(select(Upload)).one())
    assert uploads.sweep(session, datetime.now(UTC)) == []
    assert uploads.sweep(session, datetime.now(UTC) + timedelta(days=8)) == [path]
    assert session.scalars(select(Upload)).all() == []


def test_two_tablets_on_one_case_the_second_is_told_what_happened(
    session: Session, town: Town, tablet: Tablet, case: Case
) -> None:
    seen = case.revision
    body, photo = picture()
    colleague = other_member(session, town)
    case.member_id = colleague.member_id
    moves.make(
        session, case, "reassign", colleague, datetime.now(UTC), reason="我去", detail={"member": "样例乙"}
    )
    moves.make(session, case, "accept", colleague, datetime.now(UTC))
    accept = tablet.move(case, "accept", revision=seen)
    act = tablet.move(case, "act", "我已经换好灯泡", seen, photos=[photo])
    pieces(tablet, body, photo)
    assert tablet.send(accept, act) == ["kept", "kept"]
    assert (case.state, case.member_id) == ("accepted", colleague.member_id)
    assert history(session, case)[-2:] == ["arrive_late", "arrive_late"]
    assert session.scalars(select(Photo).where(Photo.case_id == case.id)).one()
    first, second = tablet.day()["cards"]
    assert (first["did"], second["did"]) == ("接单", "办结，待核查")
    assert second["words"] == "我已经换好灯泡"
    assert [one["what"] for one in second["meanwhile"]] == ["改派", "接单"]
    assert second["meanwhile"][0]["whom"] == "样例乙"


def test_cards_stay_until_they_are_read(session: Session, town: Town, tablet: Tablet, case: Case) -> None:
    seen = case.revision
    moves.make(session, case, "accept", other_member(session, town), datetime.now(UTC))
    assert tablet.send(tablet.move(case, "accept", revision=seen)) == ["kept"]
    [card] = tablet.day()["cards"]
    assert [one["request"] for one in tablet.day()["cards"]] == [card["request"]]
    assert tablet.send(tablet.action("seen", {"requests": [card["request"]]})) == ["done"]
    assert tablet.day()["cards"] == []


def test_a_note_of_somebody_else_stops_nothing(
    session: Session, town: Town, tablet: Tablet, case: Case
) -> None:
    seen = case.revision
    moves.make(session, case, "note", other_member(session, town), datetime.now(UTC), reason="路过看到")
    assert tablet.send(tablet.move(case, "accept", revision=seen)) == ["done"]
    assert history(session, case)[-1] == "accept"


@pytest.mark.parametrize("end", ["void", "closed"])
def test_what_comes_after_the_end_is_kept_in_the_history(
    session: Session, tablet: Tablet, case: Case, staff: Staff, end: str
) -> None:
    seen = case.revision
    commander, now = Actor("commander", staff[Role.COMMANDER].id), datetime.now(UTC)
    if end == "void":
        moves.make(session, case, "void", commander, now, reason="重复")
    else:
        branch = Actor("branch", staff[Role.BRANCH].id)
        for name, actor in (("accept", branch), ("act", branch), ("check_pass", commander)):
            moves.make(session, case, name, actor, now, reason="办")
    closed_at, due_at = case.closed_at, case.due_at
    assert tablet.send(tablet.move(case, "act", "我看过，没事", seen)) == ["kept"]
    assert history(session, case)[-1] == "arrive_late"
    assert (case.state, case.closed_at, case.due_at) == (end, closed_at, due_at)


def test_what_was_done_on_a_merged_case_goes_to_the_one_that_answers(
    session: Session, town: Town, tablet: Tablet, case: Case, staff: Staff
) -> None:
    seen, other = case.revision, report(session, town, text="同一盏灯")
    commander = Actor("commander", staff[Role.COMMANDER].id)
    merge.merge(
        session, make.EVERYTHING, from_id=case.id, into_id=other.id, actor=commander, now=datetime.now(UTC),
        reason="同一盏",
    )  # fmt: skip
    assert tablet.send(tablet.move(case, "note", "灯罩也碎了", seen)) == ["kept"]
    assert history(session, other)[-1] == "arrive_late"
    assert tablet.day()["cards"][0]["kept_in"] == other.number


def test_ground_taken_away_takes_the_case_but_not_the_work(
    session: Session, town: Town, tablet: Tablet, case: Case
) -> None:
    seen, now = case.revision, datetime.now(UTC)
    case.member_id = tablet.account.member_id
    session.flush()
    rehome.rehome(
        session, {case.id: town.grids["B"].id}, {"plan": 1, "plan_name": "样例方案"},
        before=now - timedelta(hours=1), at=now, now=now,
    )  # fmt: skip
    assert case.member_id != tablet.account.member_id
    work = [
        tablet.move(case, name, words, seen)
        for name, words in (("accept", ""), ("note", "看过"), ("act", "换了"))
    ]
    assert tablet.send(*work) == ["handed"] * 3
    logs = session.scalars(select(CaseLog).where(CaseLog.case_id == case.id).order_by(CaseLog.seq)).all()
    assert [log.move for log in logs[-3:]] == ["accept", "note", "act"]
    assert all(log.detail["under_old_line"]["plan_name"] == "样例方案" for log in logs[-3:])
    day = tablet.day()
    assert case.id not in [one["id"] for one in day["cases"]]
    assert {card["plan"] for card in day["cards"]} == {"样例方案"}


def test_a_case_given_to_somebody_in_another_grid_keeps_what_was_done(
    session: Session, town: Town, tablet: Tablet, case: Case
) -> None:
    seen = case.revision
    case.member_id = tablet.account.member_id
    posting = session.scalars(select(Posting).where(Posting.member_id == tablet.account.member_id)).one()
    posting.valid = span(make.LONG_AGO, datetime.now(UTC) - timedelta(minutes=5))
    case.member_id, case.organisation_id = town.members["B"].id, town.branches["B"].id
    moves.make(session, case, "reassign", Actor("commander"), datetime.now(UTC), reason="换人")
    done = tablet.move(case, "note", "灯已报修", seen) | {
        "at": (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    }
    assert tablet.send(done) == ["kept"]
    assert history(session, case)[-1] == "arrive_late"
    day = tablet.day()
    assert (day["cases"], day["grids"], day["doors"]) == ([], [], [])


def test_a_case_that_never_was_theirs_is_refused_and_the_words_stay(
    session: Session, town: Town, tablet: Tablet
) -> None:
    strange = report(session, town, "B")
    before = history(session, strange)
    assert tablet.send(tablet.move(strange, "note", "看看")) == ["refused"]
    assert history(session, strange) == before
    [card] = tablet.day()["cards"]
    assert (card["words"], card["meanwhile"]) == ("看看", [])
    assert strange.text not in json.dumps(card, ensure_ascii=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "strange"},
        {"body": {}},
        {"kind": "move", "body": {"case": 1, "revision": 1, "move": "void", "reason": "x"}},
        {"kind": "report", "body": {"text": "坏了"}},
        {"kind": "look", "body": {"household": 1, "purpose": "curiosity"}},
        {"kind": "visit", "body": {"household": 999, "answer": "well"}},
    ],
)
def test_what_cannot_be_taken_becomes_a_card_and_holds_nothing_up(
    tablet: Tablet, case: Case, wrong: dict[str, Any]
) -> None:
    bad = tablet.action("move", {}) | wrong
    assert tablet.send(bad, tablet.move(case, "accept")) == ["refused", "done"]
    assert [card["outcome"] for card in tablet.day()["cards"]] == ["refused"]


def test_something_seen_is_reported_once_with_its_picture(
    session: Session, town: Town, tablet: Tablet
) -> None:
    lon, lat = town.inside("A")
    body, photo = picture()
    seen = tablet.action("report", {"text": "护栏松了", "lon": lon, "lat": lat}, photos=[photo])
    pieces(tablet, body, photo)
    assert tablet.send(seen) == ["done"]
    assert tablet.send(seen) == ["done"]
    row = session.scalars(select(Report).where(Report.text == "护栏松了")).one()
    assert row.channel == "member"
    assert [one.kind for one in session.scalars(select(Photo).where(Photo.case_id == row.case_id))] == [
        "report"
    ]


@pytest.fixture
def home(session: Session, town: Town) -> Household:
    lon, lat = town.inside("A")
    row = Household(code="H1", room="301", grid_id=town.grids["A"].id, point=make.ewkt_point(lon, lat))
    session.add(row)
    session.flush()
    return row


def test_doors_that_are_due_are_on_the_day_and_the_look_is_written_down_once(
    session: Session, tablet: Tablet, home: Household
) -> None:
    assert [door["id"] for door in tablet.day()["doors"]] == [home.id]
    tablet.day()
    assert session.scalars(select(HouseholdAccess.purpose)).all() == ["visit"]
    assert tablet.send(tablet.action("look", {"household": home.id, "purpose": "safety"})) == ["done"]
    assert session.scalars(select(HouseholdAccess.purpose)).all() == ["visit", "safety"]


def test_the_book_holds_the_doors_of_ones_own_grids_and_who_could_stand_in(
    session: Session, tablet: Tablet, home: Household, town: Town
) -> None:
    lon, lat = town.inside("B")
    session.add(Household(code="H2", room="402", grid_id=town.grids["B"].id, point=make.ewkt_point(lon, lat)))
    colleague = make.member(session, branch=town.branches["A"], name="样例同事")
    make.posting(session, colleague, town.grids["A"])
    answer = tablet.client.get("/field/book.json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json() == {"doors": [[home.id, "301"]], "people": [[colleague.id, "样例同事"]]}
    assert session.scalars(select(HouseholdAccess.purpose)).all() == []
    mark = tablet.day()["book"]
    assert mark
    assert tablet.day()["book"] == mark
    session.execute(
        text("UPDATE posting SET valid = tstzrange(lower(valid), now()) WHERE member_id = :member"),
        {"member": tablet.account.member_id},
    )
    assert tablet.day()["book"] == ""


def test_what_was_looked_up_without_a_network_is_written_down_with_its_purpose_and_nothing_of_others(
    session: Session, tablet: Tablet, home: Household, town: Town
) -> None:
    lon, lat = town.inside("B")
    other = Household(code="H2", room="402", grid_id=town.grids["B"].id, point=make.ewkt_point(lon, lat))
    session.add(other)
    session.flush()
    look = tablet.action("look", {"households": [home.id, other.id], "purpose": "service"})
    assert tablet.send(look, look) == ["done", "done"]
    rows = session.execute(select(HouseholdAccess.household_id, HouseholdAccess.purpose)).all()
    assert [tuple(row) for row in rows] == [(home.id, "service")]
    strange = tablet.action("look", {"households": [other.id], "purpose": "service"})
    assert tablet.send(strange, tablet.action("look", {"households": [home.id], "purpose": "curious"})) == [
        "refused",
        "refused",
    ]


def test_a_hand_over_without_a_network_is_done_whole_or_comes_back_as_a_card(
    session: Session, tablet: Tablet, case: Case, town: Town
) -> None:
    colleague = make.member(session, branch=town.branches["A"], name="样例同事")
    make.posting(session, colleague, town.grids["A"])
    case.member_id = tablet.account.member_id
    session.flush()
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    body = {"first": day, "last": day, "colleague": colleague.id, "words": "灯泡还没到"}
    late = tablet.action("hand_over", body | {"cases": [[case.id, case.revision + 7]]})
    assert tablet.send(late) == ["refused"]
    [card] = tablet.day()["cards"]
    assert (card["did"], card["words"]) == ("请假交接", "灯泡还没到")
    assert tablet.send(tablet.action("hand_over", body | {"cases": [[case.id, case.revision]]})) == ["done"]
    session.refresh(case)
    assert case.member_id == colleague.id
    before = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
    past = body | {"first": before, "last": before, "cases": []}
    assert tablet.send(tablet.action("hand_over", past)) == ["refused"]


def test_a_visit_without_a_network_is_written_down(session: Session, tablet: Tablet, home: Household) -> None:
    visit = tablet.action(
        "visit", {"household": home.id, "template": "visit", "answer": "well", "words": "都好"}
    )
    assert tablet.send(visit, visit) == ["done", "done"]
    rows = session.execute(text("SELECT member_id, note->>'words' FROM visit")).all()
    assert rows == [(tablet.account.member_id, "都好")]
    assert tablet.day()["doors"] == []


def test_the_day_is_given_again_only_when_it_changed(tablet: Tablet, case: Case) -> None:
    first = tablet.client.get("/field/day.json")
    assert first.headers["Cache-Control"] == "no-store"
    mark = {"If-None-Match": first.headers["ETag"]}
    assert tablet.client.get("/field/day.json", headers=mark).status_code == 304
    tablet.send(tablet.move(case, "accept"))
    assert tablet.client.get("/field/day.json", headers=mark).status_code == 200


def test_the_day_holds_what_is_mine_and_nothing_of_others(
    session: Session, town: Town, tablet: Tablet, case: Case
) -> None:
    report(session, town, "B", text="别的网格的事", contact="13800000000")
    found = tablet.client.get("/field/day.json").get_data(as_text=True)
    assert [one["id"] for one in json.loads(found)["cases"]] == [case.id]
    assert "别的网格的事" not in found
    assert "13800000000" not in found


def test_the_same_account_gets_the_same_key_and_others_another(
    tablet: Tablet, staff: Staff, sign_in: SignIn
) -> None:
    mine = tablet.client.get("/field/key.json")
    assert mine.headers["Cache-Control"] == "no-store"
    tablet.client.post("/sign-out")
    assert tablet.client.get("/field/key.json").status_code == 401
    again = sign_in(Role.GRID_MEMBER).get("/field/key.json").get_json()
    assert again["key"] == mine.get_json()["key"]
    other = sign_in(Role.BRANCH).get("/field/key.json").get_json()
    assert other["key"] != again["key"]
    assert other["owner"] != again["owner"]


def test_work_of_another_account_is_not_taken_under_this_one(
    tablet: Tablet, case: Case, staff: Staff
) -> None:
    enter(tablet.client, staff[Role.BRANCH])
    tablet.send(tablet.move(case, "accept"), status=401)


def test_a_sign_in_that_fell_asleep_can_send_but_read_nothing(
    session: Session, tablet: Tablet, case: Case
) -> None:
    tablet.client.delete_cookie(idle.COOKIE)
    assert tablet.send(tablet.move(case, "accept")) == ["done"]
    assert tablet.client.get_cookie(idle.COOKIE) is None, "sending is no sign of life"
    assert tablet.client.get("/field/day.json", headers={"Accept": "application/json"}).status_code == 401


def test_what_nobody_asked_for_by_hand_is_no_sign_of_life(tablet: Tablet) -> None:
    answer = tablet.client.get("/field/day.json", headers={"X-Background": "1"})
    assert not any(idle.COOKIE in value for value in answer.headers.getlist("Set-Cookie"))
    answer = tablet.client.get("/field/day.json")
    assert any(idle.COOKIE in value for value in answer.headers.getlist("Set-Cookie"))


def test_sending_asks_for_the_token_of_the_page(app_with_csrf: FlaskClient, staff: Staff) -> None:
    enter(app_with_csrf, staff[Role.GRID_MEMBER])
    tablet = Tablet(app_with_csrf, staff[Role.GRID_MEMBER])
    tablet.send(status=400)
    token = app_with_csrf.get("/field/key.json").get_json()["token"]
    body = {"device": tablet.device, "owner": device_key(tablet.account.id).owner,
            "sent_at": datetime.now(UTC).isoformat(), "actions": []}  # fmt: skip
    assert (
        app_with_csrf.post("/field/sync.json", json=body, headers={"X-CSRFToken": token}).status_code == 200
    )


def test_old_numbers_are_forgotten_but_cards_nobody_read_stay(
    session: Session, tablet: Tablet, case: Case, town: Town
) -> None:
    strange = report(session, town, "B")
    tablet.send(tablet.move(case, "accept"), tablet.move(strange, "note", "看看"))
    assert device_book.forget(session, datetime.now(UTC)) == 0
    assert device_book.forget(session, datetime.now(UTC) + timedelta(days=61)) == 1
    assert [row.outcome for row in session.scalars(select(DeviceRequest))] == ["refused"]


def test_the_worker_and_the_empty_page_name_nobody(tablet: Tablet) -> None:
    worker = tablet.client.get("/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert worker.mimetype == "text/javascript"
    kept = json.loads(worker.get_data(as_text=True).split("self.KEPT = ")[1].split(";\n")[0])
    for address in kept["files"]:
        with tablet.client.get(address) as answer:
            assert answer.status_code == 200, address
    assert list(kept["pages"]) == ["/my", "/round"]
    for address in kept["pages"].values():
        shell = tablet.client.get(address).get_data(as_text=True)
        assert "data-shell" in shell
        assert tablet.account.name not in shell
        assert "csrf" not in shell
    assert tablet.client.get("/app.webmanifest").get_json(force=True)["start_url"] == "/my"
