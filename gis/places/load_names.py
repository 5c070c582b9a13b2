"""Loading names that words can mean: points of interest and nicknames, and house-number points.

Before: `loading`. After: the gazetteer keeps these rows beside the ones it makes itself.
"""

from __future__ import annotations

from hashlib import sha256

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.cells import code, moment, several, text
from gis.files.columns import GEOMETRY, named, needed
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind
from gis.loading.put import parts, put
from gis.loading.stage import source_literal
from gis.places.check_ground import outside_communities
from gis.places.load_doors import LAT, LON

NICKNAMES = {"nickname", "俗称", "别名", "小地名"}


def write_names(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write points of interest and nicknames; a nickname's source and day stay as they were given."""
    kinds = frame["kind"].map(lambda kind: "nickname" if kind in NICKNAMES else "poi")
    sources = frame["source"].where(frame["source"].ne(""), context.source)
    frame = frame.assign(place_kind=kinds, source=sources, code=_codes(frame, "place"))
    return _write(session, frame.drop_duplicates("code"), context)


def write_addresses(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write house-number points; the name is the road with the number."""
    address = frame["road"] + frame["house_number"].map(_with_hao)
    names = frame["name"].where(frame["name"].ne(""), address)
    frame = frame.assign(
        name=names, address=address, aliases="", place_kind="address", source=context.source, since=None
    )
    frame = frame[frame["address"].ne("")]
    return _write(session, frame.assign(code=_codes(frame, "address")).drop_duplicates("code"), context)


def _with_hao(number: str) -> str:
    return f"{number}号" if number and number[-1].isalnum() and number.isascii() else number


def _codes(frame: pd.DataFrame, prefix: str) -> list[str]:
    """Give each row its code; without one of its own, one made of its name, address and place."""
    return [
        f"{prefix}:{given}" if given else f"{prefix}:{_mark(name, address, shape)}"
        for given, name, address, shape in frame[["code", "name", "address", GEOMETRY]].itertuples(
            index=False
        )
    ]


def _mark(name: str, address: str, shape: object) -> str:
    return sha256(f"{name}\n{address}\n{shape}".encode()).hexdigest()[:16]


def _write(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    types = {"code": "text", "kind": "text", "name": "text", "address": "text", "aliases": "text",
             "source": "text", "since": "timestamptz"}  # fmt: skip
    columns = {
        "aliases": parts("aliases"),
        "source": f"coalesce(s.source, {source_literal(context.source)})",
        "since": "coalesce(s.since, now())",
    }
    ready = frame.assign(kind=frame["place_kind"])
    return put(
        session, ready, context, "place", types, shape="point", kept=("source", "since"), columns=columns
    )


PLACES = Kind(
    name="places",
    columns=(
        named("code", "编码", "osm_id", "id", read=code),
        needed("name", "名称", "地名"),
        named("kind", "类型", "种类", read=text(60)),
        named("address", "地址", "addr"),
        named("aliases", "别名", read=several(text(100))),
        LON,
        LAT,
        named("source", "来源"),
        named("since", "起始日期", "时间", read=moment, empty=None),
    ),
    write=write_names,
    shape=Shape.POINT,
    check=outside_communities,
    settles=True,
)
ADDRESSES = Kind(
    name="addresses",
    columns=(
        named("code", "编码", "osm_id", "id", read=code),
        named("name", "名称"),
        needed("road", "道路", "街路巷", "路名", "addr_street", "addr:street", "street"),
        needed("house_number", "门牌号", "门牌", "addr_housenumber", "addr:housenumber", "housenumber"),
        named("address", "地址"),
        LON,
        LAT,
    ),
    write=write_addresses,
    shape=Shape.POINT,
    check=outside_communities,
    settles=True,
)
