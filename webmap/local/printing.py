"""What prints reports: the libraries that lay out a page and a Chinese font; the system's own, or unpacked here.

Before: `folders`. After: `machine` gets what is missing; `demo` and `checks` tell their programs where it is. They have
a folder of their own, so that nothing else of the unpacked system comes before the system's own libraries.
"""

from __future__ import annotations

import shutil
import subprocess
from ctypes.util import find_library
from pathlib import Path

from webmap.local.folders import STATE

PREFIX = STATE / "printing"
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
"""Each library that a report needs, and the package that has it."""
FONT = "fonts-noto-cjk"
FONTS = Path("usr/share/fonts/opentype/noto")
SETUP = Path("etc/fonts/fonts.conf")


def surroundings(prefix: Path = PREFIX, root: Path = Path("/")) -> dict[str, str]:
    """Give what a program that prints needs in its environment; nothing where the system has all of it."""
    around: dict[str, str] = {}
    folders = sorted({str(file.parent) for file in prefix.glob("usr/lib/**/libpango*.so*")})
    if folders:
        around["LD_LIBRARY_PATH"] = ":".join(folders)
    if (prefix / FONTS).is_dir():
        around["XDG_DATA_HOME"] = str(prefix / "usr/share")
    if (prefix / SETUP).is_file() and not (root / SETUP).is_file():
        around["FONTCONFIG_FILE"] = str(prefix / SETUP)
    return around


def missing(prefix: Path = PREFIX) -> list[str]:
    """Name the packages that are neither on the system nor unpacked."""
    wanted = [
        package
        for library, package in LIBRARIES.items()
        if not find_library(library) and not any(prefix.glob(f"usr/lib/**/lib{library}.so*"))
    ]
    return wanted if has_chinese() or (prefix / FONTS).is_dir() else [*wanted, FONT]


def has_chinese() -> bool:
    """Say whether the system has a font with Chinese signs."""
    if shutil.which("fc-list") is None:
        return any(Path("/usr/share/fonts").glob("**/*CJK*"))
    listed = subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True, text=True)
    return bool(listed.stdout.strip())
