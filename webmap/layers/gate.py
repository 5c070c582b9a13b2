"""The map's tiles over HTTP: one address each, its mark, and how long a browser may keep it.

Before: `webmap.gates`. After: `layers.tiles`. Tiles are the same for everybody, so nobody is asked who they are; to
look at them is no sign of life either. The browser that has a tile already gets 304, and no geometry is touched.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import parse_qsl
from wsgiref.types import WSGIEnvironment

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags

from gis.database import single_statements
from gis.errors import NotFoundError
from gis.geometry.tiles import tile_at
from webmap.gates import Answer
from webmap.layers import inputs
from webmap.layers.tiles import asked, tile_body

ADDRESS = re.compile(r"/tiles/([a-z]+)/(\d{1,9})/(\d{1,9})/(\d{1,9})\.pbf", re.ASCII)
TILE_TYPE = "application/vnd.mapbox-vector-tile"
VERSIONED = "public, max-age=86400"
PLAIN = "public, max-age=0, must-revalidate"


class TileGate:
    """Gives vector tiles."""

    act = "map.public"

    def takes(self, method: str, path: str) -> bool:
        """Say whether a request asks for a tile."""
        return path.startswith("/tiles/") and path.endswith(".pbf") and method in {"GET", "HEAD"}

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """Give one tile."""
        found = ADDRESS.fullmatch(environ["PATH_INFO"])
        if found is None:
            raise NotFoundError(
                "瓦片地址应为 /tiles/图层/z/x/y.pbf。 A tile's address is /tiles/LAYER/z/x/y.pbf."
            )
        name, *place = found.groups()
        tile = tile_at(*map(int, place))
        arguments = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        with single_statements() as session:
            wanted = asked(session, name, tile, inputs.instant(arguments))
            headers = [
                ("ETag", f'W/"{wanted.mark}"'),
                ("Cache-Control", VERSIONED if "v" in arguments else PLAIN),
                ("Vary", "Accept-Encoding"),
            ]
            if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(wanted.mark):
                return Answer(HTTPStatus.NOT_MODIFIED, b"", headers)
            packed = _unpacks(environ.get("HTTP_ACCEPT_ENCODING", ""))
            body = tile_body(session, wanted, packed=packed)
        more = [("Content-Type", TILE_TYPE), *([("Content-Encoding", "gzip")] if packed else [])]
        return Answer(HTTPStatus.OK, body, [*headers, *more])


def _unpacks(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept)["gzip"] > 0
