"""Loading roads and ground cover (water, green, fields, squares, rail), the base map's own layers.

Before: `loading`. After: vector tiles; road names go into the gazetteer; rounds walk the roads.
"""

from __future__ import annotations

from hashlib import sha256

import pandas as pd
import shapely
from sqlalchemy.orm import Session

from gis.files.cells import choice, code, text, yes_no
from gis.files.columns import GEOMETRY, named, needed
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind
from gis.loading.put import from_source, put

GROUND_KINDS = {
    "water": ("水", "水面", "河流", "湖泊", "river", "lake", "reservoir"),
    "green": ("绿地", "公园", "park", "grass", "garden", "forest", "pitch", "recreation_ground"),
    "field": ("农田", "耕地", "farmland", "farm"),
    "square": ("广场", "plaza", "pedestrian"),
    "rail": ("铁路", "railway"),
}


def write_roads(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write roads by their codes."""
    types = {"code": "text", "name": "text", "highway": "text", "oneway": "boolean", "bridge": "boolean"}
    source = from_source(context)
    return put(session, frame, context, "road", types, shape="geom", kept=("source",), columns=source)


def write_ground(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write ground cover; a row without a code gets one from its kind and shape, so that it is known again."""
    codes = [
        given or f"{kind}-{sha256(shapely.to_wkb(shapely.normalize(shape))).hexdigest()[:16]}"
        for given, kind, shape in frame[["code", "kind", GEOMETRY]].itertuples(index=False)
    ]
    frame = frame.assign(code=codes).drop_duplicates("code")
    types = {"code": "text", "kind": "text", "name": "text"}
    source = from_source(context)
    return put(session, frame, context, "ground", types, shape="geom", kept=("source",), columns=source)


ROADS = Kind(
    name="roads",
    columns=(
        needed("code", "道路编码", "编码", "osm_id", "id", read=code),
        named("name", "路名", "道路名称", "名称"),
        named("highway", "道路等级", "等级", "class", "fclass", "kind", read=text(60)),
        named("oneway", "单行", read=yes_no, empty=False),
        named("bridge", "桥", read=yes_no, empty=False),
    ),
    write=write_roads,
    key=("code",),
    shape=Shape.LINE,
    settles=True,
)
GROUND = Kind(
    name="ground",
    columns=(
        named("code", "编码", "osm_id", "id", read=code),
        needed(
            "kind",
            "类型",
            "种类",
            read=choice({name: kind for kind, others in GROUND_KINDS.items() for name in (kind, *others)}),
        ),
        named("name", "名称"),
    ),
    write=write_ground,
    key=("code",),
    shape=Shape.ANY,
)
