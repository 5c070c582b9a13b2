"""Loading compounds (小区) and villages.

Before: `loading`, `places.models`. After: buildings, which name their compound; the gazetteer.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.cells import code, several, text
from gis.files.columns import GEOMETRY, named, needed
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind
from gis.loading.stage import merge, source_literal, stage


def write_compounds(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write compounds by their codes."""
    types = {"code": "text", "name": "text", "aliases": "text", "address": "text", GEOMETRY: "geometry"}
    rows = stage(session, frame, types, say=context.say)
    return merge(
        session,
        rows,
        "compound",
        key=("code",),
        kept=("source",),
        columns={
            "code": "s.code",
            "name": "s.name",
            "aliases": "coalesce(string_to_array(nullif(s.aliases, ''), ';'), '{}')",
            "address": "s.address",
            "geom": "s.geometry",
            "source": source_literal(context.source),
        },
    )


COMPOUNDS = Kind(
    name="compounds",
    columns=(
        needed("code", "小区编码", "编码", "compound_code", "osm_id", "id", read=code),
        needed("name", "小区名称", "名称", "小区", "compound"),
        named("aliases", "别名", "俗称", "alias", read=several(text(100))),
        named("address", "地址", "addr"),
    ),
    write=write_compounds,
    key=("code",),
    shape=Shape.POLYGON,
    shape_optional=True,
    settles=True,
)
