"""How a person wants the pages: language, light or dark, size, contrast. Kept in a plain cookie, no account needed.

Before: the menu at the end of the bar. After: `base.html` writes the choices on the root element for the style sheet.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, request
from flask import session as cookie
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.staff.models import Account
from webmap.access import act

blueprint = Blueprint("look", __name__)

CHOICES = {"theme": ("light", "dark"), "size": ("large",), "contrast": ("high",)}
LANGUAGES = ("zh", "en")
COOKIE = "look"
A_YEAR_S = 365 * 24 * 3600


def chosen() -> dict[str, str]:
    """Read the choices of the request's cookie; anything not in the table is as if not chosen."""
    given = request.cookies.get(COOKIE, "").split(".")
    return {name: next((v for v in values if v in given), "") for name, values in CHOICES.items()}


def local_path(value: str | None, otherwise: str = "/") -> str:
    """Give a path of this site to go back to; an address of another host is never followed."""
    parts = urlsplit((value or "").replace("\\", "/"))
    safe = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not safe or any(ord(sign) < ord(" ") for sign in value or ""):
        return otherwise
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


@blueprint.post("/look")
@act("page.open")
def choose() -> Response:
    """Keep one choice and go back to where it was made."""
    answer = redirect(local_path(request.form.get("back")), 303)
    language = request.form.get("language")
    if language in LANGUAGES:
        _speak(language)
    look = chosen() | {name: request.form[name] for name in CHOICES if name in request.form}
    kept = [value for name, value in look.items() if value in CHOICES[name]]
    answer.set_cookie(COOKIE, ".".join(kept), max_age=A_YEAR_S, samesite="Lax", httponly=True)
    return answer


def _speak(language: str) -> None:
    """Keep a language for this visit, and for good when somebody is signed in."""
    cookie["language"] = language
    if g.account is None:
        return
    with transaction() as session:
        session.get_one(Account, g.account.id).language = language
