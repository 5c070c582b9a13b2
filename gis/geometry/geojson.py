"""GeoJSON after RFC 7946: careful reading, clean writing.

Before: a text from outside, or shapes in hand. After: imports and planning read; map layers and interfaces
write. Written: longitude and latitude, outer rings counter-clockwise, seven decimals, no `crs` member.
Read: whatever can be understood, with remarks; what cannot is refused in sentences that say where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.geometry.geojson_shapes import TYPES, Findings, check_bbox, invalid_because, kind_of, shape_of
from gis.geometry.metres import check_degrees

# Seven decimals are a centimetre; more are bytes without meaning.
DECIMALS = 7
CHINA = shapely.box(73, 3, 136, 54)
MOST_TOLD = 5


class GeoJSONError(InputError):
    """A text is no GeoJSON that can be used."""

    code = "bad-geojson"


@dataclass
class Features:
    """The features of a GeoJSON text, in its order.

    Attributes
    ----------
    shapes : ndarray of geometries or None
        Longitude and latitude in degrees.
    properties : list of dict
        Empty where the text had null.
    ids : list of str, int, float or None
        The members `id`.
    crs : str or None
        The name in a `crs` member of the format before RFC 7946.
    remarks : list of str
        What was odd but could be used.
    """

    shapes: NDArray[Any]
    properties: list[dict[str, Any]]
    ids: list[str | int | float | None]
    crs: str | None = None
    remarks: list[str] = field(default_factory=list)


def read_geojson(text: str | bytes, *, valid: bool = True) -> Features:
    """Read a GeoJSON text; a bare geometry or feature counts as one feature.

    Parameters
    ----------
    text : str or bytes
        UTF-8, with or without a mark at its beginning.
    valid : bool
        Refuse polygons that cross themselves and the like; otherwise they are left to the caller.

    Returns
    -------
    Features
        All features, those without a geometry too.

    Raises
    ------
    GeoJSONError
        With the first faults in the sentence and all of them in `details["faults"]`.
    """
    findings = Findings()
    document = _parsed(text, findings)
    features = _features(document, findings)
    found = [_feature(*feature, findings) for feature in features]
    shapes = np.array([shape for shape, _, _ in found], object)
    if valid:
        _check_valid(shapes, findings)
    _refuse(findings)
    _suspect_exchange(shapes, findings)
    crs = _crs(document, findings)
    return Features(shapes, [p for _, p, _ in found], [i for _, _, i in found], crs, findings.remarks)


def write_geojson(
    shapes: Sequence[Any] | NDArray[Any],
    properties: Sequence[Mapping[str, Any]] | None = None,
    *,
    ids: Sequence[str | int] | None = None,
    decimals: int = DECIMALS,
) -> str:
    """Write a FeatureCollection.

    Parameters
    ----------
    shapes : sequence of geometries or None
        Longitude and latitude in degrees, EPSG:4490 or WGS-84.
    properties : sequence of mappings, optional
        One a shape; values that JSON knows.
    ids : sequence of str or int, optional
        One a shape.
    decimals : int
        Of the coordinates. Equal vertices are rounded equally, so shared lines stay shared.

    Returns
    -------
    str
        The text, Chinese characters as they are.

    Raises
    ------
    InputError
        The coordinates are no degrees, or a property is nothing that JSON knows.
    """
    check_degrees(shapes)
    rounded = shapely.transform(np.array(shapes, object), lambda places: np.round(places, decimals))
    turned = shapely.orient_polygons(rounded)
    rows = properties if properties is not None else [{}] * len(turned)
    names = [{"id": name} for name in ids] if ids is not None else [{}] * len(turned)
    features = [_written(*row) for row in zip(turned, rows, names, strict=True)]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _written(shape: Any, properties: Mapping[str, Any], name: Mapping[str, Any]) -> str:
    geometry = "null" if shape is None or shape.is_empty else shapely.to_geojson(shape)
    head = {"type": "Feature", **name, "properties": dict(properties)}
    try:
        text = json.dumps(head, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as fault:
        raise InputError(f"a property cannot be written as JSON: {fault}") from None
    return f'{text[:-1]},"geometry":{geometry}}}'


def _parsed(text: str | bytes, findings: Findings) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            findings.fault("the text", f"an object has the member {twice!r} more than once")
        return found

    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        document = json.loads(plain, object_pairs_hook=once, parse_constant=_refuse_constant)
    except UnicodeDecodeError as fault:
        raise GeoJSONError(f"the text is not UTF-8 (byte {fault.start}); save it as UTF-8") from None
    except json.JSONDecodeError as fault:
        raise GeoJSONError(
            f"the text is no JSON: line {fault.lineno}, column {fault.colno}: {fault.msg}"
        ) from None
    except RecursionError:
        raise GeoJSONError("the text is nested too deeply to be GeoJSON") from None
    if not isinstance(document, dict):
        raise GeoJSONError(f"a GeoJSON text must be an object, but is {kind_of(document)}")
    return document


def _refuse_constant(name: str) -> float:
    raise GeoJSONError(f"{name} is no number in JSON")


def _features(document: dict[str, Any], findings: Findings) -> list[tuple[Any, str]]:
    """Give the features of a text, each with the way to call it."""
    kind = document.get("type")
    if kind == "Feature":
        return [(document, "the feature")]
    if kind != "FeatureCollection":
        if kind is None or kind in TYPES:
            return [({"type": "Feature", "properties": None, "geometry": document}, "the geometry")]
        findings.fault("the text", f"there is no type {kind!r}; it must be one of {', '.join(TYPES)}")
        return []
    for name in ("coordinates", "geometry", "geometries", "properties"):
        if name in document:
            findings.fault("the text", f"a FeatureCollection must not have a member {name!r}")
    check_bbox(document, "the text", findings)
    members = document.get("features")
    if not isinstance(members, list):
        has = kind_of(members) if "features" in document else "missing"
        findings.fault("the text", f"features must be an array, but is {has}")
        return []
    return [(member, f"feature {i}") for i, member in enumerate(members, start=1)]


def _feature(value: Any, where: str, findings: Findings) -> tuple[Any, dict[str, Any], Any]:
    """Give a feature's shape, properties and id."""
    if not isinstance(value, dict) or value.get("type") != "Feature":
        findings.fault(where, 'a feature must be an object with "type": "Feature"')
        return None, {}, None
    name = value.get("id")
    if "id" in value and (isinstance(name, bool) or not isinstance(name, (str, int, float))):
        findings.fault(where, f"id must be a string or a number, but is {kind_of(name)}")
    _check_members(value, where, findings)
    properties = value.get("properties") or {}
    if not isinstance(properties, dict):
        findings.fault(where, f"properties must be an object or null, but is {kind_of(properties)}")
        properties = {}
    return shape_of(value.get("geometry"), where, findings), properties, name


