"""How long a signed-in person has done nothing: a signed stamp in a cookie of its own.

Before: `gis.settings`. After: `webmap.access` asks it, every answer renews it. It is not kept in the session: the
session's cookie is written whole, and an answer to a background request that was on its way while a form was sent
would put the older session back, and with it lose the message for the next page.
"""

from __future__ import annotations

from flask import Response, current_app, request
from itsdangerous import BadSignature, TimestampSigner

from gis.settings import settings

COOKIE = "wangge_seen"


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="wangge.seen")


def stamp(account_id: int) -> str:
    """Give the cookie's value: the account, signed with the present second."""
    return _signer().sign(str(account_id)).decode()


def is_idle(account_id: int) -> bool:
    """Say whether the last answer to this account is too long ago, was another's, or was never given."""
    given = request.cookies.get(COOKIE, "")
    try:
        return _signer().unsign(given, max_age=settings().idle_min * 60) != str(account_id).encode()
    except BadSignature:
        return True


def renew(response: Response, account_id: int) -> None:
    """Write the stamp of this second into an answer."""
    response.set_cookie(
        COOKIE,
        stamp(account_id),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
