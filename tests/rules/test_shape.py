"""The shape of the house: SQL has its home, modules say what they are, pages ask no other host."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    path
    for room in ("gis", "webmap", "tasks")
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)
STATEMENT = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_no_fault_is_hidden(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            assert caught not in {"", "Exception", "BaseException"}, f"{_name(path)}:{node.lineno}"


@pytest.mark.parametrize(
    "path", [path for path in PYTHON if "webmap" in path.parts or "tasks" in path.parts], ids=_name
)
def test_sql_lives_in_gis(path: Path) -> None:
    if "commands" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not STATEMENT.search(node.value), f"{_name(path)}:{node.lineno} holds SQL"


PAGES = sorted((ROOT / "webmap" / "templates").rglob("*.html"))
ASSETS = sorted(
    path
    for path in (ROOT / "webmap" / "static").rglob("*")
    if path.suffix in {".js", ".css"} and "vendor" not in path.parts
)


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_pages_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", text.replace('type="application/json"', "src=")
    )
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize("path", PAGES + ASSETS, ids=_name)
def test_nothing_is_asked_of_another_host(path: Path) -> None:
    found = re.findall(r"https?://[^\s\"')]+", path.read_text())
    assert [host for host in found if not host.startswith("http://www.w3.org/")] == []


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_page_with_a_map_has_the_colours_of_the_map(path: Path) -> None:
    text = path.read_text()
    assert "leaflet.css" not in text or "css/map.css" in text
