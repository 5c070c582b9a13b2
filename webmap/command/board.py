"""The commander's board: map and list side by side, each narrowing the other, lanes, who is on duty, one case's pane.

Before: `command.lanes` reads what is asked, `command.board_read` the rows. After: `static/js/board`, which asks for the
parts; every part is also a page or stands on one, so the board works without a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from sqlalchemy.orm import Session

from gis.cases import undelivered
from gis.cases.map_queries import marks_in
from gis.database import transaction
from gis.errors import InputError, NotFoundError
from gis.grids.extent import extent
from webmap import access, inputs
from webmap.access import act, by_itself, scope
from webmap.answers import revalidated
from webmap.command.board_read import changed, listed, people
from webmap.command.lanes import asked
from webmap.field.page import CasePage, case_page
from webmap.layers import inputs as windows
from webmap.layers.features import case_feature, collection
from webmap.look import local_path
from webmap.saying import at_time, move, role

blueprint = Blueprint("board", __name__)

KEPT = ("lane", "grid", "member", "q", "order", "box", "page")
"""What an address of the board says; everything else is dropped."""
MOST_SHOWN = 200


@blueprint.get("/board")
@act("case.assign")
def board() -> str:
    """Show the board."""
    return drawn({})


def drawn(again: dict[str, Any]) -> str:
    """Draw the whole board.

    Parameters
    ----------
    again : dict
        What stood in a form that was refused: `fault`, `marks`, `whom`, `reason`.
    """
    now, wanted = datetime.now(UTC), asked(given())
    with transaction() as session:
        mine = scope(session, "case.assign")
        page = _pane(session, inputs.optional_id(given().get("open"), "case"), now)
        told = {
            "board": listed(session, mine, access.account(), wanted, now),
            "people": people(session, mine, now),
            "bounds": extent(session, mine.grid_ids, now),
            "untold": undelivered.count(session, mine),
        }
    return render_template(
        "command/board.html",
        given=given(),
        wanted=wanted,
        page=page,
        now=now,
        again=again,
        here=address(),
        **told,
    )


def address(**changes: str) -> str:
    """Give the address of the board as this request asks for it."""
    kept = {name: value for name, value in (_kept() | changes).items() if value}
    return f"/board?{urlencode(kept)}" if kept else "/board"


def _kept() -> dict[str, str]:
    asked_with = given()
    return {name: asked_with.get(name, "") for name in KEPT}


def given() -> Mapping[str, str]:
    """Give what the board is asked with: the address, or that of the board a refused form stood on."""
    if request.method == "GET":
        return request.args
    return dict(parse_qsl(urlsplit(local_path(request.form.get("back"), "/board")).query))


@blueprint.get("/board/list")
@act("case.assign")
def rows() -> Response:
    """Give the list alone, narrowed anew; the browser's address follows."""
    now, wanted = datetime.now(UTC), asked(request.args)
    with transaction() as session:
        mine = scope(session)
        told = {
            "board": listed(session, mine, access.account(), wanted, now),
            "people": people(session, mine, now),
        }
    answer = make_response(
        render_template("command/board_list.html", wanted=wanted, now=now, again={}, here=address(), **told)
    )
    answer.headers["HX-Replace-Url"] = address()
    return answer


@blueprint.get("/board/changes.json")
@act("case.assign")
@by_itself
def changes() -> Response:
    """Say what is otherwise than the screen that asks shows (`shown=id:revision,…`)."""
    now, wanted, shown = datetime.now(UTC), asked(request.args), _shown(request.args.get("shown", ""))
    with transaction() as session:
        found = changed(session, scope(session), access.account(), wanted, shown=shown, now=now)
    said = {
        case_id: f"{role(one.role)} {one.account} {at_time(one.at)} {move(one.move)}"
        for case_id, one in found.by.items()
    }
    drawn_rows = {
        row.case.id: render_template("command/board_row.html", row=row, now=now, watched=found.now.watched)
        for row in found.anew
    }
    return revalidated(
        jsonify(
            lanes={lane.name: count for lane, count in found.now.lanes},
            total=found.now.total,
            rows=drawn_rows,
            gone=found.gone,
            fresh=found.fresh,
            said=said,
        )
    )


def _shown(words: str) -> dict[int, int]:
    """Read the rows of a screen."""
    parts = [part.partition(":") for part in words.split(",") if part]
    if len(parts) > MOST_SHOWN or not all(
        inputs.is_id(one) and inputs.is_id(other) for one, _mark, other in parts
    ):
        raise InputError("看板的请求看不懂，请刷新页面。 Reload the page.", field="shown")
    return {int(one): int(other) for one, _mark, other in parts}


@blueprint.get("/board/marks.geojson")
@act("case.assign")
@by_itself
def marks() -> Response:
    """Give the cases of the map's window that the list beside it is narrowed to, or clusters of them."""
    now, wanted = datetime.now(UTC), replace(asked(request.args), box=None)
    sides, zoom, most = windows.window(request.args), windows.zoom(request.args), windows.most(request.args)
    with transaction() as session:
        found = marks_in(session, scope(session), sides, zoom, wanted=wanted, most=most, now=now)
    return revalidated(jsonify(collection(map(case_feature, found))))


@blueprint.get("/board/cases/<int:case_id>")
@act("case.assign")
def pane(case_id: int) -> str:
    """Give the pane of one case."""
    now = datetime.now(UTC)
    with transaction() as session:
        page = _pane(session, case_id, now)
    if page is None:
        raise NotFoundError(
            "没有这个案件，或不在您的范围内。 There is no such case in your area.", case=case_id
        )
    return render_template("command/board_case.html", page=page, row=page.row, now=now)


def _pane(session: Session, case_id: int | None, now: datetime) -> CasePage | None:
    """Read a case for the pane; its buttons lead back to the board."""
    if case_id is None:
        return None
    found = case_page(session, scope(session, "case.read"), access.account(), case_id, now)
    return replace(found, back=address(open=str(case_id)))


@blueprint.get("/board/duty")
@act("case.assign")
@by_itself
def duty() -> str:
    """Give who is on duty alone."""
    now = datetime.now(UTC)
    with transaction() as session:
        there = people(session, scope(session), now)
    return render_template("command/board_duty.html", people=there, now=now)
