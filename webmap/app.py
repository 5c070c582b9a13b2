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
from webmap.gates import Gates
from webmap.guards import csrf, limiter
from webmap.intake.gate import ReportGate
from webmap.layers.gate import TileGate
from webmap.views import blueprints
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
    app.wsgi_app = Gates([ReportGate(app), TileGate()], app.wsgi_app, HEADERS)  # type: ignore[method-assign]
    if chosen.trusted_proxies:
        count = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_keep_plain_forms_small)
    csrf.init_app(app)
    limiter.init_app(app)
    SourceBabel(app, locale_selector=language, default_locale=chosen.language)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
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
