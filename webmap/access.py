"""The door: who is signed in, and whether the route's act is theirs.

Before: `staff.roles`, `staff.scope`. After: every view. A view says its act with `@act("case.read")`; an app with a
view that does not, does not start. The scope of the signed-in person is asked with `scope(session)`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, g, request
from flask import session as cookie
from sqlalchemy.orm import Session

from gis.database import transaction
from gis.errors import ForbiddenError, SettingsError, SignInError
from gis.staff.models import Account
from gis.staff.roles import ACTS, Role, reach_of
from gis.staff.scope import Scope, scope_of
from webmap import idle

P = ParamSpec("P")
R = TypeVar("R")

LATE_ACTS = {"field.send"}
"""Acts that a sign-in may still do after it fell asleep: a tablet without a network gives no sign of life, and what was
done on it is sent before anybody signs in again. They give nothing to read."""
BACKGROUND = "X-Background"
"""The header of requests that no person made: they are no sign of life."""
UNGUARDED = {"static"}
"""Endpoints without an act: only files that are the same for everybody."""


def act(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view with its act; the check itself runs before the view."""
    if name not in ACTS:
        raise SettingsError(f"The act {name!r} is not in the table of staff/roles.py.")

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.act = name  # type: ignore[attr-defined]
        return view

    return mark


def act_of(app: Flask, endpoint: str) -> str | None:
    """Give the act of an endpoint, or None when it has none."""
    return getattr(app.view_functions[endpoint], "act", None)


def register(app: Flask) -> None:
    """Put the door before every view of an app; refuse to start when a view has no act."""
    missing = [name for name in app.view_functions if name not in UNGUARDED and act_of(app, name) is None]
    if missing:
        raise SettingsError(f"These views declare no act: {', '.join(missing)}.")
    app.before_request(check)
    app.after_request(stay_awake)


def check() -> None:
    """Let the request in, or say why not.

    Raises
    ------
    SignInError
        When the act needs an account and nobody is signed in.
    ForbiddenError
        When the account's role may not do the act.
    """
    g.account = None
    if request.endpoint is None or request.endpoint in UNGUARDED:
        return
    name = act_of(current_app, request.endpoint)
    g.act = name
    g.account = signed_in(asleep_too=name in LATE_ACTS)
    role = Role(g.account.role) if g.account else Role.RESIDENT
    if reach_of(role, name or "") is not None:
        return
    if g.account is None:
        raise SignInError("请先登录。 Please sign in first.")
    raise ForbiddenError("您的岗位不能做这一步。 Your role may not do this.", act=name)


def signed_in(*, asleep_too: bool = False) -> Account | None:
    """Give the account of the cookie, when it is still good: active, not idle too long, not signed out elsewhere."""
    account_id = cookie.get("account")
    if account_id is None:
        return None
    if not asleep_too and idle.is_idle(account_id):
        cookie.clear()
        return None
    with transaction() as session:
        account = session.get(Account, account_id)
    if account is None or not account.active or account.session_epoch != cookie.get("epoch"):
        cookie.clear()
        return None
    return account


def stay_awake(response: Response) -> Response:
    """Count every answer to a signed-in person as a sign of life, but for what nobody asked for by hand."""
    view = current_app.view_functions.get(request.endpoint or "")
    by_hand = g.get("act") not in LATE_ACTS and BACKGROUND not in request.headers
    if g.get("account") is not None and by_hand and not getattr(view, "by_itself", False):
        idle.renew(response, g.account.id)
    return response


def by_itself(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that an open page asks without anybody there: it keeps nobody signed in."""
    view.by_itself = True  # type: ignore[attr-defined]
    return view


def account() -> Account:
    """Give the signed-in account of this request; only for views whose act needs one."""
    if g.account is None:
        raise SignInError("请先登录。 Please sign in first.")
    found: Account = g.account
    return found


def scope(session: Session, name: str | None = None) -> Scope:
    """Give the rows the signed-in account may touch in this request's act (or another of its acts)."""
    return scope_of(session, account(), name or g.act, datetime.now(UTC))
