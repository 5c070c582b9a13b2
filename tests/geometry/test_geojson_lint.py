"""Bad files of another linter must be refused or remarked, good files must be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gis.geometry.geojson import GeoJSONError, read_geojson, write_geojson

BEYOND_THE_POLES = Path("hint", "good", "issue82.geojson")
pytestmark = pytest.mark.realdata


def outcome(path: Path) -> str:
    try:
        found = read_geojson(path.read_bytes())
    except GeoJSONError:
        return "refused"
    return "remarked" if found.remarks else "clean"


def expected_outcome(path: Path) -> set[str]:
    messages = json.loads(path.with_suffix(".result").read_text(encoding="utf-8"))
    # What the linter only advises may be a remark of ours; positions beyond it are our own rule.
    advice = [m for m in messages if m.get("level") == "message" or "avoid" in m["message"]]
    if not messages:
        return {"clean"}
    return {"remarked"} if len(advice) == len(messages) else {"refused"}


def test_bad_files_are_refused_and_odd_ones_remarked(shared_data: Path) -> None:
    files = sorted((shared_data / "geojson-lint" / "hint" / "bad").glob("*.geojson"))
    assert len(files) > 40
    wrong = {f.name: outcome(f) for f in files if outcome(f) not in expected_outcome(f)}
    assert wrong == {}


def test_good_files_are_read_and_written_again(shared_data: Path) -> None:
    folder = shared_data / "geojson-lint"
    files = sorted([*(folder / "hint" / "good").glob("*.geojson"), *(folder / "fixtures").rglob("*.geojson")])
    assert len(files) > 20
    for path in files:
        if path == folder / BEYOND_THE_POLES:
            continue  # well-formed, but beyond the poles
        found = read_geojson(path.read_bytes())
        again = read_geojson(write_geojson(found.shapes, found.properties))
        assert len(again.shapes) == len(found.shapes), path.name


def test_coordinates_beyond_the_poles_are_refused_with_their_place(shared_data: Path) -> None:
    path = shared_data / "geojson-lint" / BEYOND_THE_POLES
    with pytest.raises(GeoJSONError, match=r"part 1, ring 1: .* is no longitude and latitude"):
        read_geojson(path.read_bytes())
