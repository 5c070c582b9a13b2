"""The app that a tablet installs: its manifest, its worker, and empty pages that start without a network.

Before: `webmap/static`. After: `static/js/field/worker.js`, which is served at the root of the site so that it answers
for every page. The version is the sum of all files that the worker keeps: another file, another version, a new cache.
Nothing here is about anybody.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from webmap.access import act
from webmap.field.round import round_page
from webmap.field.words import words

blueprint = Blueprint("shell", __name__)

STATIC = Path(__file__).parents[1] / "static"
KEPT = (
    "css/tokens.css", "css/base.css", "css/parts.css", "css/map.css", "css/report.css", "css/work.css",
    "css/field.css", "css/round.css", "img/mark.svg", "js/page.js", "js/map/*.js", "js/field/*.js",
    "js/round/index.js", "js/round/list.js", "js/round/map.js", "js/round/near.js", "js/round/fixes.js",
    "vendor/leaflet/leaflet.css", "vendor/leaflet/leaflet.js", "vendor/protomaps-leaflet/protomaps-leaflet.js",
)  # fmt: skip
"""What the day and the round need: the worker keeps it."""
PAGES = {"/my": "/field/shell", "/round": "/field/shell/round"}
"""What the worker answers with where there is no network."""


@lru_cache(maxsize=1)
def kept() -> tuple[str, ...]:
    """Give the names of all kept files, in order."""
    found = {str(path.relative_to(STATIC)) for name in KEPT for path in STATIC.glob(name)}
    return tuple(sorted(found - {"js/field/worker.js"}))


@lru_cache(maxsize=1)
def version() -> str:
    """Give the sum of all kept files and of the worker itself."""
    total = hashlib.sha256()
    for name in (*kept(), "js/field/worker.js"):
        total.update(name.encode() + (STATIC / name).read_bytes())
    return total.hexdigest()[:16]


@blueprint.get("/worker.js")
@act("page.open")
def worker() -> Response:
    """Give the worker, with the list of what it keeps."""
    files = [url_for("static", filename=name) for name in kept()]
    head = f"self.KEPT = {json.dumps({'version': version(), 'files': files, 'pages': PAGES})};\n"
    body = head + (STATIC / "js" / "field" / "worker.js").read_text(encoding="utf-8")
    response = Response(body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@blueprint.get("/app.webmanifest")
@act("page.open")
def manifest() -> Response:
    """Say how the app is called and how it starts, for tablets that install it."""
    icon = {"src": url_for("static", filename="img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    body = {
        "name": _("网格 · 我的一天"), "short_name": _("网格"), "id": "/my", "start_url": "/my", "scope": "/",
        "display": "standalone", "background_color": "#fbfaf7", "theme_color": "#00787d", "icons": [icon],
    }  # fmt: skip
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/manifest+json")


@blueprint.get(PAGES["/my"])
@act("page.open")
def day() -> str:
    """Give the page of the day without a day: the tablet fills it from what it has."""
    return render_template("field/shell_day.html", words=words())


@blueprint.get(PAGES["/round"])
@act("page.open")
def walk() -> str:
    """Give the page of the round without a round."""
    return render_template("field/shell_round.html", view=None, **round_page())
