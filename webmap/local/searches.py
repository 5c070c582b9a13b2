"""Compile the searches for rounds and for plans once, so that the first one asked for does not wait for it.

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

SOURCES = ("gis/patrols/arcs", "gis/boundaries/propose")
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
    value = digest(venv.LOCK, *(file for folder in SOURCES for file in sorted((ROOT / folder).glob("*.py"))))
    if is_fresh("searches", value):
        return
    with step("compiling the searches for rounds and plans"), tempfile.TemporaryDirectory() as folder:
        try:
            for number, command in enumerate(_commands(Path(folder))):
                run_logged([str(venv.VENV / "bin" / "wangge"), *command], f"searches-{number}", cwd=ROOT)
        except LocalError as fault:
            warn(f"{fault.message}; the commands will compile when they are first used")
            return
    put("searches", value)


def _commands(folder: Path) -> list[list[str]]:
    square, units = folder / "square.dat", folder / "units.geojson"
    square.write_text(SQUARE, encoding="utf-8")
    units.write_text(json.dumps(_units()), encoding="utf-8")
    plan = ["--weight", "weight", "--parts", "2", "--rounds", "2", "-o", str(folder / "plan.gpkg")]
    return [
        ["patrol", "carp", str(square), "--seconds", "1"],
        ["plan", "propose", "--units", str(units), *plan, "--report", str(folder / "plan.json")],
    ]


def _units() -> dict[str, object]:
    """Give sixteen squares of about 100 m."""
    features = []
    for number in range(16):
        west, south = 116.0 + number % 4 * 0.001, 39.0 + number // 4 * 0.001
        east, north = 116.0 + (number % 4 + 1) * 0.001, 39.0 + (number // 4 + 1) * 0.001
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"weight": 1 + number % 3},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}
