"""What set-up compiles is what the commands run: the next to nothing it is given is good input for each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gis.patrols.tracks.warm import warm
from webmap.cli import wangge
from webmap.local import searches


def test_each_search_takes_what_it_is_given(tmp_path: Path) -> None:
    for command in searches._commands(tmp_path):
        done = CliRunner().invoke(wangge, command)
        assert done.exit_code == 0, done.output
    assert (tmp_path / "plan.gpkg").exists()
    assert (tmp_path / "walks.geojson").exists()


def test_a_made_up_track_is_seen_along_the_made_up_street() -> None:
    assert warm() == pytest.approx(200, abs=15)
