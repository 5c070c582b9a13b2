"""What every page keeps to: no inline script or style, no other host, a language, every word in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

import webmap
from gis.staff.roles import Role
from webmap.saying import factor_value

PAGES = Path(webmap.__file__).parent
TEMPLATES = sorted((PAGES / "templates").rglob("*.html"))
OURS = [
    path
    for kind in ("css/**/*.css", "js/**/*.js", "img/**/*.svg")
    for path in sorted((PAGES / "static").glob(kind))
]
PUBLIC = ["/", "/t", "/privacy", "/sign-in", "/no-such-page", "/board"]
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
ENGLISH = PAGES / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def relative(path: Path) -> str:
    return str(path.relative_to(PAGES))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_has_nothing_inline(path: Path) -> None:
    words = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", words), "a script without src"
    assert not re.search(r"<style|\sstyle\s*=", words), "an inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", words), "an inline handler"
    assert not re.search(r"\|\s*safe\b", words), "unescaped words"


@pytest.mark.parametrize("path", [*TEMPLATES, *OURS], ids=relative)
def test_no_file_names_another_host(path: Path) -> None:
    words = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:src|href|url|action|import|fetch)\W{1,4}(?:https?:)?//", words)


@pytest.mark.parametrize("path", [one for one in OURS if one.suffix == ".css"], ids=relative)
def test_a_style_sheet_closes_what_it_opens(path: Path) -> None:
    depth = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        assert depth == 0 or not line.startswith("/*"), f"line {number} begins something new inside a block"
        depth += line.count("{") - line.count("}")
    assert depth == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PUBLIC)
def test_pages_say_their_language(client: FlaskClient, address: str, language: str) -> None:
    page = client.get(address, headers={"Accept-Language": language}).get_data(as_text=True)
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in page


@pytest.mark.parametrize("address", ["/", "/t", "/privacy", "/sign-in"])
def test_an_english_page_has_no_chinese_of_ours_left(client: FlaskClient, address: str) -> None:
    page = client.get(address, headers={"Accept-Language": "en"}).get_data(as_text=True)
    page = re.sub(
        r"<select.*?</select>|中文", "", page, flags=re.DOTALL
    )  # categories are the town's own words
    assert re.findall(r"[\u4e00-\u9fff]+", page) == []


def said() -> Iterator[str]:
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
    found = extract_from_dir(
        PAGES,
        METHODS,
        {"templates/**.html": {"silent": "false"}},
        keywords=keywords,
        directory_filter=lambda folder: (
            not any(part in folder for part in ("node_modules", "static", "/local"))
        ),
    )
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, str) else message[0]


def test_every_word_is_said_in_english_too() -> None:
    with ENGLISH.open("rb") as file:
        catalog = read_po(file, locale="en")
    messages = set(said())
    assert len(messages) > 100
    untranslated = [words for words in messages if (entry := catalog.get(words)) is None or not entry.string]
    assert untranslated == []


def test_translations_keep_their_placeholders() -> None:
    with ENGLISH.open("rb") as file:
        catalog = read_po(file, locale="en")
    holes = re.compile(r"%\((\w+)\)s")
    for entry in catalog:
        assert set(holes.findall(entry.id)) == set(holes.findall(entry.string)), entry.id


def test_words_of_a_template_follow_each_reader(client: FlaskClient) -> None:
    for language, name in (("zh", "网格"), ("en", "Wangge"), ("zh", "网格")):
        page = client.get("/t", headers={"Accept-Language": language}).get_data(as_text=True)
        assert f"· {name}</title>" in page


def test_the_language_switch_is_kept(client: FlaskClient) -> None:
    answer = client.post("/look", data={"language": "en", "back": "/t"})
    assert answer.location == "/t"
    assert '<html lang="en"' in client.get("/t").get_data(as_text=True)


def test_looks_are_kept_and_strange_ones_dropped(client: FlaskClient) -> None:
    client.post("/look", data={"theme": "dark", "back": "/"})
    client.post("/look", data={"size": "large", "contrast": "<script>", "back": "//evil.example"})
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="zh-CN" data-theme="dark" data-size="large">' in page


def test_forms_of_visitors_carry_a_token(app_with_csrf: FlaskClient) -> None:
    assert app_with_csrf.post("/report", data={"text": "路灯"}).status_code == 400
    assert app_with_csrf.post("/sign-in", data={"name": "x", "password": "y"}).status_code == 400
    assert app_with_csrf.post("/api/reports", json={}).status_code == 422
    token = re.search(r'name="csrf_token" value="([^"]+)"', app_with_csrf.get("/").get_data(as_text=True))
    assert token is not None
    answer = app_with_csrf.post("/report", data={"text": "", "csrf_token": token[1]})
    assert answer.status_code == 422


def test_every_post_form_has_its_token() -> None:
    for path in TEMPLATES:
        for form in re.findall(
            r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), flags=re.DOTALL
        ):
            assert re.search(r"csrf_token|token\(\)|hidden\(", form), f"{path}: {form[:80]}"


def test_pages_about_people_stay_in_no_cache(sign_in: Callable[[Role], FlaskClient]) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert client.get("/my").headers["Cache-Control"] == "no-store"
    client.post("/sign-out")
    assert client.get("/my").status_code == 401


@pytest.mark.parametrize(
    ("kept", "english"),
    [("不当班", "off duty"), ("3 件在办", "3 open"), ("365 米", "365 m"), ("环卫", "环卫"), ("3 个", "3 个")],
)
def test_a_receipts_values_are_said_in_the_readers_language(app: Flask, kept: str, english: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert factor_value(kept) == english
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert factor_value(kept) == kept


def test_safety_headers_are_on_every_answer(client: FlaskClient) -> None:
    for address in ("/", "/no-such-page", "/api/categories", "/static/css/base.css"):
        with client.get(address) as answer:
            headers = answer.headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
