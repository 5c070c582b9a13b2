"""200 reports a second for a minute, whether the answers come or not, to two web workers with the database beside them.

`python -m tests.bench.load200 [RATE] [SECONDS]` uses town and web server of `reports`. Each report is sent at its own
instant of a fixed timetable (an open loop), so that a slow answer is counted with the wait it makes for the others.
Ends with 1 when an answer is an error or a report is not in the database exactly once.
"""

from __future__ import annotations

import heapq
import json
import selectors
import subprocess
import sys
import time

import psycopg

from tests.bench.load import Connection
from tests.bench.reports import Points, reports, town, web

RATE, SECONDS, CONNECTIONS = 200, 60, 64
PATIENCE_S = 30.0


class Line(Connection):
    """A connection that knows for which instant its report was due."""

    due = 0.0


def offer(port: int, points: Points, rate: float, seconds: float) -> tuple[list[float], dict[str, int]]:
    """Offer reports on time; give the seconds from each one's instant to its answer, and the answers other than 201.

    A report that finds no free connection waits for one, and its wait is counted.
    """
    latencies_s: list[float] = []
    others: dict[str, int] = {}
    selector = selectors.DefaultSelector()
    free: list[Line] = []
    begin = time.perf_counter()
    due = [begin + number / rate for number in range(round(rate * seconds))]
    heapq.heapify(due)
    busy, sent, last = 0, 0, begin + seconds + PATIENCE_S
    while (due or busy) and time.perf_counter() < last:
        now = time.perf_counter()
        while due and due[0] <= now and (free or busy < CONNECTIONS):
            line = free.pop() if free else _opened(port, selector)
            line.due = heapq.heappop(due)
            line.send(*points[sent % len(points)])
            sent, busy = sent + 1, busy + 1
        wait = max(due[0] - time.perf_counter(), 0) if due and busy < CONNECTIONS else 0.05
        for key, _ in selector.select(wait):
            line = key.data
            if (
                line in free
            ):  # a server may close what stands idle; anything else that comes unasked is a fault
                free.remove(line)
                selector.unregister(line.socket)
                line.socket.close()
                continue
            if not line.whole():
                continue
            if line.status == "201":
                latencies_s.append(time.perf_counter() - line.due)
            else:
                others[line.status] = others.get(line.status, 0) + 1
            free.append(line)
            busy -= 1
    if due or busy:
        others["never answered"] = len(due) + busy
    return latencies_s, others


def _opened(port: int, selector: selectors.BaseSelector) -> Line:
    line = Line("127.0.0.1", port)
    selector.register(line.socket, selectors.EVENT_READ, line)
    return line


def _client(port: int, points: Points, rate: float, seconds: float) -> tuple[list[float], dict[str, int]]:
    """Run the client in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.load200", "--client", str(port), str(rate), str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=json.dumps(points))
    latencies_s, others = json.loads(done.stdout)
    return latencies_s, others


def _count(url: str) -> tuple[int, int]:
    query = "SELECT count(*), count(DISTINCT case_id) FROM report WHERE channel = 'api'"
    with psycopg.connect(url) as line:
        [row] = line.execute(query).fetchall()
    return int(row[0]), int(row[1])


def main(rate: float = RATE, seconds: float = SECONDS) -> int:
    with town() as (url, points), web(url) as port:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        reports(port, points, 8)  # warm
        before = _count(plain)[0]
        latencies_s, others = _client(port, points, rate, seconds)
        there, cases = _count(plain)
    offered, kept = round(rate * seconds), there - before
    print(
        f"{rate:.0f} reports/s offered for {seconds:.0f} s: {offered} offered, {len(latencies_s)} answered 201"
    )
    print(
        f"  in the database {kept}, lost {max(len(latencies_s) - kept, 0)}, other answers {others or 'none'}"
    )
    if latencies_s:
        tail = sorted(latencies_s)
        shown = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}
        words = ", ".join(
            f"{name} {tail[int(len(tail) * share)] * 1000:.1f} ms" for name, share in shown.items()
        )
        print(f"  {words}, max {tail[-1] * 1000:.1f} ms (from the instant each was due)")
    return int(bool(others) or kept != offered or there != cases)


def _as_client() -> None:
    port, rate, seconds = sys.argv[2:]
    points = [(float(lon), float(lat)) for lon, lat in json.load(sys.stdin)]
    json.dump(offer(int(port), points, float(rate), float(seconds)), sys.stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--client"]:
        _as_client()
    else:
        sys.exit(main(*(float(one) for one in sys.argv[1:])))
