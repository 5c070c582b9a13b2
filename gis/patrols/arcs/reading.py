"""Reading arc-routing instances from `.dat` files, in both spellings the collections use.

Before: a file. After: `instance`. One spelling is bare numbers: nodes, edges, a line `node node cost demand` for each
edge, vehicles, capacity, and perhaps a lower and an upper bound; the depot is the first node. The other has Spanish
headings (`VERTICES`, `LISTA_ARISTAS_REQ`, `( 1, 2) coste 13 demanda 1`, `DEPOSITO` …) and numbers nodes from 1.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from gis.errors import InputError
from gis.patrols.arcs.instance import Edge, Instance

HEADING = re.compile(r"^\s*([A-ZÁÉÍÓÚÑ_]{4,})\s*:?\s*(.*?)\s*$")
EDGE = re.compile(r"^\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)(.*)$")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
EDGE_COLUMNS = 4
DIRECTED = ("LISTA_ARCOS", "ARCOS_REQ")


def read_instance(path: Path) -> Instance:
    """Read an instance.

    Parameters
    ----------
    path : Path
        A text file; blank lines, spaces and the order of Spanish headings do not matter.

    Raises
    ------
    InputError
        The file is no instance, its counts do not fit its lines, a number is wrong or a node does not exist; the
        sentence names the line.
    """
    text = path.read_bytes().decode("utf-8", errors="replace")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InputError(f"{path.name} is empty; give a .dat file of an arc-routing instance.")
    if lines[0][1].split()[0].lstrip("+").isdigit():
        return _bare(path.stem, lines)
    return _headed(path.stem, lines)


def _bare(name: str, lines: list[tuple[int, str]]) -> Instance:
    rows = [(number, _numbers(number, line)) for number, line in lines]
    nodes, count = (_whole(*row, "the number of " + what) for row, what in _pairs(rows, "nodes", "edges"))
    if len(rows) < count + 4:
        raise InputError(
            f"{name} names {count} edges, but has only {max(0, len(rows) - 4)} lines for them before the vehicles and "
            "the capacity; the file is cut off."
        )
    triples = [_edge_row(*row) for row in rows[2 : 2 + count]]
    first = 1 if any(nodes in row[1][:2] for row in rows[2 : 2 + count]) else 0
    tail = [_one(*row) for row in rows[2 + count :]]
    return _made(
        name, nodes, triples, depot=first, first=first, capacity=tail[1], vehicles=tail[0],
        least=tail[2] if len(tail) > 2 else 0.0,  # noqa: PLR2004 - vehicles and capacity come first
    )  # fmt: skip


def _pairs(rows: list[tuple[int, list[float]]], *names: str) -> list[tuple[tuple[int, list[float]], str]]:
    if len(rows) < len(names):
        raise InputError("The file ends before the numbers of nodes and edges.")
    return list(zip(rows, names, strict=False))


def _numbers(number: int, line: str) -> list[float]:
    try:
        values = [float(word) for word in line.split()]
    except ValueError as fault:
        raise InputError(f"Line {number} reads {line[:40]!r}; numbers are expected.", line=number) from fault
    if not all(map(math.isfinite, values)):
        raise InputError(f"Line {number} reads {line[:40]!r}; finite numbers are expected.", line=number)
    return values


def _whole(number: int, values: list[float], what: str) -> int:
    if len(values) != 1 or values[0] < 1 or values[0] % 1:
        raise InputError(f"Line {number} must hold {what}, a whole number from 1.", line=number)
    return int(values[0])


def _one(number: int, values: list[float]) -> float:
    if len(values) != 1:
        raise InputError(
            f"Line {number} must hold one number: vehicles, capacity or a bound; perhaps there are more edges than "
            "the file says.",
            line=number,
        )
    return values[0]


def _edge_row(number: int, values: list[float]) -> tuple[int, Edge]:
    if len(values) != EDGE_COLUMNS or values[0] % 1 or values[1] % 1:
        raise InputError(f"Line {number} must hold an edge: two nodes, cost and demand.", line=number)
    return number, Edge(int(values[0]), int(values[1]), values[2], values[3])


def _headed(name: str, lines: list[tuple[int, str]]) -> Instance:
    heads: dict[str, str] = {}
    edges: list[tuple[int, Edge]] = []
    lists = {"LISTA_ARISTAS_REQ": 0, "LISTA_ARISTAS_NOREQ": 0}
    under = ""
    for number, line in lines:
        edge, head = EDGE.match(line), HEADING.match(line)
        if edge and under in lists:
            edges.append((number, _edge_words(number, line, required=under == "LISTA_ARISTAS_REQ")))
            lists[under] += 1
        elif head:
            under = head[1]
            heads[under] = head[2]
        else:
            raise InputError(
                f"Line {number} reads {line[:40]!r}; an edge or a heading is expected.", line=number
            )
    _refuse_directed(heads)
    for counted, listed in (("ARISTAS_REQ", "LISTA_ARISTAS_REQ"), ("ARISTAS_NOREQ", "LISTA_ARISTAS_NOREQ")):
        if counted in heads and _head(heads, counted) != lists[listed]:
            raise InputError(f"{counted} says {heads[counted]}, but {listed} has {lists[listed]} lines.")
    return _made(
        heads.get("NOMBRE") or name, int(_head(heads, "VERTICES")), edges, depot=int(_head(heads, "DEPOSITO", 1)),
        first=1, capacity=_head(heads, "CAPACIDAD"), vehicles=_head(heads, "VEHICULOS", 0), least=0.0,
    )  # fmt: skip


def _refuse_directed(heads: dict[str, str]) -> None:
    for head, words in heads.items():
        if head.startswith(DIRECTED) and (words.strip() not in {"", "0"}):
            raise InputError(
                f"The file has {head}: only edges that may be served in both directions are read."
            )


def _head(heads: dict[str, str], name: str, default: float | None = None) -> float:
    found = NUMBER.search(heads.get(name, ""))
    if found:
        return float(found[0])
    if default is None:
        raise InputError(
            f"The heading {name} with its number is missing; the file is no arc-routing instance."
        )
    return default


def _edge_words(number: int, line: str, *, required: bool) -> Edge:
    found = EDGE.match(line)
    values = [float(word) for word in NUMBER.findall(found[3])] if found else []
    if not found or len(values) < 1 + required:
        raise InputError(f"Line {number} must hold an edge as `( 1, 2) coste 13 demanda 1`.", line=number)
    return Edge(int(found[1]), int(found[2]), values[0], values[1] if required else 0.0)


def _made(
    name: str, nodes: int, edges: list[tuple[int, Edge]], *, depot: int, first: int, capacity: float,
    vehicles: float, least: float,
) -> Instance:  # fmt: skip
    """Make nodes count from 0 and refuse what cannot be."""
    allowed = range(first, first + nodes)
    for number, edge in edges:
        if edge.one not in allowed or edge.other not in allowed:
            raise InputError(
                f"Line {number} joins {edge.one} and {edge.other}, but nodes run from {first} to {first + nodes - 1}.",
                line=number,
            )
        if edge.cost < 0 or edge.demand < 0:
            raise InputError(f"Line {number} has a negative cost or demand.", line=number)
    if depot not in allowed:
        raise InputError(f"The depot is node {depot}, but nodes run from {first} to {first + nodes - 1}.")
    if capacity <= 0:
        raise InputError(f"The capacity is {capacity:g}; it must be above zero.")
    moved = tuple(Edge(edge.one - first, edge.other - first, edge.cost, edge.demand) for _, edge in edges)
    return Instance(
        name, nodes, moved, depot - first, capacity,
        rounds=int(vehicles) if vehicles >= 1 else None, named_from=first, least=max(0.0, least),
    )  # fmt: skip
