"""The web app: settings, sessions, languages, safety headers, the door, and the folders of views.

Before: `gis.settings`. After: a WSGI server (`local.web`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request
from flask import session as cookie
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from gis.settings import Settings, settings
from webmap import access, errors, frame
from webmap.guards import csrf, limiter
from webmap.intake.lane import ReportLane
from webmap.lanes import Lanes
from webmap.layers.lane import TileLane
from webmap.words import SourceBabel

LANGUAGES = ("zh", "en")
LARGEST_REQUEST_BYTES = 32 * 1024 * 1024
LARGEST_PLAIN_FORM_BYTES = 1024 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
        "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(given: Settings | None = None, **overrides: Any) -> Flask:
    """Make the app; `overrides` are Flask configuration values for tests."""
    chosen = given or settings()
    app = Flask(__name__)
    app.config.update(_configuration(chosen) | overrides)
    app.wsgi_app = Lanes([ReportLane(app), TileLane()], app.wsgi_app, HEADERS)  # type: ignore[method-assign]
    if chosen.trusted_proxies:
        count = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_keep_plain_forms_small)
    csrf.init_app(app)
    limiter.init_app(app)
    SourceBabel(app, locale_selector=language, default_locale=chosen.language)
    _register_views(app)
    errors.register(app)
    access.register(app)
    frame.register(app)
    app.after_request(_safety)
    app.context_processor(_words)
    return app


def _keep_plain_forms_small() -> None:
    """Give forms without files a limit of their own: they are read whole into memory before anything looks at them."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = LARGEST_PLAIN_FORM_BYTES


def _configuration(chosen: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": chosen.secret_key,
        "SESSION_COOKIE_NAME": "wangge",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": chosen.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "RATELIMIT_STORAGE_URI": chosen.limits_url,
        "RATELIMIT_KEY_PREFIX": "wangge",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
    }


def _register_views(app: Flask) -> None:  # noqa: PLR0915 - one line a folder of views
    """Add every folder of views; one line a user."""
    from webmap.account import blueprint as account
    from webmap.accounts import blueprint as accounts
    from webmap.admission.answers import blueprint as answers
    from webmap.admission.ledger import blueprint as ledger
    from webmap.admission.views import blueprint as admission
    from webmap.calendar import blueprint as calendar
    from webmap.command.boards import blueprints as boards
    from webmap.command.desk import blueprint as desk
    from webmap.command.errands import blueprint as errands
    from webmap.command.files import blueprint as files
    from webmap.command.hotspots import blueprint as hotspots
    from webmap.command.merging import blueprint as merging
    from webmap.command.rounds import blueprint as rounds
    from webmap.command.views import blueprint as command
    from webmap.field.day import blueprint as day
    from webmap.field.leave import blueprint as leave
    from webmap.field.round import blueprint as round_walked
    from webmap.field.round_files import blueprint as round_files
    from webmap.field.shell import blueprint as shell
    from webmap.field.sync import blueprint as sync
    from webmap.field.track import blueprint as track
    from webmap.field.views import blueprint as field
    from webmap.field.week import blueprint as week
    from webmap.field.wishes import blueprint as wishes
    from webmap.figures.papers import blueprint as papers
    from webmap.figures.views import blueprint as figures
    from webmap.geocoding import blueprint as geocoding
    from webmap.intake.api import blueprint as api
    from webmap.intake.judged import blueprint as judged
    from webmap.intake.similar import blueprint as similar
    from webmap.intake.views import blueprint as intake
    from webmap.layers.views import blueprint as layers
    from webmap.look import blueprint as look
    from webmap.maps.views import blueprint as themes
    from webmap.nicknames import blueprint as nicknames
    from webmap.outreach import blueprint as outreach
    from webmap.planning.api import blueprint as plan_api
    from webmap.planning.approval import blueprint as approval
    from webmap.planning.dates import blueprint as dates
    from webmap.planning.editor import blueprint as plan_editor
    from webmap.planning.files import blueprint as plan_files
    from webmap.planning.handovers import blueprint as handovers
    from webmap.planning.impact import blueprint as impact
    from webmap.planning.views import blueprint as plans
    from webmap.public.figures import blueprint as public_figures
    from webmap.public.grids import blueprint as grids
    from webmap.public.matters import blueprint as matters
    from webmap.public.pictures import blueprint as pictures
    from webmap.rules.views import blueprint as rules
    from webmap.search import blueprint as search
    from webmap.told import blueprint as told
    from webmap.town import blueprint as town

    for blueprint in (
        *boards,
        desk,
        judged,
        look,
        account,
        accounts,
        intake,
        api,
        field,
        command,
        merging,
        files,
        hotspots,
        similar,
        layers,
        town,
        themes,
        search,
        nicknames,
        geocoding,
        figures,
        papers,
        rules,
        told,
        calendar,
        admission,
        ledger,
        answers,
        rounds,
        round_walked,
        round_files,
        track,
        wishes,
        impact,
        approval,
        handovers,
        week,
        dates,
        matters,
        pictures,
        grids,
        day,
        shell,
        sync,
        leave,
        plans,
        plan_editor,
        plan_api,
        plan_files,
        public_figures,
        errands,
        outreach,
    ):
        app.register_blueprint(blueprint)


def language() -> str:
    """Choose the language: the person's own choice, their account's, their browser's, Chinese."""
    chosen = cookie.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if g.get("account") is not None:
        return str(g.account.language)
    return request.accept_languages.best_match(LANGUAGES, default="zh") or "zh"


def _safety(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", errors.HSTS)
    return response


def _words() -> dict[str, Any]:
    return {"account": g.get("account"), "language": str(get_locale() or "zh"), "languages": LANGUAGES}
