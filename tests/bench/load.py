"""A small client that keeps several connections busy: prepared requests in, a rate and latencies out.

It runs as a process of its own (`python -m tests.bench.load HOST PORT CONNECTIONS SECONDS`, points as JSON on standard
input) and spends little, since it shares its cores with the servers that it measures.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from uuid import uuid4

BLOCK = 65_536


@dataclass
class Outcome:
    """What came back: latencies in seconds of the good answers, and the other answers by status."""

    latencies_s: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)


class Connection:
    """One keep-alive connection: a request out, an answer in."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.sent_at = 0.0

    def send(self, lon: float, lat: float) -> None:
        body = json.dumps(
            {
                "text": "路口的路灯坏了，晚上很黑",
                "category": "C0118",
                "lon": lon,
                "lat": lat,
                "client_request_id": uuid4().hex,
            }
        ).encode()
        head = (
            "POST /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.got = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(head.encode() + body)

    def whole(self) -> bool:
        """Take what has come; say whether the answer is complete."""
        block = self.socket.recv(BLOCK)
        if not block:
            raise ConnectionError("the server closed the connection")
        self.got += block
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return False
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return len(body) >= int(length.split(b":")[1])

    @property
    def status(self) -> str:
        return self.got[9:12].decode()


def drive(
    host: str, port: int, connections: int, seconds: float, points: list[tuple[float, float]]
) -> Outcome:
    """Keep connections busy for some seconds."""
    outcome, selector = Outcome(), selectors.DefaultSelector()
    end = time.perf_counter() + seconds
    for number in range(connections):
        connection = Connection(host, port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(*points[number % len(points)])
    turn, busy = connections, connections
    while busy:
        for key, _ in selector.select(timeout=30):
            connection = key.data
            if not connection.whole():
                continue
            now = time.perf_counter()
            if connection.status == "201":
                outcome.latencies_s.append(now - connection.sent_at)
            else:
                outcome.others[connection.status] = outcome.others.get(connection.status, 0) + 1
            if now < end:
                turn += 1
                connection.send(*points[turn % len(points)])
            else:
                selector.unregister(connection.socket)
                connection.socket.close()
                busy -= 1
    return outcome


def main() -> None:
    host, port, connections, seconds = sys.argv[1:]
    points = [(float(lon), float(lat)) for lon, lat in json.load(sys.stdin)]
    outcome = drive(host, int(port), int(connections), float(seconds), points)
    json.dump({"latencies_s": outcome.latencies_s, "others": outcome.others}, sys.stdout)


if __name__ == "__main__":
    main()
