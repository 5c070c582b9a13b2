"""Those who report: over HTTP, by files at once, by files for later; all try again until they have an answer.

Each report says a word of its own, so that the verdict can tell the same report from another whatever its numbers are.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from pathlib import Path
from string import ascii_uppercase

from webmap.local.folders import ROOT

HEADINGS = ["text", "lon", "lat", "category", "contact", "client_request_id"]
Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Answered:
    """One report that got an answer: its own word, and the case that was named, when one was."""

    word: str
    number: str | None


@dataclass
class Shared:
    """What all clients share: the work, the answers, the end."""

    port: int
    points: Points
    seed: int
    env: dict[str, str]
    folder: Path
    lossy_retry: bool = False
    answered: list[Answered] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    retries: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def keep(self, word: str, number: str | None) -> None:
        self.answered.append(Answered(word, number))


def word_of(number: int) -> str:
    """Give a report's own word: six letters."""
    letters = ""
    for _ in range(6):
        number, letter = divmod(number, 26)
        letters += ascii_uppercase[letter]
    return letters


def report_of(shared: Shared, number: int) -> dict[str, object]:
    """Make one report: most with a pin, some whose words say no place; a third leave a telephone."""
    chance = random.Random(shared.seed * 1_000_003 + number)
    report: dict[str, object] = {
        "text": f"路口的路灯坏了，标记 {word_of(number)}",
        "category": "C0118",
        "client_request_id": f"chaos-{shared.seed}-{number:06d}",
    }
    if chance.random() < 0.9:
        report["lon"], report["lat"] = chance.choice(shared.points)
    if chance.random() < 0.3:
        report["contact"] = f"1980{chance.randrange(10**7):07d}"
    return report


def over_http(shared: Shared, numbers: range) -> None:
    """Report one after another over one line; a broken line or an answer of 5xx is tried again with the same number."""
    chance = random.Random(f"{shared.seed}-{numbers.start}")
    for number in numbers:
        answer = _until_answered(shared, report_of(shared, number), chance)
        if answer is not None and chance.random() < 0.02:  # somebody presses the button twice
            again = _until_answered(shared, report_of(shared, number), chance)
            if again is not None and again != answer:
                shared.refused.append(f"{word_of(number)} got {answer}, then {again}")
        if answer is not None:
            shared.keep(word_of(number), answer)


def _until_answered(shared: Shared, report: dict[str, object], chance: random.Random) -> str | None:
    while not shared.over.is_set():
        try:
            status, body = _post(shared.port, report)
        except (OSError, HTTPException):
            status, body = 0, b""
        if status in {200, 201}:
            return str(json.loads(body)["case"])
        if 400 <= status < 500 and status != 429:
            shared.refused.append(f"{report['client_request_id']}: {status} {body[:200]!r}")
            return None
        shared.retries += 1
        if shared.lossy_retry:  # a client that forgets what it sent
            report = report | {
                "client_request_id": f"{report['client_request_id']}-{chance.randrange(10**6)}"
            }
        time.sleep(chance.uniform(0.05, 0.5))
    return None


_lines = threading.local()


def _post(port: int, report: dict[str, object]) -> tuple[int, bytes]:
    line = getattr(_lines, "line", None) or HTTPConnection("127.0.0.1", port, timeout=30)
    _lines.line = None
    try:
        line.request(
            "POST", "/api/reports", json.dumps(report).encode(), {"Content-Type": "application/json"}
        )
        response = line.getresponse()
        body = response.read()
    except (OSError, HTTPException):
        line.close()
        raise
    _lines.line = line
    return response.status, body


def by_file(shared: Shared, numbers: range, *, rows: int, later: bool) -> None:
    """Report by files of some rows each, through the command line."""
    for begin in range(numbers.start, numbers.stop, rows):
        chunk = range(begin, min(begin + rows, numbers.stop))
        path = shared.folder / f"reports-{begin}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, HEADINGS)
            writer.writeheader()
            writer.writerows(report_of(shared, number) for number in chunk)
        for number, answer in zip(chunk, _until_taken(shared, path, later=later), strict=False):
            shared.keep(word_of(number), answer)


def _until_taken(shared: Shared, path: Path, *, later: bool) -> Iterator[str | None]:
    command = [sys.executable, "-m", "webmap.cli", "report", "--file", str(path), "--json"]
    while not shared.over.is_set():
        done = subprocess.run(
            [*command, "--later"] if later else command,
            check=False, cwd=ROOT, env={**os.environ, **shared.env}, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode == 0 and later:
            return iter([None] * (sum(1 for _ in path.open(encoding="utf-8")) - 1))
        if done.returncode == 0:
            return iter([str(json.loads(line)["case"]) for line in done.stdout.splitlines()])
        shared.retries += 1
        time.sleep(1)
    return iter([])


def threads(shared: Shared, cases: int, clients: int) -> list[threading.Thread]:
    """Share the cases among the clients: the last two report by file, one of them for later."""
    edges = [cases * number // clients for number in range(clients + 1)]
    ranges = [range(a, b) for a, b in pairwise(edges)]
    rows = max(10, min(420, cases // clients))
    made = [threading.Thread(target=over_http, args=(shared, one), daemon=True) for one in ranges[:-2]]
    for one, later in ((ranges[-2], False), (ranges[-1], True)):
        made.append(
            threading.Thread(
                target=by_file, args=(shared, one), kwargs={"rows": rows, "later": later}, daemon=True
            )
        )
    return made
