"""The map's vector tiles over HTTP: which layers a tile has, its mark (`ETag`), its packing and its short cache.

Before: `grids.tiles`, `places.tiles`. After: `webmap.layers.gate`. The mark is made of the layers' versions, which
the database raises itself; a tile that the browser has already is answered without touching geometry.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.geometry.tiles import Tile
from gis.grids.tiles import division_tile
from gis.grids.versions import layer_versions, lines_mark
from gis.places.tiles import buildings_tile, ground_tile, roads_tile
from gis.settings import settings

FORM = 3
"""Raised when a tile's layers or properties change, so that no browser keeps the old form."""
KEEP_S = 600
PACKING = 2
"""A quick level: a higher one saves a tenth and takes twice the time."""
KEPT_TO_ZOOM = 14
"""From nearer a tile is made in a millisecond or two."""
CACHE_TIMEOUT_S = 0.2

_PLACES: dict[str, Callable[[Session, Tile], bytes]] = {
    "ground": ground_tile,
    "roads": roads_tile,
    "buildings": buildings_tile,
}
_DIVISIONS = ("grids", "communities", "subdistricts")
_BUNDLES = {"base": ("ground", "roads", "buildings"), "division": _DIVISIONS}
_VERSION_OF = {"communities": "areas", "subdistricts": "areas"}


@dataclass(frozen=True)
class TileAsked:
    """A tile of some layers at an instant, with the mark of its present form."""

    layers: tuple[str, ...]
    tile: Tile
    at: datetime
    mark: str


def layers_of(name: str) -> tuple[str, ...]:
    """Give the layers behind a name in an address: one layer, or a bundle in one tile.

    Raises
    ------
    NotFoundError
        When there is no such layer.
    """
    if name in _BUNDLES:
        return _BUNDLES[name]
    if name in _PLACES or name in _DIVISIONS:
        return (name,)
    known = ", ".join([*_PLACES, *_DIVISIONS, *_BUNDLES])
    raise NotFoundError(f"没有图层 {name!r}。 There is no layer {name!r}; there are {known}.")


def version_of(layers: tuple[str, ...], versions: dict[str, int]) -> str:
    """Give the version of some layers together: it changes when one of theirs does."""
    return ".".join(str(versions.get(_VERSION_OF.get(name, name), 0)) for name in layers)


def asked(session: Session, name: str, tile: Tile, at: datetime) -> TileAsked:
    """Say what a request means and which form of it is the present one."""
    layers, versions = layers_of(name), layer_versions(session)
    lines = f"{lines_mark(session, versions, at)}" if set(layers) & set(_DIVISIONS) else ""
    return TileAsked(layers, tile, at, f"{FORM}-{version_of(layers, versions)}-{lines}")


def tile_body(session: Session, wanted: TileAsked, *, packed: bool) -> bytes:
    """Give the tile, gzipped or plain. Packed ones are kept for a while where making them takes longer than asking."""
    if not packed:
        return _made(session, wanted)
    if wanted.tile.zoom > KEPT_TO_ZOOM:
        return gzip.compress(_made(session, wanted), PACKING, mtime=0)
    square = wanted.tile
    key = f"wangge:tile:{'+'.join(wanted.layers)}:{square.zoom}/{square.column}/{square.row}:{wanted.mark}"
    kept = _kept(key)
    if kept is None:
        kept = gzip.compress(_made(session, wanted), PACKING, mtime=0)
        _keep(key, kept)
    return kept


def _made(session: Session, wanted: TileAsked) -> bytes:
    return b"".join(_layer_tile(session, name, wanted) for name in wanted.layers)


def _layer_tile(session: Session, name: str, wanted: TileAsked) -> bytes:
    if name in _PLACES:
        return _PLACES[name](session, wanted.tile)
    return division_tile(session, wanted.tile, name, wanted.at)


@lru_cache(maxsize=1)
def _cache(url: str) -> redis.Redis:
    once = Retry(NoBackoff(), 0)  # a tile made again is sooner there than a cache asked again
    return redis.Redis.from_url(
        url, socket_timeout=CACHE_TIMEOUT_S, socket_connect_timeout=CACHE_TIMEOUT_S, retry=once
    )


def _kept(key: str) -> bytes | None:
    try:
        found = _cache(settings().redis_url).get(key)
    except redis.RedisError:  # the map works without its cache, only slower
        return None
    return found if isinstance(found, bytes) else None


def _keep(key: str, packed: bytes) -> None:
    try:
        _cache(settings().redis_url).set(key, packed, ex=KEEP_S)
    except redis.RedisError:
        return
