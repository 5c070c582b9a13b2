"""Where servers live, and who may go there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from webmap.local.account import Account, server_account
from webmap.local.folders import LONGEST_SOCKET_FOLDER, LocalError, existing_home, servers_home


@pytest.fixture
def myself() -> Account:
    return Account("me", os.geteuid(), os.getegid(), handed_over=False)


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    state = tmp_path / ("x" * LONGEST_SOCKET_FOLDER)
    yield state
    for note in state.glob("*.elsewhere"):
        shutil.rmtree(note.read_text(encoding="utf-8").strip(), ignore_errors=True)


def test_servers_live_in_the_checkout_where_that_is_possible(tmp_path: Path, myself: Account) -> None:
    home = servers_home("demo", myself, tmp_path / "s")
    assert home == tmp_path / "s" / "demo" or home.parent == Path("/var/tmp")  # noqa: S108 - the fallback
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_is_replaced_and_remembered(deep: Path, myself: Account) -> None:
    home = servers_home("demo", myself, deep)
    assert len(os.fsencode(home)) < LONGEST_SOCKET_FOLDER
    assert servers_home("demo", myself, deep) == home == existing_home("demo", deep)


def test_a_remembered_folder_that_is_gone_is_not_silently_replaced(deep: Path, myself: Account) -> None:
    shutil.rmtree(servers_home("demo", myself, deep))
    with pytest.raises(LocalError, match="is gone"):
        servers_home("demo", myself, deep)


def test_a_remembered_folder_that_became_a_link_is_refused(
    deep: Path, myself: Account, tmp_path: Path
) -> None:
    home = servers_home("demo", myself, deep)
    home.rmdir()
    home.symlink_to(tmp_path)
    with pytest.raises(LocalError, match="is gone or is not"):
        servers_home("demo", myself, deep)
    home.unlink()


def test_nothing_is_made_by_asking(tmp_path: Path) -> None:
    assert existing_home("demo", tmp_path / "never") is None
    assert not (tmp_path / "never").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands servers over to another account")
def test_root_hands_over_and_finds_out_where_the_other_cannot_go(tmp_path: Path) -> None:
    account = server_account()
    assert account.uid != 0
    tmp_path.chmod(0o700)
    assert not account.can_pass(tmp_path)
    assert account.can_pass(Path("/tmp"))  # noqa: S108 - only asked about
