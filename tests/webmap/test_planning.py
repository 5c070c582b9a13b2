"""The planner's pages: plans are listed, begun, copied and called off; every edit is one answer with what changed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from gis.boundaries import jobs, plans, queries
from gis.boundaries.models import BoundaryPlan, PlanState
from gis.staff.roles import Role
from tests import make
from tests.boundaries.town import plan_over, roads
from tests.make import NOW, Town

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def town(session: Session) -> Town:
    town = Town(session, "AAAB\nAAAB")
    roads(session, town)
    return town


@pytest.fixture
def plan(session: Session, town: Town) -> BoundaryPlan:
    return plan_over(session, town)


@pytest.fixture
def planner(sign_in: SignIn, plan: BoundaryPlan) -> FlaskClient:
    del plan
    return sign_in(Role.PLANNER)


def work() -> int:
    """Do what the worker does."""
    from tasks.planning import work as worked

    return worked()


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def state(client: FlaskClient, plan: BoundaryPlan) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/plans/{plan.id}/draft.json").get_json()
    return found


def edit(client: FlaskClient, plan: BoundaryPlan, kind: str, **given: Any) -> TestResponse:
    revision = given.pop("revision", None) or state(client, plan)["revision"]
    return client.post(f"/plans/{plan.id}/edits", json={"kind": kind, "revision": revision, **given})


def test_an_empty_list_says_what_to_do(sign_in: SignIn) -> None:
    page = text_of(sign_in(Role.PLANNER).get("/plans"))
    assert "还没有方案" in page
    assert "起一份草案" in page
    page = text_of(sign_in(Role.COMMANDER).get("/plans"))
    assert "规划员起草以后" in page
    assert "开始起草" not in page


def test_a_draft_is_begun_and_a_second_one_shares_its_ground(
    session: Session, sign_in: SignIn, town: Town
) -> None:
    client = sign_in(Role.PLANNER)
    given = {"name": "第一份", "area": str(town.community.id)}
    first = client.post("/plans", data=given)
    assert first.status_code == 303
    second = client.post("/plans", data=given | {"name": "第二份"})
    rows = queries.plans_in(session, None)
    assert [row.name for row in rows] == ["第二份", "第一份"]
    assert len({row.unit_set_id for row in rows}) == 1
    assert first.location != second.location
    page = text_of(client.get("/plans"))
    assert page.index("第二份") < page.index("第一份")
    assert town.community.code not in page
    assert "第一份" in text_of(client.get(first.location))


def test_what_is_missing_for_a_draft_is_said_beside_it(sign_in: SignIn, town: Town) -> None:
    client = sign_in(Role.PLANNER)
    answer = client.post("/plans", data={"name": "样例"})
    assert answer.status_code == 422
    assert "请选择一个社区" in text_of(answer)
    answer = client.post("/plans", data={"name": " ", "area": str(town.community.id)})
    assert "1 到 80 个字" in text_of(answer)
    assert re.search(rf'value="{town.community.id}"[^>]* checked', text_of(answer))
    assert client.post("/plans", data={"name": "样例", "area": "999999"}).status_code == 422


def test_large_ground_is_cut_by_a_worker(
    session: Session, sign_in: SignIn, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmap.planning.views.SMALL_BUILDINGS", -1)
    client = sign_in(Role.PLANNER)
    answer = client.post("/plans", data={"name": "大社区", "area": str(town.community.id)})
    assert answer.location == "/plans"
    page = text_of(client.get("/plans"))
    assert "正在为“大社区”切分基本单元" in page
    assert client.get("/plans/jobs.json").get_json()[0]["open"]
    assert work() == 1
    [job] = client.get("/plans/jobs.json").get_json()
    assert not job["open"]
    session.expire_all()
    assert queries.plan_in(session, None, job["plan"]).name == "大社区"
    assert "正在为" not in text_of(client.get("/plans"))


def test_a_fault_of_the_worker_is_told(session: Session, sign_in: SignIn, town: Town) -> None:
    client = sign_in(Role.PLANNER)
    who = make.account(session, "planner", area_id=town.subdistrict.id)
    del who
    with client.session_transaction() as cookie:
        account_id = cookie["account"]
    jobs.begin(session, jobs.Kind.GROUND, account_id, {"area_ids": [10**9], "name": "样例"}, NOW)
    session.commit()
    assert work() == 1
    with_fault = jobs.jobs_of(session, account_id, NOW)
    session.expire_all()
    assert [job.state for job in with_fault] == ["failed"]


def test_the_ground_comes_once_and_whole(planner: FlaskClient, plan: BoundaryPlan) -> None:
    answer = planner.get(f"/plans/{plan.id}/ground.json")
    again = planner.get(f"/plans/{plan.id}/ground.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for one in (answer, again):  # a browser takes what a 304 says of keeping for what it has
        assert one.headers["Cache-Control"] == "private, no-cache"
    ground = answer.get_json()
    assert len(ground["shapes"]) == 8
    ring = ground["shapes"][0][0][0]
    corners = [(sum(ring[0 : 2 * i + 1 : 2]), sum(ring[1 : 2 * i + 2 : 2])) for i in range(len(ring) // 2)]
    assert all(
        116.0 < lon / ground["steps"] < 117.0 and 39.0 < lat / ground["steps"] < 41.0 for lon, lat in corners
    )
    assert ground["today"].count(0) == 6
    assert len(ground["counts"]["households"]) == 8


def test_painting_answers_with_what_changed_only(planner: FlaskClient, plan: BoundaryPlan) -> None:
    before = state(planner, plan)
    unit = before["part"].index(0)
    change = edit(planner, plan, "paint", units=[unit], part=1).get_json()
    assert change["units"] == [[1, [unit]]]
    assert {row["key"] for row in change["rows"]} == {0, 1}
    assert change["undo"]
    assert not change["redo"]
    assert "part" not in change
    assert state(planner, plan)["part"][unit] == 1


def test_a_breach_says_what_where_and_how_much_and_blocks_submitting(
    planner: FlaskClient, plan: BoundaryPlan
) -> None:
    whole = state(planner, plan)
    assert "与现状相同" in whole["blocked"]
    west = whole["part"].index(0)  # the first unit in reading order is the farthest from B
    change = edit(planner, plan, "paint", units=[west], part=1).get_json()
    [fault] = [fault for fault in change["faults"] if fault["rule"] == "R10"]
    assert fault["hard"]
    assert "2 块" in fault["says"]
    assert len(fault["units"]) == 1
    assert len(fault["bounds"]) == 4
    assert "必须先改正" in change["blocked"]
    mended = planner.post(f"/plans/{plan.id}/undo", json={"revision": change["revision"]}).get_json()
    assert mended["hard"] == 0
    assert mended["redo"]


def test_every_tool_and_back_again(planner: FlaskClient, plan: BoundaryPlan, town: Town) -> None:
    whole = state(planner, plan)["part"]
    west, south, east, north = town.shapes["A"].bounds
    middle = (west + east) / 2 + 1e-5
    line = [[middle, south - 0.001], [middle, north + 0.001]]
    split = edit(planner, plan, "split_line", part=0, line=line).get_json()
    assert [part["name"] for part in split["parts"]] == ["样例网格A·2"] or len(split["parts"]) == 1
    key = split["parts"][0]["key"]
    assert split["parts"][0]["fresh"]
    moved = edit(
        planner,
        plan,
        "line_along",
        part=key,
        other=0,
        line=[[middle + 0.001, south - 0.001], [middle + 0.001, north + 0.001]],
    )
    assert moved.status_code in (200, 422)
    assert edit(planner, plan, "merge", parts=[0, key], part=0).status_code == 200
    assert edit(planner, plan, "split", part=0, parts=3).get_json()["grids"] == 4
    assert edit(planner, plan, "name", part=0, name="新名").get_json()["parts"][0]["name"] == "新名"
    assert edit(planner, plan, "lock", parts=[0], on=True).get_json()["parts"][0]["locked"]
    refused = edit(planner, plan, "merge", parts=[0, 1], part=1)
    assert refused.status_code == 409
    assert "已锁定" in refused.get_json()["title"]
    while (now := state(planner, plan))["undo"]:
        assert planner.post(f"/plans/{plan.id}/undo", json={"revision": now["revision"]}).status_code == 200
    assert state(planner, plan)["part"] == whole
    assert (
        planner.post(
            f"/plans/{plan.id}/undo", json={"revision": state(planner, plan)["revision"]}
        ).status_code
        == 409
    )


def test_an_edit_for_a_draft_that_somebody_changed_is_refused(
    planner: FlaskClient, plan: BoundaryPlan
) -> None:
    revision = state(planner, plan)["revision"]
    assert edit(planner, plan, "paint", units=[0], part=1, revision=revision).status_code == 200
    late = edit(planner, plan, "paint", units=[1], part=1, revision=revision)
    assert late.status_code == 409
    assert late.get_json()["revision"] == revision + 1


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "paint", "revision": 1},
        {"kind": "burn", "revision": 1},
        {"kind": "paint", "units": [99], "part": 1},
        {"kind": "paint", "units": [-1], "part": 1},
        {"kind": "paint", "units": [0], "part": 77},
        {"kind": "split", "part": 0, "parts": [1]},
        {"kind": "merge", "part": 0, "parts": 3},
        {"kind": "split_line", "part": 0, "line": [[116, 39]]},
        {"kind": "split_line", "part": 0, "line": [[116, 39], [116, 39]]},
        {"kind": "split_line", "part": 0, "line": [[0, 0], [1e999, 0]]},
        {"kind": "line_along", "part": 0, "other": 0, "line": [[116, 39], [117, 40]]},
        {"kind": "lock", "units": [99], "on": True},
        {"kind": "name", "part": 0, "name": " "},
    ],
)
def test_what_cannot_be_done_gets_a_sentence_and_changes_nothing(
    planner: FlaskClient, plan: BoundaryPlan, body: dict[str, Any]
) -> None:
    before = state(planner, plan)
    answer = planner.post(f"/plans/{plan.id}/edits", json={"revision": before["revision"]} | body)
    assert answer.status_code in (404, 409, 422)
    assert len(answer.get_json()["title"]) > 5
    assert state(planner, plan) == before


def test_weights_and_limits_are_the_planners(planner: FlaskClient, plan: BoundaryPlan) -> None:
    now = state(planner, plan)
    weights = {"households": 0, "care": 0, "open_cases": 0, "past_cases": 0, "walking_min": 0}
    refused = planner.post(f"/plans/{plan.id}/scales", json={"revision": now["revision"], "weights": weights})
    assert refused.status_code == 422
    given = {"revision": now["revision"], "weights": weights | {"care": 2}, "limits": {"compact_hard": 1.0}}
    change = planner.post(f"/plans/{plan.id}/scales", json=given).get_json()
    assert change["hard"] == 2  # no grid is a circle
    assert planner.post(f"/plans/{plan.id}/count", json={"revision": change["revision"]}).get_json() == {
        "counted": True
    }


def test_proposals_are_searched_by_a_worker_and_one_is_taken(
    session: Session, planner: FlaskClient, plan: BoundaryPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planner.get(f"/plans/{plan.id}/proposals.json").get_json() == {"job": None}
    asked = planner.post(f"/plans/{plan.id}/proposals", json={"parts": 4, "seconds": 10})
    assert asked.status_code == 202
    job = jobs.proposal_of(session, plan.id)
    assert job is not None
    job.wanted = job.wanted | {"seconds": 1.0}
    session.commit()
    assert work() == 1
    session.expire_all()
    found = planner.get(f"/plans/{plan.id}/proposals.json").get_json()
    assert found["state"] == "done"
    assert found["error"] == ""
    assert found["offers"][0]["grids"] == 4
    assert found["offers"][0]["whole"]
    choice = {"revision": state(planner, plan)["revision"], "job": found["job"], "offer": 0}
    change = planner.post(f"/plans/{plan.id}/choose", json=choice).get_json()
    assert change["grids"] == 4
    assert change["undo"]
    assert (
        planner.post(
            f"/plans/{plan.id}/choose", json=choice | {"revision": change["revision"], "offer": 50}
        ).status_code
        == 404
    )


def test_a_wish_needs_a_number(planner: FlaskClient, plan: BoundaryPlan) -> None:
    assert planner.post(f"/plans/{plan.id}/proposals", json={}).status_code == 422
    assert planner.post(f"/plans/{plan.id}/proposals", json={"parts": 0}).status_code == 422
    assert planner.post(f"/plans/{plan.id}/proposals", json={"households": 0}).status_code == 422


def test_a_copy_and_a_draft_called_off(session: Session, planner: FlaskClient, plan: BoundaryPlan) -> None:
    edit(planner, plan, "paint", units=[0], part=1)
    made = planner.post(f"/plans/{plan.id}/copy", data={"name": "另一份"})
    copied = queries.plan_in(session, None, int(made.location.rsplit("/", 1)[1]))
    assert queries.layout_of(session, copied).part.tolist() == state(planner, plan)["part"]
    assert planner.post(f"/plans/{plan.id}/drop").status_code == 303
    session.expire_all()
    assert plan.state == PlanState.CALLED_OFF
    assert edit(planner, plan, "paint", units=[1], part=1).status_code == 409
    assert "已取消" in text_of(planner.get("/plans"))


def test_two_drafts_side_by_side(session: Session, planner: FlaskClient, plan: BoundaryPlan) -> None:
    other = plans.copy(session, plan, "另一份", plans.By(None, NOW))
    edit(planner, plan, "paint", units=[0, 1], part=1)
    page = text_of(planner.get(f"/plans/compare?a={plan.id}&b={other.id}"))
    assert "2 个单元、0 户" in page
    assert 'data-units="0,1"' in page
    assert planner.get(f"/plans/compare?a={plan.id}").status_code == 422
    assert planner.get(f"/plans/compare?a={plan.id}&b=999999").status_code == 404


def test_commanders_look_and_do_not_draw(sign_in: SignIn, plan: BoundaryPlan) -> None:
    client = sign_in(Role.COMMANDER)
    page = text_of(client.get(f"/plans/{plan.id}"))
    assert "画笔" not in page
    assert client.get(f"/plans/{plan.id}/draft.json").status_code == 200
    assert client.post(f"/plans/{plan.id}/edits", json={}).status_code == 403
    assert client.post(f"/plans/{plan.id}/undo", json={}).status_code == 403


def test_plans_of_another_town_are_not_there(session: Session, sign_in: SignIn, plan: BoundaryPlan) -> None:
    elsewhere = make.area(session, "subdistrict", "990200000000")
    client = sign_in(Role.PLANNER)
    from tests.webmap.conftest import enter

    known = client.get(f"/plans/{plan.id}/ground.json").headers["ETag"]
    enter(client, make.account(session, "planner", area_id=elsewhere.id))
    kept = client.get(f"/plans/{plan.id}/ground.json", headers={"If-None-Match": known})
    assert kept.status_code == 404
    for address in ("", "/draft.json", "/ground.json", "/proposals.json"):
        assert client.get(f"/plans/{plan.id}{address}").status_code == 404
    assert client.post(f"/plans/{plan.id}/copy").status_code == 404
    assert plan.name not in text_of(client.get("/plans"))


def test_a_plan_goes_to_a_file_and_comes_back_as_one_edit(planner: FlaskClient, plan: BoundaryPlan) -> None:
    before = state(planner, plan)
    answer = planner.get(f"/plans/{plan.id}/plan.geojson")
    assert answer.mimetype == "application/geo+json"
    file = json.loads(answer.data)
    assert len(file["features"]) == 8
    grids = [one["properties"]["grid"] for one in file["features"]]
    given = next(grid for grid in grids if grid != grids[0])
    file["features"][0]["properties"]["grid"] = given
    sent = brought(planner, plan, json.dumps(file).encode(), "改好的.geojson")
    assert sent.status_code == 303
    after = state(planner, plan)
    assert [one != other for one, other in zip(before["part"], after["part"], strict=True)].count(True) == 1
    assert after["undo"]
    packed = planner.get(f"/plans/{plan.id}/plan.gpkg")
    assert packed.data.startswith(b"SQLite format 3")
    same = brought(planner, plan, packed.data, "plan.gpkg")
    assert (same.status_code, "相同" in same.get_data(as_text=True)) == (422, True)


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (b"{}", "plan.geojson", "plan.geojson"),
        (b"unit,grid", "plan.csv", "应以 .gpkg 或 .geojson 结尾"),
        (b"", "", "请选择一个文件"),
    ],
)
def test_a_faulty_file_is_said_and_changes_nothing(
    planner: FlaskClient, plan: BoundaryPlan, body: bytes, name: str, says: str
) -> None:
    answer = brought(planner, plan, body, name)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert not state(planner, plan)["undo"]


def brought(planner: FlaskClient, plan: BoundaryPlan, body: bytes, name: str) -> Any:
    return planner.post(f"/plans/{plan.id}/file", data={"file": (io.BytesIO(body), name)})
