"""Secrets, ports, stamps, packages' names, the list of vendored files."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from webmap.local import apt, port, printing, stamps
from webmap.local.folders import LocalError
from webmap.local.programs import find_postgres
from webmap.local.secrets_file import NAMES, local_secrets
from webmap.local.vendor import FILES, vendor


@pytest.fixture
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.usefixtures("no_secrets")
def test_secrets_are_random_kept_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secrets.env"
    made = local_secrets(file)
    assert set(made) == set(NAMES)
    assert min(len(value) for value in made.values()) >= 32
    assert local_secrets(file) == made != local_secrets(tmp_path / "other.env")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_secret_set_by_the_caller_wins_and_is_not_written_down(
    tmp_path: Path, no_secrets: pytest.MonkeyPatch
) -> None:
    no_secrets.setenv("WANGGE_DATA_KEY", "set by the caller")
    file = tmp_path / "secrets.env"
    assert local_secrets(file)["WANGGE_DATA_KEY"] == "set by the caller"
    assert "set by the caller" not in file.read_text(encoding="utf-8")


def test_a_lost_line_of_the_secrets_is_made_anew_and_the_other_kept(
    tmp_path: Path, no_secrets: pytest.MonkeyPatch
) -> None:
    del no_secrets
    file = tmp_path / "secrets.env"
    file.write_text("WANGGE_DATA_KEY=old=with=signs\n", encoding="utf-8")
    made = local_secrets(file)
    assert made["WANGGE_DATA_KEY"] == "old=with=signs"
    assert made == local_secrets(file)


def test_a_port_in_use_is_refused_when_wanted_and_passed_over_when_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]
        with pytest.raises(LocalError, match=f"port {busy} is in use"):
            port.choose_port(busy)
        monkeypatch.setattr(port, "FIRST", busy)
        assert port.choose_port(None) > busy


def test_a_stamp_is_stale_when_its_source_or_its_result_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")
    lock, result = tmp_path / "lock", tmp_path / "result"
    lock.write_text("one", encoding="ascii")
    result.touch()
    assert not stamps.is_fresh("x", stamps.digest(lock), result)
    stamps.put("x", stamps.digest(lock))
    assert stamps.is_fresh("x", stamps.digest(lock), result)
    result.unlink()
    assert not stamps.is_fresh("x", stamps.digest(lock), result)
    result.touch()
    lock.write_text("two", encoding="ascii")
    assert not stamps.is_fresh("x", stamps.digest(lock), result)


def test_the_newest_postgis_of_the_lists_is_chosen() -> None:
    listed = (
        "postgresql-9-postgis-3 - old\npostgresql-16-postgis-3 - new\npostgresql-16-postgis-3-scripts - s\n"
    )
    assert apt.POSTGIS.findall(listed) == ["9", "16", "16"]


def unpacked(prefix: Path, version: int, *, postgis: bool) -> None:
    (prefix / f"usr/lib/postgresql/{version}/bin").mkdir(parents=True)
    (prefix / f"usr/lib/postgresql/{version}/bin/postgres").touch()
    (prefix / f"usr/share/postgresql/{version}/extension").mkdir(parents=True)
    if postgis:
        (prefix / f"usr/share/postgresql/{version}/extension/postgis.control").touch()


def test_an_unpacked_postgres_counts_only_with_postgis_beside_it(tmp_path: Path) -> None:
    unpacked(tmp_path, 98, postgis=True)
    unpacked(tmp_path, 99, postgis=False)
    (tmp_path / "usr/lib/x").mkdir()
    (tmp_path / "usr/lib/x/libgeos.so.1").touch()
    found = find_postgres(98, tmp_path)
    assert found is not None
    assert found.env["LD_LIBRARY_PATH"] == str(tmp_path / "usr/lib/x")
    assert find_postgres(99, tmp_path) is None


def test_unpacked_control_files_get_the_names_that_the_server_looks_for(tmp_path: Path) -> None:
    unpacked(tmp_path, 98, postgis=False)
    folder = tmp_path / "usr/share/postgresql/98/extension"
    (folder / "postgis-3.control").write_text("here", encoding="ascii")
    for _ in range(2):
        apt._link_alternatives(tmp_path)
    assert (folder / "postgis.control").read_text(encoding="ascii") == "here"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "node_modules"
    for package, patterns in FILES.items():
        for pattern in patterns:
            file = folder / package / pattern.replace("*", "a")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("a { background: url(images/layers.png) }", encoding="utf-8")
    return folder


def test_vendored_files_lie_where_the_style_sheets_look_for_them(packages: Path, tmp_path: Path) -> None:
    files = {str(file.relative_to(tmp_path / "vendor")) for file in vendor(packages, tmp_path / "vendor")}
    assert {
        "leaflet/leaflet.css",
        "leaflet/images/a.png",
        "protomaps-leaflet/protomaps-leaflet.js",
        "leaflet/LICENSE",
    } <= files


@pytest.mark.parametrize(
    "css",
    ["a{src: url(https://h/f)}", "a{src:url( '//h/f')}", '@import "http://h/x.css";', "@import '//h/x';"],
)
def test_a_style_sheet_that_asks_another_host_is_refused_and_the_old_files_stay(
    packages: Path, tmp_path: Path, css: str
) -> None:
    before = vendor(packages, tmp_path / "vendor")
    (packages / "leaflet/dist/leaflet.css").write_text(css, encoding="utf-8")
    with pytest.raises(LocalError, match=r"leaflet\.css asks another host"):
        vendor(packages, tmp_path / "vendor")
    assert all(file.exists() for file in before)


def test_a_missing_package_is_named(packages: Path, tmp_path: Path) -> None:
    (packages / "protomaps-leaflet/dist/protomaps-leaflet.js").unlink()
    with pytest.raises(LocalError, match=r"protomaps-leaflet\.js is absent; run `make vendor`"):
        vendor(packages, tmp_path / "vendor")


def test_what_prints_is_found_where_it_was_unpacked(tmp_path: Path) -> None:
    assert printing.surroundings(tmp_path) == {}
    libraries = tmp_path / "usr/lib/x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    for library in printing.LIBRARIES:
        (libraries / f"lib{library}.so.0").touch()
    (tmp_path / printing.FONTS).mkdir(parents=True)
    (tmp_path / printing.SETUP).parent.mkdir(parents=True)
    (tmp_path / printing.SETUP).touch()
    assert printing.missing(tmp_path) == []
    assert printing.surroundings(tmp_path, root=tmp_path / "nowhere") == {
        "LD_LIBRARY_PATH": str(libraries),
        "XDG_DATA_HOME": str(tmp_path / "usr/share"),
        "FONTCONFIG_FILE": str(tmp_path / printing.SETUP),
    }


def test_without_libraries_it_is_said_which_packages_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "find_library", lambda name: None)
    monkeypatch.setattr(printing, "has_chinese", lambda: False)
    assert printing.missing(tmp_path) == [*printing.LIBRARIES.values(), printing.FONT]
