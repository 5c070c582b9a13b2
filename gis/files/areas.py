"""Files of polygons with codes: GeoJSON, GeoPackage, Shapefile, TopoJSON and whatever else GDAL reads.

Before: a boundary file of any origin. After: `locate` and the importers. The file's own coordinate system
is honoured; shapes come out in longitude and latitude, repaired where a ring crosses itself, and whatever
was guessed or repaired is told.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.errors import InputError
from gis.geometry.geojson import read_geojson
from gis.geometry.metres import check_degrees, project

if TYPE_CHECKING:
    from collections.abc import Sequence

CODE_NAMES = (
    "code", "adcode", "grid_code", "gridcode", "bgcode", "网格编码", "网格编号", "编码", "代码",
    "id", "gid", "grid_id", "name", "名称",
)  # fmt: skip
Fields: TypeAlias = dict[str, list[Any]]
Source: TypeAlias = tuple[NDArray[Any], Fields, str | None]
LON_LAT_NAME = re.compile(rb"CRS:?84|EPSG:+(4326|4490)\b")
LON_LAT_EPSG = (4326, 4490)
FEW = 5


@dataclass
class Areas:
    """Polygons with codes.

    Attributes
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Valid, longitude and latitude in degrees, without heights.
    codes : list of str
        One a shape.
    code_field : str
        The field the codes were taken from.
    remarks : list of str
        Sentences on what was guessed, repaired or left out.
    """

    shapes: NDArray[Any]
    codes: list[str]
    code_field: str
    remarks: list[str] = field(default_factory=list)


def read_areas(path: Path, *, code_field: str | None = None, layer: str | None = None) -> Areas:
    """Read the polygons of a file with their codes.

    Parameters
    ----------
    path : Path
        The file. A file that names no coordinate system must be in degrees.
    code_field : str, optional
        The field of the codes, whatever its case; by default the first of `CODE_NAMES` that is there.
    layer : str, optional
        By default the first layer.

    Returns
    -------
    Areas
        Shapes and codes in the file's order. A projected file is turned into EPSG:4326 vertex by vertex.

    Raises
    ------
    InputError
        The file cannot be read, has no polygons, no such field, or a polygon without a code.
    """
    remarks: list[str] = []
    source = _from_geojson(path, remarks) if layer is None else None
    shapes, fields, crs = source if source is not None else _from_gdal(path, layer, remarks)
    usable = np.flatnonzero(_is_area(shapes))
    if not len(usable):
        raise InputError(f"{path} holds no polygons; it must hold the boundaries of areas")
    if len(usable) < len(shapes):
        remarks.append(f"{len(shapes) - len(usable)} of {len(shapes)} rows have no polygon and were left out")
    name = _code_field(fields, code_field, usable, path)
    codes = _codes([fields[name][row] for row in usable], name, path)
    if code_field is None:
        remarks.append(f"codes are taken from the field {name!r}")
    _tell_of_twins(codes, remarks)
    placed = _in_degrees(shapes[usable], crs, path, remarks)
    return Areas(_repaired(placed, codes, remarks), codes, name, remarks)


def _from_geojson(path: Path, remarks: list[str]) -> Source | None:
    """Read GeoJSON by ourselves: faults get clear sentences, and GDAL's slow start is spared.

    Gives None for everything else, and for GeoJSON of the time when it could name a system of its own.
    """
    try:
        with path.open("rb") as file:
            head = file.read(2000).removeprefix(b"\xef\xbb\xbf").lstrip()
            if not head.startswith(b"{") or b'"Topology"' in head or _names_another_system(head):
                return None
            file.seek(0)
            found = read_geojson(file.read(), valid=False)
    except OSError as fault:
        raise InputError(f"cannot read {path}: {fault.strerror}") from None
    if found.crs is not None and not LON_LAT_NAME.search(found.crs.encode()):
        return None
    # Of single features only what matters here is told: not the way rings run, for one.
    remarks += [remark for remark in found.remarks if remark.startswith("the text") and '"crs"' not in remark]
    rows = [
        ({"id": name} if name is not None else {}) | row
        for name, row in zip(found.ids, found.properties, strict=True)
    ]
    names = dict.fromkeys(name for row in rows for name in row)
    return found.shapes, {name: [row.get(name) for row in rows] for name in names}, "EPSG:4326"


def _names_another_system(head: bytes) -> bool:
    """Tell whether a `crs` member, which GDAL writes before the features, names more than degrees."""
    _, found, rest = head.partition(b'"crs"')
    return bool(found) and not LON_LAT_NAME.search(rest[:200])


def _from_gdal(path: Path, layer: str | None, remarks: list[str]) -> Source:
    meta, table = _read(path, layer, remarks)
    shapes = _shapes(path, meta, table)
    return shapes, {str(name): table[name].to_pylist() for name in meta["fields"]}, meta["crs"]


def _read(path: Path, layer: str | None, remarks: list[str]) -> tuple[dict[str, Any], Any]:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.exists():
        raise InputError(f"cannot read {path}: no such file")
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if layer is None and len(layers) > 1:
            remarks.append(f"{path.name} has the layers {', '.join(layers)}; {layers[0]!r} is taken")
        if layer is not None and layer not in layers:
            raise InputError(f"{path} has no layer {layer!r}; its layers are {', '.join(layers)}")
        return pyogrio.read_arrow(path, layer=layer or layers[0])  # type: ignore[no-any-return]
    except (DataSourceError, DataLayerError, IndexError) as fault:
        raise InputError(f"cannot read {path} as a map file: {fault}") from None


def _shapes(path: Path, meta: dict[str, Any], table: Any) -> NDArray[Any]:
    name = meta["geometry_name"] or "wkb_geometry"
    if name not in table.column_names:
        raise InputError(f"{path} is a table without shapes; it must hold the boundaries of areas")
    try:
        shapes = shapely.from_wkb(table[name].to_numpy())
    except shapely.GEOSException as fault:
        raise InputError(f"{path} holds a shape that cannot be read: {fault}") from None
    flat: NDArray[Any] = np.asarray(shapely.force_2d(shapes), object)
    return flat


def _is_area(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    wanted = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]
    found: NDArray[np.bool_] = np.isin(shapely.get_type_id(shapes), wanted) & ~shapely.is_empty(shapes)
    return found


def _code_field(fields: Fields, asked: str | None, usable: NDArray[np.intp], path: Path) -> str:
    if asked in fields:
        return str(asked)
    names = [name for name in fields if asked is not None or _fits(fields[name], usable)]
    by_lower = {name.lower(): name for name in reversed(names)}
    for name in CODE_NAMES if asked is None else (asked.lower(),):
        if name in by_lower:
            return by_lower[name]
    codelike = [name for name in names if name.lower().endswith("code") and _all_differ(fields[name], usable)]
    if asked is None and codelike:
        return codelike[0]
    has = f"its fields are {', '.join(fields)}" if fields else "it has no fields at all"
    missing = "no field that looks like a code; name one" if asked is None else f"no field {asked!r}"
    raise InputError(f"{path} has {missing}; {has}")


def _fits(values: list[Any], usable: NDArray[np.intp]) -> bool:
    """Tell whether a field could be guessed to be the code: no polygon lacks it."""
    return all(values[row] not in {None, ""} for row in usable if not isinstance(values[row], (list, dict)))


def _all_differ(values: list[Any], usable: NDArray[np.intp]) -> bool:
    return len({str(values[row]) for row in usable}) == len(usable)


def _codes(values: list[Any], name: str, path: Path) -> list[str]:
    """Give codes as text: whole numbers without a point, whatever type the file keeps them in."""
    texts = [_text(value) for value in values]
    if "" in texts:
        raise InputError(f"polygon {texts.index('') + 1} of {path} has no code in the field {name!r}")
    return texts


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _tell_of_twins(codes: list[str], remarks: list[str]) -> None:
    twins = [code for code, times in Counter(codes).items() if times > 1]
    if twins:
        remarks.append(f"{_some(twins)} come more than once; polygons of one code count as one area")


def _in_degrees(shapes: NDArray[Any], crs: str | None, path: Path, remarks: list[str]) -> NDArray[Any]:
    if crs is None:
        check_degrees(shapes)
        remarks.append(f"{path.name} names no coordinate system; longitude and latitude are assumed")
        return shapes
    system = CRS.from_user_input(crs).to_2d()
    if system.to_epsg() in LON_LAT_EPSG or system.to_authority() == ("OGC", "CRS84"):
        check_degrees(shapes)
        return shapes
    remarks.append(f"{path.name} is in {system.name}; it was turned into longitude and latitude")
    moved: NDArray[Any] = np.asarray(project(shapes, system.to_wkt(), 4326), object)
    return moved


def _repaired(shapes: NDArray[Any], codes: list[str], remarks: list[str]) -> NDArray[Any]:
    """Make polygons valid that are not: nothing that lay inside an outer ring is lost."""
    bad = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(bad):
        return shapes
    repaired = shapes.copy()
    repaired[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    remarks.append(f"the polygons of {_some([codes[i] for i in bad])} crossed themselves and were repaired")
    lost = np.flatnonzero(~_is_area(repaired))
    if len(lost):
        raise InputError(f"the polygons of {_some([codes[i] for i in lost])} have no area; draw them anew")
    return repaired


def _some(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - FEW} more" if len(codes) > FEW else ""
    return ", ".join(codes[:FEW]) + more
