"""Both languages are whole: no Chinese on a screen that a translator never saw, in pages, views or scripts.

`test_templates` finds messages without English. Here the rest is found: words that were never made a message, and words
of scripts that stand in one language only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.lexer import TOKEN_DATA

import webmap

PAGES = Path(webmap.__file__).parent
TEMPLATES = sorted((PAGES / "templates").rglob("*.html"))
SCRIPTS = sorted(path for path in (PAGES / "static" / "js").rglob("*.js"))
MODULES = sorted(
    path
    for path in PAGES.rglob("*.py")
    if not {"local", "commands", "node_modules"} & set(path.relative_to(PAGES).parts)
)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
QUOTED = 8
"""So many signs an English sentence may quote beyond its own letters."""
IN_BOTH = {"中文"}
"""The name of a language, which is said in that language."""
CALLS = {"_", "_l", "gettext", "lazy_gettext", "ngettext"}
SPOKEN = {"render_template", "flash"}
DICTIONARY = re.compile(r"^const ZH = \{$(.*?)^\};$.*?^const EN = \{$(.*?)^\};$", re.DOTALL | re.MULTILINE)
ENTRY = re.compile(r"^  (\w+): ", re.MULTILINE)


def relative(path: Path) -> str:
    return str(path.relative_to(PAGES))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_says_nothing_past_the_translator(path: Path) -> None:
    """Text of a template outside `{{ … }}` is shown to every reader as it stands."""
    tokens = Environment().lex(path.read_text(encoding="utf-8"))  # noqa: S701 - nothing is rendered
    plain = "".join(value for _line, kind, value in tokens if kind == TOKEN_DATA)
    assert set(CHINESE.findall(re.sub(r"<!--.*?-->", "", plain, flags=re.DOTALL))) <= IN_BOTH


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_word_flashed_or_handed_to_a_page_is_a_message(path: Path) -> None:
    """Chinese that a view hands over stands in a message, or beside its English."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [
        found.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call) in SPOKEN
        for found in _literals(call)
        if CHINESE.search(found.value) and not re.search(r"[A-Za-z]{3}", found.value)
    ]
    assert bare == []


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """Give the texts below a node that no translating call, and no pair of languages, holds."""
    for below in ast.iter_child_nodes(node):
        if isinstance(below, ast.Constant) and isinstance(below.value, str):
            yield below
        elif isinstance(below, ast.Tuple) or (isinstance(below, ast.Call) and _name(below) in CALLS):
            continue
        else:
            yield from _literals(below)


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_a_script_has_every_word_in_both_languages(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = DICTIONARY.search(text)
    if found is not None:
        chinese, english = (set(ENTRY.findall(part)) for part in found.groups())
        assert chinese == english
        assert not CHINESE.search(found[2])
        text = text.replace(found[0], "")
    code = re.sub(r"/\*.*?\*/|^\s*//.*$|\s//\s.*$", "", text, flags=re.DOTALL | re.MULTILINE)
    alone = [
        line.strip()
        for line in code.splitlines()
        if CHINESE.search(line) and not re.search(r"zh|ZH|language|font|lang", line)
    ]
    assert alone == []


def test_no_english_is_left_chinese() -> None:
    """An English sentence may quote what is to be typed, such as 逢5; it stays an English sentence."""
    with (PAGES / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="en")
    left = [entry.id for entry in catalog if entry.id and not _is_english(str(entry.string))]
    assert left == []


def _is_english(words: str) -> bool:
    return len(re.findall(r"[A-Za-z]", words)) >= sum(map(len, CHINESE.findall(words))) - QUOTED
