"""`wangge patrol carp`: the cost is the last line; proven optima are met where they are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gis.errors import InputError
from gis.patrols.arcs.checking import check
from gis.patrols.arcs.instance import problem
from gis.patrols.arcs.reading import read_instance
from gis.patrols.arcs.solve import solve
from webmap.cli import wangge

FILE = """NOMBRE : path
VERTICES : 3
ARISTAS_REQ : 2
CAPACIDAD : 1
LISTA_ARISTAS_REQ :
( 1, 2) coste 5 demanda 1
( 2, 3) coste 7 demanda 1
DEPOSITO : 1
"""


def carp(*words: object) -> Result:
    return CliRunner().invoke(wangge, ["patrol", "carp", *map(str, words)], catch_exceptions=False)


def test_rounds_are_printed_in_the_files_numbers_and_the_cost_last(tmp_path: Path) -> None:
    path = tmp_path / "path.dat"
    path.write_text(FILE)
    lines = carp(path, "--seconds", 0.5).stdout.splitlines()
    assert lines[-1] == "cost 34"
    assert sorted(line.split(": ")[1] for line in lines[:-1]) == ["load 1", "load 1"]
    assert {tuple(sorted(line.rsplit(" ", 1)[1].split("-"))) for line in lines[:-1]} == {
        ("1", "2"),
        ("2", "3"),
    }


def test_a_limit_of_rounds_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "path.dat"
    path.write_text(FILE)
    with pytest.raises(InputError, match="more rounds"):
        carp(path, "--seconds", 0.5, "--rounds", 1)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["gdb1", "gdb8", "gdb14", "gdb23", "val1A", "val4A", "val6C", "val9D"])
def test_proven_optima_are_met(shared_data: Path, name: str) -> None:
    path = shared_data / "carp" / f"{name}.dat"
    if not path.is_file():
        pytest.skip(f"no {path}")
    instance = read_instance(path)
    found = solve(problem(instance), steps=100_000, least=instance.least)
    assert instance.least <= check(instance, found) <= 1.005 * instance.least
