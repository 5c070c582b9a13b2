"""`python3 -m webmap.local.vendor`: copy the few scripts and styles a page needs to `static/vendor`.

Before: `node` unpacks the locked packages into `webmap/node_modules`. After: the pages load these files from
us and from no other host. The table below is the whole list; the end-to-end rule is checked here and in tests.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from gis.errors import WanggeError
from webmap.local.folders import ROOT, LocalError

PAGES = ROOT / "webmap"
PACKAGES = PAGES / "node_modules"
VENDOR = PAGES / "static" / "vendor"

# package → what is taken from it (glob below the package); all land in static/vendor/<package>/ side by side,
# Leaflet's images in images/, because its style sheet asks for them there.
FILES = {
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images/*.png", "LICENSE"),
    "htmx.org": ("dist/htmx.min.js", "LICENSE"),
    "protomaps-leaflet": ("dist/protomaps-leaflet.js", "LICENSE"),
}
FOREIGN_HOST = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])\s*(?:https?:)?//", re.IGNORECASE)


def vendor(packages: Path = PACKAGES, target: Path = VENDOR) -> list[Path]:
    """Copy the listed files; the old folder stays until the new one is whole.

    Parameters
    ----------
    packages : Path
        The `node_modules` folder.
    target : Path
        The folder to make or replace.

    Returns
    -------
    list of Path
        The files now in `target`, sorted.

    Raises
    ------
    LocalError
        When a listed file is absent, or a style sheet would ask another host.
    """
    new = target.with_name("vendor.new")
    shutil.rmtree(new, ignore_errors=True)
    for package, patterns in FILES.items():
        for pattern in patterns:
            _copy(packages / package, pattern, new / package)
    _refuse_foreign_hosts(new)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return sorted(file for file in target.rglob("*") if file.is_file())


def _copy(package: Path, pattern: str, target: Path) -> None:
    found = sorted(package.glob(pattern))
    if not found:
        raise LocalError(
            f"{package / pattern} is absent; run `make vendor`, which fetches the packages first"
        )
    for file in found:
        place = (
            target / file.relative_to(package / "dist") if pattern.startswith("dist/") else target / file.name
        )
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def _refuse_foreign_hosts(folder: Path) -> None:
    for sheet in sorted(folder.rglob("*.css")):
        if FOREIGN_HOST.search(sheet.read_text(encoding="utf-8")):
            raise LocalError(f"{sheet.name} asks another host for a font or picture; it may not be served")


def main() -> int:
    """Copy, and say how many files; a fault is one sentence and exit code 2."""
    try:
        files = vendor()
    except WanggeError as fault:
        print(f"vendor: {fault.message}", file=sys.stderr)
        return 2
    print(f"{len(files)} files in {VENDOR}, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
