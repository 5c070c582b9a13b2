"""Loading compounds (小区) and villages.

Before: `loading`, `places.models`. After: buildings, which name their compound; the gazetteer.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.cells import code, several, text
from gis.files.columns import named, needed
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind
from gis.loading.put import from_source, parts, put


def write_compounds(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write compounds by their codes."""
    types = {"code": "text", "name": "text", "aliases": "text", "address": "text"}
    columns = {"aliases": parts("aliases"), **from_source(context)}
    return put(session, frame, context, "compound", types, shape="geom", kept=("source",), columns=columns)


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
