"""The board: what narrows it, what it says of others' moves, suggestions, taking back, the wall, the day's report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from gis.cases import clocks, journey, moves, queries, undo
from gis.cases.actor import Actor
from gis.cases.assign import reassign
from gis.cases.models import Case, Notice
from gis.cases.roster import on_duty
from gis.cases.stand import Stand, retrace
from gis.cases.suggestions import suggest
from gis.cases.tail import Tail
from gis.errors import BusyError, MoveRefusedError
from gis.staff.models import Account
from gis.staff.roles import Role
from tests import make
from tests.make import Town, new_report
from tests.webmap.conftest import enter
from webmap.command.board_events import Hub, line

SignIn = Callable[[Role], FlaskClient]
pytestmark = pytest.mark.usefixtures("test_settings")


def report(session: Session, town: Town, letter: str = "A", **more: object) -> Case:
    received = journey.report(session, new_report(pin=town.inside(letter), **more), datetime.now(UTC))
    session.flush()
    return session.get_one(Case, received.row.case.id)


def mark(session: Session, case: Case) -> str:
    session.refresh(case)
    return f"{case.id}:{case.revision}"


def listed(client: FlaskClient, query: str = "") -> list[int]:
    page = client.get(f"/board/list?{query}").get_data(as_text=True)
    return [int(found) for found in re.findall(r'data-case="(\d+)"', page)]


# narrowing


def test_the_list_is_narrowed_by_lane_grid_member_words_and_window(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    here, there = report(session, town, "A"), report(session, town, "B", text="河边的路灯不亮")
    client = sign_in(Role.COMMANDER)
    assert listed(client) == [here.id, there.id]
    assert listed(client, f"grid={town.grids['B'].id}") == [there.id]
    assert listed(client, f"member={town.members['A'].id}") == [here.id]
    assert listed(client, "q=河边") == [there.id]
    assert listed(client, "lane=accepted") == []
    west, south, east, north = town.shapes["A"].buffer(-0.0001).bounds
    assert listed(client, f"box={west},{south},{east},{north}") == [here.id]
    assert client.get("/board/list?box=1,2").status_code == 422


def test_the_map_shows_what_the_list_is_narrowed_to(session: Session, town: Town, sign_in: SignIn) -> None:
    report(session, town, "A")
    there = report(session, town, "B")
    west, south, east, north = town.shapes["A"].union(town.shapes["B"]).bounds
    window = f"bbox={west},{south},{east},{north}&zoom=18"
    client = sign_in(Role.COMMANDER)
    found = client.get(f"/board/marks.geojson?{window}&grid={town.grids['B'].id}").get_json()
    assert [row["id"] for row in found["features"]] == [there.id]
    assert len(client.get(f"/board/marks.geojson?{window}").get_json()["features"]) == 2


def test_the_address_follows_the_list(session: Session, town: Town, sign_in: SignIn) -> None:
    report(session, town)
    answer = sign_in(Role.COMMANDER).get("/board/list?lane=assigned&q=&grid=&order=new&x=1")
    assert answer.headers["HX-Replace-Url"] == "/board?lane=assigned&order=new"


def test_a_branch_sees_only_its_own_grid(session: Session, town: Town, sign_in: SignIn) -> None:
    own, other = report(session, town, "A"), report(session, town, "B")
    client = sign_in(Role.BRANCH)
    assert listed(client) == [own.id]
    assert client.get(f"/board/cases/{other.id}").status_code == 404


@pytest.mark.parametrize("count", [2, 12])
def test_the_number_of_questions_does_not_grow_with_the_rows(
    session: Session, town: Town, sign_in: SignIn, engine: Engine, count: int
) -> None:
    for _ in range(count):
        report(session, town)
    client = sign_in(Role.COMMANDER)
    client.get("/board/list")
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get("/board/list")
    assert len([words for words in asked if words.startswith(("SELECT", "WITH", "\n"))]) <= 22


# others' moves


def changes(client: FlaskClient, shown: str, query: str = "") -> dict[str, object]:
    found = client.get(f"/board/changes.json?shown={shown}&{query}")
    assert found.status_code == 200
    return dict(found.get_json())


def test_a_screen_learns_what_moved_who_moved_it_and_what_is_new(
    session: Session, town: Town, sign_in: SignIn, staff: dict[Role, Account]
) -> None:
    case = report(session, town)
    before = mark(session, case)
    client = sign_in(Role.COMMANDER)
    assert changes(client, before)["rows"] == {}
    moves.make(session, case, "accept", Actor("branch", staff[Role.BRANCH].id), datetime.now(UTC))
    session.flush()
    fresh = report(session, town)
    found = changes(client, before)
    assert list(found["rows"]) == [str(case.id)]  # type: ignore[call-overload]
    assert "在办" in json.dumps(found["rows"], ensure_ascii=False)
    assert staff[Role.BRANCH].name in found["said"][str(case.id)]  # type: ignore[index]
    assert "接单" in found["said"][str(case.id)]  # type: ignore[index]
    assert (found["fresh"], found["gone"]) == (1, [])
    gone = changes(client, f"{before},{mark(session, fresh)}", "lane=assigned")
    assert gone["gone"] == [case.id]


def test_a_screen_that_shows_nonsense_is_told_to_load_anew(sign_in: SignIn, town: Town) -> None:
    client = sign_in(Role.COMMANDER)
    for shown in ("x", "1", "1:x", ",".join(f"{n}:1" for n in range(300))):
        assert client.get(f"/board/changes.json?shown={shown}").status_code == 422


def test_two_commanders_cannot_overwrite_one_another_silently(
    session: Session, town: Town, client: FlaskClient, staff: dict[Role, Account]
) -> None:
    case = report(session, town)
    seen = mark(session, case)
    second = make.account(session, Role.COMMANDER, area_id=town.subdistrict.id)
    form = {
        "case": seen,
        "whom": f"{town.branches['B'].id}",
        "reason": "离得近",
        "back": "/board?lane=assigned",
    }
    enter(client, second)
    assert client.post("/board/assign", data=form).status_code == 303
    enter(client, staff[Role.COMMANDER])
    answer = client.post(
        "/board/assign", data=form | {"whom": f"{town.branches['A'].id}", "reason": "我来定"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert re.search(rf"别人刚刚改动过案件 {case.number}：指挥员 {second.name} \d\d:\d\d 改派", page)
    assert 'value="我来定"' in page
    assert re.search(rf'value="{case.id}:\d+" checked', page)
    session.refresh(case)
    assert case.organisation_id == town.branches["B"].id


def test_a_refused_form_in_english_names_who_moved_it(
    session: Session, town: Town, client: FlaskClient, staff: dict[Role, Account]
) -> None:
    case = report(session, town)
    staff[Role.COMMANDER].language = "en"
    session.flush()
    enter(client, staff[Role.COMMANDER])
    form = {"case": f"{case.id}:0", "whom": f"{town.branches['B'].id}", "reason": "near"}
    page = client.post("/board/assign", data=form).get_data(as_text=True)
    assert f"Somebody has just moved case {case.number}: the program" in page


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(sign_in: SignIn, town: Town) -> None:
    client = sign_in(Role.COMMANDER)
    assert "wangge_seen" in str(client.get("/board").headers.getlist("Set-Cookie"))
    for path in ("/board/changes.json", "/board/duty"):
        assert "wangge_seen" not in str(client.get(path).headers.getlist("Set-Cookie"))


# the line


def test_a_line_says_that_something_moved_and_ends_by_itself() -> None:
    hub = Hub()
    words = line(hub, seconds=1)
    assert next(words).startswith("retry:")
    hub._tick()
    assert next(words) == "event: moved\ndata: 1\n\n"
    assert list(words) == []


def test_a_process_holds_only_so_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    monkeypatch.setattr(hub, "_watch", lambda: None)
    hub.join(2)
    hub.join(2)
    with pytest.raises(BusyError):
        hub.join(2)
    hub.leave()
    hub.join(2)


def test_the_tail_sees_rows_that_were_committed_late() -> None:
    tail, now = Tail(10), datetime.now(UTC)
    tail.note([11, 14], now)
    assert (tail.last, sorted(tail.missing)) == (14, [12, 13])
    tail.note([12], now + timedelta(seconds=1))
    assert sorted(tail.missing) == [13]
    tail.note([], now + timedelta(minutes=2))
    assert tail.missing == {}


def test_the_tail_of_a_real_log(session: Session, town: Town) -> None:
    tail, now = Tail.at_end(session), datetime.now(UTC)
    assert not tail.moved(session, now)
    report(session, town)
    assert tail.moved(session, now)
    assert not tail.moved(session, now)


# who is there, and suggestions


def test_only_who_is_on_duty_is_there_with_grid_and_load(session: Session, town: Town) -> None:
    now = datetime.now(UTC)
    day = make.span(now - timedelta(hours=1), now + timedelta(hours=1))
    make.shift(session, town.members["A"], day)
    make.shift(session, town.members["B"], day)
    make.shift(session, town.members["B"], day, kind="leave")
    report(session, town, "A")
    [one] = on_duty(session, [grid.id for grid in town.grids.values()], now)
    assert (one.member_id, one.grids, one.load, one.late) == (town.members["A"].id, ("第A网格",), 1, 0)


def test_suggestions_share_out_what_is_given_in_the_same_list(session: Session, town: Town) -> None:
    second = make.member(session, branch=town.branches["A"], skills=("路灯",))
    make.posting(session, second, town.grids["A"])
    cases = [report(session, town, "A") for _ in range(4)]
    for case in cases:
        case.member_id = case.organisation_id = None
    session.flush()
    found = suggest(session, cases, datetime.now(UTC))
    given = [one.member.member_id for one in found if one.member]
    assert sorted(given.count(one) for one in set(given)) == [2, 2]
    assert [factor["name_zh"] for factor in (found[0].receipt or {})["factors"]][:2] == ["当班", "技能相符"]


def test_many_are_given_as_suggested_with_the_reasons_written_down(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    first, second = report(session, town, "A"), report(session, town, "A")
    for case in (first, second):
        reassign(
            session, case, Actor("branch"), datetime.now(UTC),
            organisation_id=town.branches["B"].id, member_id=town.members["B"].id, reason="样例",
        )  # fmt: skip
    session.flush()
    client = sign_in(Role.COMMANDER)
    page = client.get(f"/board/suggest?case={mark(session, first)}&case={mark(session, second)}").get_data(
        as_text=True
    )
    form = dict(re.findall(r'<input type="hidden" name="(why-\d+)" value="([^"]*)"', page))
    chosen = re.findall(r'<select name="(whom-\d+)">\s*<option value="([\d:]+)"', page)
    assert len(chosen) == 2
    answer = client.post(
        "/board/assign-each",
        data=form | dict(chosen) | {"case": [mark(session, first), mark(session, second)]},
    )
    assert answer.status_code == 303
    session.expire_all()
    assert {first.member_id, second.member_id} == {town.members["A"].id}
    told = queries.receipts(session, first.id)[0].receipt
    assert "按建议" in told["reason"]
    assert told["program"]["member_id"] == town.members["A"].id


# taking back


def given_out(session: Session, town: Town, who: Account, case: Case, at: datetime) -> None:
    reassign(
        session, case, Actor("commander", who.id), at,
        organisation_id=town.branches["B"].id, member_id=town.members["B"].id, reason="试试",
    )  # fmt: skip
    session.flush()


@pytest.mark.parametrize("state", ["queued", "assigned", "accepted"])
def test_taking_back_restores_state_owner_and_clocks(
    session: Session, town: Town, staff: dict[Role, Account], state: str
) -> None:
    case, now = report(session, town), datetime.now(UTC)
    who = staff[Role.COMMANDER]
    member = Actor("grid_member", None, town.members["A"].id)
    if state == "queued":
        moves.make(session, case, "refuse", member, now, reason="不归我", detail={"toward": "不清楚"})
    if state == "accepted":
        moves.make(session, case, "accept", member, now)
        moves.make(session, case, "ask_extension", member, now, reason="等材料", detail={"limit": "2工作日"})
    session.flush()
    before = Stand.of(case)
    due, running = case.due_at, {one.stage for one in clocks.of_case(session, case.id) if one.running}
    given_out(session, town, who, case, now + timedelta(seconds=5))
    undo.withdraw(session, case, Actor("commander", who.id), now + timedelta(seconds=20))
    session.flush()
    after = Stand.of(case)
    assert (after.state, after.owner, after.handling) == (before.state, before.owner, before.handling)
    assert after.extension_asked_at == before.extension_asked_at
    still = clocks.of_case(session, case.id)
    assert running <= {one.stage for one in still if one.running}
    assert case.due_at == due
    assert all(one.due_at == one.original_due_at for one in still)
    assert retrace(queries.history(session, case.id)) == after
    told = session.scalars(select(Notice).where(Notice.key.startswith("withdraw:"))).one()
    assert (told.member_id, "不用办理" in told.body) == (town.members["B"].id, True)
    assert all(one.seq + 1 == other.seq for one, other in pairwise(queries.history(session, case.id)))


def test_after_a_minute_or_by_another_or_after_a_move_it_stays(
    session: Session, town: Town, staff: dict[Role, Account]
) -> None:
    case, now = report(session, town), datetime.now(UTC)
    who = staff[Role.COMMANDER]
    given_out(session, town, who, case, now)
    for actor, at in (
        (Actor("commander", who.id), now + timedelta(seconds=61)),
        (Actor("commander", staff[Role.PLANNER].id), now + timedelta(seconds=5)),
    ):
        with pytest.raises(MoveRefusedError):
            undo.withdraw(session, case, actor, at)
    moves.make(session, case, "accept", Actor("grid_member", None, town.members["B"].id), now)
    session.flush()
    with pytest.raises(MoveRefusedError):
        undo.withdraw(session, case, Actor("commander", who.id), now + timedelta(seconds=5))
    assert (case.state, case.member_id) == ("accepted", town.members["B"].id)


def test_the_board_offers_to_take_back_and_says_who_acted_meanwhile(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    first, second = report(session, town), report(session, town)
    client = sign_in(Role.COMMANDER)
    whom = f"{town.branches['B'].id}:{town.members['B'].id}"
    marks = [mark(session, first), mark(session, second)]
    client.post("/board/assign", data={"case": marks, "whom": whom, "reason": "人手"})
    page = client.get("/board").get_data(as_text=True)
    assert f"刚才派出 2 件给 {town.members['B'].name}" in page
    marks = [mark(session, first), mark(session, second)]
    moves.make(session, second, "accept", Actor("grid_member", None, town.members["B"].id), datetime.now(UTC))
    session.flush()
    page = client.post("/board/undo", data={"case": marks}, follow_redirects=True).get_data(as_text=True)
    assert "已撤销 1 件派单" in page
    assert re.search(rf"别人刚刚改动过案件 {second.number}：网格员 \d\d:\d\d 接单", page)
    session.expire_all()
    assert (first.member_id, second.member_id) == (town.members["A"].id, town.members["B"].id)
    assert "刚才派出" not in page


# the wall and the day


def test_the_wall_has_no_words_and_no_names(session: Session, town: Town, sign_in: SignIn) -> None:
    now = datetime.now(UTC)
    make.shift(session, town.members["A"], make.span(now - timedelta(hours=1), now + timedelta(hours=1)))
    case = report(session, town)
    client = sign_in(Role.COMMANDER)
    for path in ("/board/wall", "/board/wall/part"):
        page = client.get(path).get_data(as_text=True)
        assert case.text not in page
        assert town.members["A"].name not in page
        assert "第A网格 <b>1</b>" in page
        assert not re.search(r"<(button|input|select|a )", page)


def test_the_day_says_what_came_what_was_done_and_its_parts(
    session: Session, town: Town, sign_in: SignIn, staff: dict[Role, Account]
) -> None:
    now = datetime.now(UTC)
    done, _open = report(session, town), report(session, town)
    member = Actor("grid_member", None, town.members["A"].id)
    moves.make(session, done, "accept", member, now)
    moves.make(session, done, "act", member, now, reason="换了灯泡")
    moves.make(session, done, "check_pass", Actor("commander", staff[Role.COMMANDER].id), now)
    session.flush()
    client = sign_in(Role.COMMANDER)
    page = client.get("/board/day").get_data(as_text=True)
    assert "收到 2 件，办结 1 件，按期办结率 100.00 %（1/1 件）" in page
    assert client.get("/board/day.pdf").data.startswith(b"%PDF")
    assert "没有收到也没有办结" in client.get("/board/day?day=2020-01-02").get_data(as_text=True)
    for strange in ("2999-01-01", "x", "0001-01-01"):
        assert client.get(f"/board/day?day={strange}").status_code == 422
