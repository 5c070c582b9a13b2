"""One POST to a receiver outside: to a checked address, without redirects, in a bounded time, with a small answer.

Before: the adapters of robots and SMS. After: `webhook` reads the answer. An address that leads into the town's own
network is refused unless WANGGE_INNER_HOSTS names its host: nobody reaches inner servers by setting a robot's address.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import time
from urllib.parse import SplitResult, urlsplit

from gis.settings import settings
from tasks.channels.base import LONGEST_S, PermanentError, TemporaryError, UnknownError

LARGEST_ANSWER = 65_536
CONNECT_S = 5.0


@dataclass(frozen=True)
class Answer:
    """What came back: status, body, and how many seconds the receiver asks us to wait."""

    status: int
    body: bytes
    asked_s: float = 0


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send one request and read its answer.

    Raises
    ------
    PermanentError
        When the address is no http(s) one or leads into an own network.
    TemporaryError
        When no connection came about: nothing was sent.
    UnknownError
        When the connection broke, fell silent or spoke no HTTP after something was sent.
    """
    parts = _checked(url)
    line = _connected(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _ended_in_time(line):
        connection = HTTPConnection(parts.hostname or "")
        connection.sock = line
        try:
            connection.request("POST", target, body, {"Host": parts.netloc, **headers})
            response = connection.getresponse()
            return Answer(response.status, response.read(LARGEST_ANSWER), _asked(response))
        except (OSError, HTTPException, ValueError) as fault:
            raise UnknownError(
                "对方没有给出完整的回答，不知是否收到。 The receiver gave no whole answer; it may have it."
            ) from fault
        finally:
            connection.close()


def _checked(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise PermanentError("对方地址不是 http(s) 地址。 The receiver's address is no http(s) address.")
    return parts


def _connected(parts: SplitResult) -> socket.socket:
    """Open a line to the very address that was checked, so that no second look-up can lead elsewhere."""
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError) as fault:
        raise TemporaryError("找不到对方的地址。 The receiver's name leads nowhere.") from fault
    address = str(found[0][4][0])
    if host not in settings().inner_hosts and not is_outside(address):
        raise PermanentError(
            "对方地址在内部网络里；确有需要，请在 WANGGE_INNER_HOSTS 里写明主机。"
            " The address lies in an inner network; if that is meant, name its host in WANGGE_INNER_HOSTS."
        )
    try:
        line = socket.create_connection((address, port), timeout=CONNECT_S)
        line.settimeout(LONGEST_S)
        if parts.scheme == "https":
            return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except OSError as fault:  # TLS faults are OSErrors too; nothing was said yet
        raise TemporaryError("连接不上对方。 No connection to the receiver came about.") from fault
    return line


def is_outside(address: str) -> bool:
    """Say whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


@contextmanager
def _ended_in_time(line: socket.socket) -> Iterator[None]:
    """Cut a line that is not done in time: one that drips a byte a second never runs into a socket's own limit."""

    def cut() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    guard = threading.Timer(LONGEST_S, cut)
    guard.daemon = True
    guard.start()
    try:
        yield
    finally:
        guard.cancel()


def _asked(response: HTTPResponse) -> float:
    """Read Retry-After: seconds, or a date; nothing when it is neither."""
    value = response.headers.get("Retry-After", "")
    if value.isascii() and value.isdigit():
        return float(value[:6])
    try:
        return max(parsedate_to_datetime(value).timestamp() - time(), 0)
    except (ValueError, TypeError):
        return 0
