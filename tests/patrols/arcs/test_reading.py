"""Both spellings of `.dat` files say the same; a bad file is one sentence with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.errors import InputError
from gis.patrols.arcs.instance import Edge
from gis.patrols.arcs.reading import read_instance

BARE = """3
3
0 1 5 2
1 2 7 0
0 2 4.5 1
2
3
12
14
"""
HEADED = """NOMBRE : triangle
COMENTARIO : 14 (cota superior)
VERTICES : 3
ARISTAS_REQ : 2
ARISTAS_NOREQ : 1
VEHICULOS : 2
CAPACIDAD : 3
TIPO_COSTES_ARISTAS : EXPLICITOS
COSTE_TOTAL_REQ : 9
LISTA_ARISTAS_REQ :
( 1, 2)   coste 5   demanda 2
(1,3) coste  4.5 demanda 1
LISTA_ARISTAS_NOREQ :
( 2,3)  coste 7
DEPOSITO :   1
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "triangle.dat"
    path.write_text(text)
    return path


def test_bare_numbers_are_read(tmp_path: Path) -> None:
    instance = read_instance(written(tmp_path, BARE))
    assert instance.edges == (Edge(0, 1, 5, 2), Edge(1, 2, 7, 0), Edge(0, 2, 4.5, 1))
    assert (instance.nodes, instance.depot, instance.capacity, instance.rounds) == (3, 0, 3, 2)
    assert (instance.least, instance.named_from, instance.name) == (12, 0, "triangle")
    assert instance.required == [Edge(0, 1, 5, 2), Edge(0, 2, 4.5, 1)]


def test_spanish_headings_are_read_and_number_nodes_from_one(tmp_path: Path) -> None:
    instance = read_instance(written(tmp_path, HEADED))
    assert set(instance.edges) == {Edge(0, 1, 5, 2), Edge(1, 2, 7, 0), Edge(0, 2, 4.5, 1)}
    assert (instance.nodes, instance.depot, instance.capacity, instance.rounds) == (3, 0, 3, 2)
    assert (instance.least, instance.named_from, instance.name) == (0, 1, "triangle")


def test_spaces_blank_lines_and_order_do_not_matter(tmp_path: Path) -> None:
    lines = HEADED.splitlines()
    turned = "\r\n\r\n".join([*lines[9:], *lines[:9]]).replace(" : ", ":")
    assert set(read_instance(written(tmp_path, turned)).edges) == {
        Edge(0, 1, 5, 2), Edge(1, 2, 7, 0), Edge(0, 2, 4.5, 1),
    }  # fmt: skip
    spread = BARE.replace(" ", "   ").replace("\n", "\n\n")
    assert len(read_instance(written(tmp_path, spread)).edges) == 3


def test_no_vehicles_no_other_edges_and_no_depot_are_allowed(tmp_path: Path) -> None:
    gone = ("VEHICULOS", "DEPOSITO", "ARISTAS_NOREQ", "LISTA_ARISTAS_NOREQ", "( 2,3)")
    text = "\n".join(line for line in HEADED.splitlines() if not line.startswith(gone))
    instance = read_instance(written(tmp_path, text))
    assert (instance.rounds, instance.depot, len(instance.edges)) == (None, 0, 2)
    assert read_instance(written(tmp_path, BARE.replace("\n2\n3\n", "\n0\n3\n"))).rounds is None


def test_bare_numbers_may_count_nodes_from_one(tmp_path: Path) -> None:
    text = "3\n2\n1 2 5 2\n2 3 7 1\n2\n3\n"
    instance = read_instance(written(tmp_path, text))
    assert (instance.edges[1], instance.depot, instance.named_from) == (Edge(1, 2, 7, 1), 0, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("\x00\x01PNG", "Line 1"),
        ("3\n", "ends before"),
        ("3\n5\n0 1 5 2\n2\n3\n0\n0\n", "cut off"),
        (BARE.replace("0 1 5 2", "0 9 5 2"), "Line 3 joins 0 and 9"),
        (BARE.replace("0 1 5 2", "0 1 5"), "Line 3 must hold an edge"),
        (BARE.replace("0 1 5 2", "0 1 five 2"), "Line 3 reads"),
        (BARE.replace("0 1 5 2", "0 1 nan 2"), "finite"),
        (BARE.replace("0 1 5 2", "0 1 -5 2"), "negative"),
        (BARE.replace("0 1 5 2", "0 1 5 -2"), "negative"),
        (BARE.replace("\n2\n3\n", "\n2\n0\n"), "capacity"),
        (BARE.replace("\n2\n3\n", "\n2 3\n3\n"), "vehicles"),
        (HEADED.replace("ARISTAS_REQ : 2", "ARISTAS_REQ : 3", 1), "says 3"),
        (HEADED.replace("CAPACIDAD", "ANCHO"), "CAPACIDAD"),
        (HEADED.replace("demanda 2", ""), "Line 11"),
        (HEADED.replace("DEPOSITO :   1", "DEPOSITO : 4"), "depot is node 4"),
        (HEADED + "LISTA_ARCOS_REQ : 4\n", "both directions"),
        (HEADED + "und so weiter\n", "Line 16"),
    ],
)
def test_a_bad_file_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_instance(written(tmp_path, text))
