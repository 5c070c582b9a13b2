"""Compile the searches for rounds, walks and plans and the matching of tracks once, so that nobody waits for it later.

Before: `venv`. After: `wangge patrol` and `wangge plan` begin to search at once. Compiled code lies beside the sources
and is made anew when they change; where that fails, the commands compile for themselves.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from webmap.local import venv
from webmap.local.folders import ROOT, LocalError
from webmap.local.progress import run_logged, step, warn
from webmap.local.stamps import digest, is_fresh, put

SOURCES = ("gis/patrols/arcs", "gis/patrols/cover", "gis/patrols/tracks", "gis/boundaries/propose")
COMPILING = ROOT / "gis/compiling.py"
SQUARE = """NOMBRE : square
VERTICES : 4
ARISTAS_REQ : 4
ARISTAS_NOREQ : 0
VEHICULOS : 2
CAPACIDAD : 3
LISTA_ARISTAS_REQ :
( 1, 2) coste 2 demanda 1
( 2, 3) coste 3 demanda 1
( 3, 4) coste 2 demanda 1
( 4, 1) coste 3 demanda 1
DEPOSITO : 1
"""


def ready() -> None:
    """Run each search on next to nothing, unless it was done with these sources."""
    value = digest(
        venv.LOCK, COMPILING, *(file for folder in SOURCES for file in sorted((ROOT / folder).glob("*.py")))
    )
    if is_fresh("searches", value):
        return
    with step("compiling the searches for rounds, walks and plans"), tempfile.TemporaryDirectory() as folder:
        runs = [
            *([str(venv.VENV / "bin" / "wangge"), *command] for command in _commands(Path(folder))),
            [str(venv.PYTHON), "-m", "gis.patrols.tracks.warm"],
        ]
        try:
            for number, run in enumerate(runs):
                run_logged(run, f"searches-{number}", cwd=ROOT)
        except LocalError as fault:
            warn(f"{fault.message}; the commands will compile when they are first used")
            return
    put("searches", value)


def _commands(folder: Path) -> list[list[str]]:
    square, units, streets = folder / "square.dat", folder / "units.geojson", folder / "streets.geojson"
    square.write_text(SQUARE, encoding="utf-8")
    units.write_text(json.dumps(_units()), encoding="utf-8")
    streets.write_text(json.dumps(_streets()), encoding="utf-8")
    walks = ["--start", "116.0,39.0", "--members", "2", "--seconds", "3", "-o", str(folder / "walks.geojson")]
    plan = ["--weight", "weight", "--parts", "2", "--rounds", "2", "-o", str(folder / "plan.gpkg")]
    return [
        ["patrol", "carp", str(square), "--seconds", "1"],
        ["patrol", "cover", "--roads", str(streets), *walks],
        ["plan", "propose", "--units", str(units), *plan, "--report", str(folder / "plan.json")],
    ]


def _units() -> dict[str, object]:
    """Give sixteen squares of about 100 m."""
    features = []
    for number in range(16):
        west, south = 116.0 + number % 4 * 0.001, 39.0 + number // 4 * 0.001
        east, north = 116.0 + (number % 4 + 1) * 0.001, 39.0 + (number // 4 + 1) * 0.001
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(_feature({"type": "Polygon", "coordinates": [ring]}, weight=1 + number % 3))
    return {"type": "FeatureCollection", "features": features}


def _streets() -> dict[str, object]:
    """Give four streets across four others, about 100 m apart."""
    steps = [0.001 * number for number in range(4)]
    lines = [[[116.0 + x, 39.0 + y] for x in steps] for y in steps]
    lines += [[[116.0 + x, 39.0 + y] for y in steps] for x in steps]
    features = [
        _feature({"type": "LineString", "coordinates": line}, highway="residential") for line in lines
    ]
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict[str, object], **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}
