"""`python3 -m webmap.local.servers` as the Makefile calls it."""

from __future__ import annotations

import sys

import pytest

from webmap.local import servers

SET = {"WANGGE_DATABASE_URL": "postgresql://elsewhere/x", "WANGGE_REDIS_URL": "redis://elsewhere/0"}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SET.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("elsewhere")
def test_servers_that_the_caller_names_are_used_and_none_is_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert servers.main(["start", "--for", "chaos"]) == 0
    assert dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines()) == SET
    assert servers.not_running("chaos") == []


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("code", [0, 7])
def test_the_commands_exit_code_is_the_answer(code: int) -> None:
    address = SET["WANGGE_REDIS_URL"]
    program = f"import os; assert os.environ['WANGGE_REDIS_URL'] == {address!r}; raise SystemExit({code})"
    assert servers.main(["run", "--for", "chaos", "--", sys.executable, "-c", program]) == code


@pytest.mark.parametrize("arguments", [["run"], ["run", "--"], ["start", "--", "true"], ["begin"]])
def test_a_wrong_call_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        servers.main(arguments)
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err
