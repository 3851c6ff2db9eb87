"""Built files have an address that never changes, and travel compressed; without a build pages still work."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from flask import Flask

from web import static_files

STYLE = b"body { color: #1d2728 }" * 50


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "app-ABCD1234.css").write_bytes(STYLE)
    (dist / "app-ABCD1234.css.gz").write_bytes(gzip.compress(STYLE))
    (dist / "font-ABCD1234.woff2").write_bytes(b"font")
    (dist / "manifest.json").write_text(
        json.dumps({"app.css": "app-ABCD1234.css", "font.woff2": "font-ABCD1234.woff2"}), encoding="utf-8"
    )
    monkeypatch.setattr(static_files, "BUILT", dist)
    static_files.manifest.cache_clear()
    yield tmp_path
    static_files.manifest.cache_clear()


def browser(static: Path):
    app = Flask("web", static_folder=static, static_url_path="/static")
    static_files.register(app)
    return app.test_client()


def test_a_built_file_travels_compressed_and_is_kept_for_ever(built: Path):
    answer = browser(built).get(static_files.asset("app.css"), headers={"Accept-Encoding": "gzip, br"})

    assert gzip.decompress(answer.data) == STYLE
    assert (answer.headers["Content-Encoding"], answer.mimetype) == ("gzip", "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_browser_without_gzip_gets_the_file_itself(built: Path):
    answer = browser(built).get(static_files.asset("app.css"), buffered=True)

    assert answer.data == STYLE
    assert "Content-Encoding" not in answer.headers
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_font_that_is_compressed_already_is_sent_as_it_is(built: Path):
    answer = browser(built).get(
        static_files.asset("font.woff2"), headers={"Accept-Encoding": "gzip"}, buffered=True
    )

    assert answer.data == b"font"


@pytest.mark.parametrize(
    "path", ["../manifest.json", "..%2f..%2fsecret", "%2e%2e/app.css", "manifest.json.gz"]
)
def test_nothing_else_is_sent_compressed(built: Path, path: str):
    (built / "secret.gz").write_bytes(b"secret")

    answer = browser(built).get(f"/static/dist/{path}", headers={"Accept-Encoding": "gzip"}, buffered=True)

    assert answer.headers.get("Content-Encoding") is None
    assert b"secret" not in answer.data


def test_without_a_build_pages_have_the_style_sheet_written_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(static_files, "BUILT", tmp_path)
    static_files.manifest.cache_clear()

    assert static_files.asset("app.css") == "/static/fallback.css"
    assert static_files.asset("app.js") is None
    assert (static_files.STATIC / "fallback.css").is_file()
    static_files.manifest.cache_clear()
