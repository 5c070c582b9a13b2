"""Processes: known by their id and folder, watched, and ended with all they started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webmap.local import processes, running
from webmap.local.account import Account
from webmap.local.folders import LocalError
from webmap.local.processes import Child, start_child, stop_child, watch

DEAF = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
)


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_a_stranger_with_our_old_id_is_not_ours(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    mark.write_text(f"{os.getpid()}\n", encoding="ascii")
    assert running.pid_in(mark, Path.cwd()) == os.getpid()
    assert running.pid_in(mark, tmp_path) is None


@pytest.mark.parametrize("text", ["", "none\n", "-5\n"])
def test_a_spoilt_pid_file_names_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "pid").write_text(text, encoding="ascii")
    assert running.pid_in(tmp_path / "pid", tmp_path) is None


def test_a_large_log_is_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"x" * (running.LARGEST_LOG_BYTES + 1))
    account = Account("me", os.geteuid(), os.getegid(), handed_over=False)
    running.start(python("print('new')"), folder=tmp_path, account=account, log=log).wait()
    assert log.read_text(encoding="utf-8") == "new\n"
    assert log.with_suffix(".old").stat().st_size > running.LARGEST_LOG_BYTES


def test_a_child_that_dies_is_named_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    child = start_child("worker", python("print('no queue'); raise SystemExit(3)"), {}, log)
    with pytest.raises(LocalError, match=r"worker ended by itself \(code 3\).*worker\.log ends: no queue"):
        watch([child], lambda: None)


def test_a_server_that_falls_silent_is_told(tmp_path: Path) -> None:
    child = start_child("worker", ["sleep", "60"], {}, tmp_path / "log")
    with pytest.raises(LocalError, match="Redis ended"):
        watch([child], lambda: "Redis ended")
    stop_child(child)
    assert child.process.returncode is not None


def test_a_deaf_child_is_ended_by_force_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE_S", 0.3)
    child = start_child("deaf", python(DEAF), {}, tmp_path / "log")
    grandchild = first_number(child)
    stop_child(child)
    assert child.process.returncode == -9
    deadline = time.monotonic() + 5
    while is_alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(grandchild)


def first_number(child: Child) -> int:
    while not child.log.read_text(encoding="ascii").endswith("\n"):
        time.sleep(0.02)
    return int(child.log.read_text(encoding="ascii"))


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"


def test_every_way_to_be_told_to_stop_ends_once_and_cleans_up() -> None:
    program = (
        "import os, signal, time\nfrom webmap.local import stopping\nstopping.listen()\n"
        "try:\n    print('up', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt:\n    os.kill(os.getpid(), signal.SIGTERM); print('clean')\n"
    )
    with subprocess.Popen(python(program), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.terminate()
        assert process.stdout.read() == "clean\n"
    assert process.returncode == 0
