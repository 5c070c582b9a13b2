"""`python -m tests.bench.proposals`: proposals beside GerryChain and spopt on the same units, in the same run.

Arguments: seconds, then file, field and parts; without them the counties of one state, where the third-party data is,
and a made-up field of units. The rivals are put into an environment of their own under `.wangge/rivals`; delete it when
done. All are judged by the same figures; times are those of one core.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from webmap.local.folders import ROOT, STATE

RIVALS = ("gerrychain==1.0.0", "spopt==0.7.0")
SECONDS = 60.0
TOLERANCE = 0.05
SIDE = 15
PARTS = 5


def rivals_python() -> Path | None:
    """Make the rivals' environment unless it is there; None where they cannot be fetched."""
    folder = STATE / "rivals"
    python = folder / "bin" / "python"
    if (folder / "whole").exists():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *RIVALS], check=True)
    except subprocess.CalledProcessError:
        return None
    (folder / "whole").touch()
    return python


def made_up(folder: Path) -> tuple[Path, str, int]:
    """Write a field of squares whose weights are uneven as those of real towns are (lognormal)."""
    at = np.arange(SIDE * SIDE)
    west, south = 116.0 + at % SIDE * 0.01, 39.0 + at // SIDE * 0.01
    homes = np.round(np.random.default_rng(1).lognormal(6, 1, len(at))).astype(int)
    shapes = shapely.box(west, south, west + 0.01, south + 0.01)
    gpd.GeoDataFrame({"homes": homes}, geometry=shapes, crs=4490).to_file(folder / "field.gpkg")
    return folder / "field.gpkg", "homes", PARTS


def ours(folder: Path, path: Path, field: str, parts: int, seconds: float) -> None:
    """Print our plan, our front, and the time it took."""
    report = folder / "report.json"
    asked = ["--units", str(path), "--weight", field, "--parts", str(parts), "--seconds", str(seconds),
             "--tolerance", str(TOLERANCE), "-o", str(folder / "plan.gpkg"), "--report", str(report)]  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "webmap.cli", "plan", "propose", *asked], check=False, capture_output=True
    )
    told = json.loads(report.read_text(encoding="utf-8"))
    plans = [told["plan"], *told["alternatives"]]
    row("wangge", f"{told['seconds']:.0f} s", [(p["largest_deviation"], p["cut_edges"]) for p in plans[:1]])
    row("its front", "", sorted((p["largest_deviation"], p["cut_edges"]) for p in plans))


def row(name: str, note: str, plans: list[tuple[float, int]]) -> None:
    words = "  ".join(f"{100 * deviation:.4f} %/{cut}" for deviation, cut in plans)
    print(f"{name:15s} {note:>14s}  {words or 'no plan of so many parts'}", flush=True)


def beside(path: Path, field: str, parts: int, seconds: float) -> None:
    """Print all on the same units."""
    print(f"\n{path.name}: {parts} parts; largest deviation / cut edges, each rival its own front")
    with tempfile.TemporaryDirectory() as folder:
        ours(Path(folder), path, field, parts, seconds)
    python = rivals_python()
    if python is None:
        print("the rivals could not be fetched; nothing to compare with")
        return
    script = ROOT / "tests" / "bench" / "rival_plans.py"
    asked = [str(python), str(script), str(path), field, str(parts), str(TOLERANCE), str(seconds)]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        told = json.loads(line)
        row(told["rival"], f"{told['tried']} plans", [(plan[0], plan[1]) for plan in told["plans"]])


def main() -> None:
    words = sys.argv[1:] if sys.argv[0].endswith("proposals.py") else []
    seconds = float(words[0]) if words else SECONDS
    if len(words) > 1:
        beside(Path(words[1]), words[2], int(words[3]), seconds)
        return
    data = Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    counties = data / "iowa" / "IA_counties.zip"
    if counties.is_file():
        beside(counties, "TOTPOP", 4, seconds)
    else:
        print(f"no third-party data at {data}; set WANGGE_SHARED_DATA to run it too")
    with tempfile.TemporaryDirectory() as folder:
        beside(*made_up(Path(folder)), seconds)


if __name__ == "__main__":
    main()
