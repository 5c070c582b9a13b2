"""Signing in and out, and one's own account: password, sign-out everywhere.

Before: `staff.accounts`. After: `webmap.access` reads the cookie that is written here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import InputError, SignInError, WanggeError
from gis.settings import settings
from gis.staff import accounts
from gis.staff.models import Account
from gis.staff.roles import Role
from webmap import access
from webmap.access import act
from webmap.frame import START
from webmap.guards import limiter
from webmap.look import local_path

blueprint = Blueprint("account", __name__)


def _sign_in_limit() -> str:
    return settings().sign_in_limit


@blueprint.get("/sign-in")
@act("page.open")
def sign_in() -> str | Response:
    """Ask for name and password; who is signed in already goes to their work."""
    if g.account is not None:
        return redirect(START[Role(g.account.role)])
    return render_template("account/sign_in.html", onward=local_path(request.args.get("next"), ""))


@blueprint.post("/sign-in")
@limiter.limit(_sign_in_limit)
@act("page.open")
def enter() -> str | tuple[str, int] | Response:
    """Try the password; the count of failures is kept even when it is refused."""
    name, password = request.form.get("name", "")[:100].strip(), request.form.get("password", "")
    onward = local_path(request.form.get("next"), "")
    with transaction() as session:
        tried = accounts.attempt(session, name, password, datetime.now(UTC))
    if tried.account is None:
        page = render_template("account/sign_in.html", onward=onward, name=name, refused=accounts.REFUSED)
        return page, 401
    remember(tried.account)
    return redirect(onward or START[Role(tried.account.role)], 303)


def remember(account: Account) -> None:
    """Begin a new cookie for an account; nothing of the one before goes on but the language."""
    language = cookie.get("language")
    cookie.clear()
    cookie.permanent = True
    cookie["account"] = account.id
    cookie["epoch"] = account.session_epoch
    g.account = account
    if language:
        cookie["language"] = language


@blueprint.post("/sign-out")
@act("account.own")
def sign_out() -> Response:
    """End this sign-in."""
    _forget()
    flash(_("您已退出登录。"))
    return redirect("/sign-in", 303)


@blueprint.get("/account")
@act("account.own")
def own() -> str:
    """Show one's own account."""
    return _own()


def _own(fault: WanggeError | None = None) -> str:
    from webmap.told import own_ways

    return render_template("account/own.html", fault=fault, own_ways=own_ways())


@blueprint.post("/account/password")
@limiter.limit(_sign_in_limit)
@act("account.own")
def password() -> str | tuple[str, int] | Response:
    """Change one's own password; a fault is said beside the form."""
    given = {name: request.form.get(name, "") for name in ("old", "new", "again")}
    try:
        _check_twice(given["new"], given["again"])
        with transaction() as session:
            changed = accounts.change_password(session, access.account().id, given["old"], given["new"])
    except (InputError, SignInError) as fault:
        return _own(fault), 422
    remember(changed)
    flash(_("密码已修改，其他设备上的登录已失效。"))
    return redirect("/account", 303)


def _check_twice(new: str, again: str) -> None:
    if new != again:
        raise InputError("两次输入的新密码不一样。 The two new passwords differ.", field="again")


@blueprint.post("/account/sign-out-everywhere")
@act("account.own")
def sign_out_everywhere() -> Response:
    """End all sign-ins of one's own account."""
    with transaction() as session:
        accounts.sign_out_everywhere(session, access.account().id)
    _forget()
    flash(_("所有设备上的登录都已退出。"))
    return redirect("/sign-in", 303)


def _forget() -> None:
    language = cookie.get("language")
    cookie.clear()
    if language:
        cookie["language"] = language
