"""The administrators' page: who has an account, making one, a new password, ending one.

Before: `staff.accounts`. After: nobody; a password is shown once, on the answer to the press of the button.
"""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import ForbiddenError, WanggeError
from gis.staff import accounts
from gis.staff.codes import ids_of
from gis.staff.models import Account
from gis.staff.roles import Role
from webmap.access import act

blueprint = Blueprint("accounts", __name__)

FIELDS = ("name", "role", "member", "organisation", "area", "agency")


def _page(**more: object) -> str:
    with transaction() as session:
        rows = accounts.all_accounts(session)
    roles = [role.value for role in Role if role is not Role.RESIDENT]
    return render_template("account/accounts.html", accounts=rows, roles=roles, **more)


@blueprint.get("/accounts")
@act("account.manage")
def all_accounts() -> str:
    """List all accounts."""
    return _page()


@blueprint.post("/accounts")
@act("account.manage")
def create() -> str | tuple[str, int]:
    """Make an account and show its password once."""
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        with transaction() as session:
            ids = ids_of(
                session, member=given["member"], organisation=given["organisation"], area=given["area"]
            )
            account, password = accounts.create(
                session, name=given["name"], role=given["role"], agency=given["agency"], **ids
            )
    except WanggeError as fault:
        return _page(fault=fault, given=given), 422
    return _page(made=account, password=password)


@blueprint.post("/accounts/<int:account_id>/password")
@act("account.manage")
def renew(account_id: int) -> str:
    """Give an account a new password and show it once."""
    with transaction() as session:
        account, password = accounts.renew_password(session, account_id)
    return _page(made=account, password=password)


@blueprint.post("/accounts/<int:account_id>/active")
@act("account.manage")
def set_active(account_id: int) -> Response:
    """End an account, or take it up again; nobody ends their own."""
    if account_id == _own_id():
        raise ForbiddenError("不能停用自己的账号。 You cannot end your own account.")
    with transaction() as session:
        account = accounts.set_active(session, account_id, active=request.form.get("active") == "yes")
    flash(
        _("账号 %(name)s 已启用。", name=account.name)
        if account.active
        else _("账号 %(name)s 已停用，它的登录立即失效。", name=account.name)
    )
    return redirect("/accounts", 303)


def _own_id() -> int:
    signed_in: Account = g.account
    return signed_in.id
