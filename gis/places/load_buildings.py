"""Loading buildings (楼栋): footprints with their number in the compound and on the road.

Before: compounds. After: entrances and households, which name their building.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.cells import code, text, whole
from gis.files.columns import named, needed
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import from_source, put
from gis.places.check_ground import outside_communities

TALLEST_FLOORS = 200


def floors(cell: str) -> int:
    """Read a number of floors; half a floor, as OSM writes `1.5`, does not count."""
    return int(whole(0, TALLEST_FLOORS)(cell.partition(".")[0]))


def write_buildings(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write buildings by their codes; their grid is found afterwards by `places.homes`."""
    types = {
        "code": "text", "name": "text", "compound_id": "bigint", "road": "text", "house_number": "text",
        "floors": "bigint", "use": "text",
    }  # fmt: skip
    source = from_source(context)
    return put(session, frame, context, "building", types, shape="geom", kept=("source",), columns=source)


BUILDINGS = Kind(
    name="buildings",
    columns=(
        needed("code", "楼栋号", "楼栋编码", "楼栋编号", "编码", "building_code", "osm_id", "id", read=code),
        named("name", "楼栋名称", "名称", "楼栋"),
        named("compound_code", "小区编码", "所属小区编码", read=code),
        named("road", "道路", "街路巷", "路名", "addr_street", "addr:street", "street"),
        named("house_number", "门牌号", "门牌", "addr_housenumber", "addr:housenumber", "housenumber"),
        named(
            "floors",
            "层数",
            "楼层数",
            "building:levels",
            "building_levels",
            "levels",
            read=floors,
            empty=None,
        ),
        named("use", "用途", "building", "kind", "kind_detail", read=text(60)),
    ),
    write=write_buildings,
    key=("code",),
    shape=Shape.POLYGON,
    references=(Reference("compound_code", "compound", "小区"),),
    check=outside_communities,
    settles=True,
)