def _check_members(value: dict[str, Any], where: str, findings: Findings) -> None:
    for name in ("features", "coordinates", "geometries"):
        if name in value:
            findings.fault(where, f"a Feature must not have a member {name!r}")
    for name in ("geometry", "properties"):
        if name not in value:
            findings.fault(where, f"the member {name!r} is missing; it may be null")
    if value.get("properties") == []:
        findings.fault(where, "properties must be an object or null, but is an array")
    check_bbox(value, where, findings)


def _check_valid(shapes: NDArray[Any], findings: Findings) -> None:
    for row in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)):
        findings.fault(f"feature {row + 1}", f"the {shapes[row].geom_type} {invalid_because(shapes[row])}")


def _refuse(findings: Findings) -> None:
    if findings.faults:
        more = len(findings.faults) - MOST_TOLD
        told = "; ".join(findings.faults[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
        raise GeoJSONError(f"the GeoJSON cannot be used: {told}", faults=findings.faults)


def _suspect_exchange(shapes: NDArray[Any], findings: Findings) -> None:
    """Remark when everything would lie in China if longitude and latitude were exchanged."""
    west, south, east, north = shapely.total_bounds(shapes) if len(shapes) else (np.nan,) * 4
    if not np.isnan(west) and CHINA.contains(shapely.box(south, west, north, east)):
        findings.remark("the text", "everything would lie in China if longitude and latitude were exchanged")


def _crs(document: dict[str, Any], findings: Findings) -> str | None:
    crs = document.get("crs")
    if crs is None:
        return None
    findings.remark("the text", 'the member "crs" is no longer part of GeoJSON')
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
