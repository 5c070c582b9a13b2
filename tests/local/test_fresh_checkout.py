"""From a clone to a page in the browser and back to nothing running: slow, so only when WANGGE_FRESH is set."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.skipif(
        "WANGGE_FRESH" not in os.environ, reason="slow: installs everything anew; set WANGGE_FRESH=1"
    ),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("fresh") / "wangge"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    yield folder
    subprocess.run(["make", "clean"], check=True, cwd=folder)
    shutil.rmtree(folder)


def demo(clone: Path) -> tuple[subprocess.Popen[str], str, float]:
    """Run the demo until it names its address; give the process, what it said, and the seconds it took."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("WANGGE_")}
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "demo"], cwd=clone, env=outside, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Stop with Ctrl-C" in line:
            return process, said, time.monotonic() - began
    pytest.fail(f"the demo ended: {said}")


def end(process: subprocess.Popen[str], said: str) -> str:
    found = re.search(r"`kill (\d+)`", said)
    assert found is not None
    os.kill(int(found[1]), signal.SIGINT)
    assert process.stdout is not None
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait() == 0
    return rest


def working_in(folder: Path) -> list[str]:
    """Name the processes whose folder or program lies in the clone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            places = [(entry / "cwd").readlink(), (entry / "exe").readlink()]
        except OSError:
            continue
        found += [entry.name for place in places if place.is_relative_to(folder)]
    return found


@pytest.mark.parametrize("limit_s", [600, 15], ids=["first start", "second start"])
def test_the_demo_starts_shows_a_page_and_leaves_nothing_behind(clone: Path, limit_s: float) -> None:
    process, said, took_s = demo(clone)
    address = re.search(r"http://\S+", said)
    assert address is not None
    with urlopen(address[0], timeout=30) as page:  # noqa: S310 - the demo's own address
        assert page.status == 200
    assert end(process, said).count("stopping") == 4
    assert working_in(clone) == []
    assert took_s < limit_s
