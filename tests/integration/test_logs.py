"""Logs are one line per event, in the form asked for, whoever writes them."""

from __future__ import annotations

import json
import logging

import pytest
from gunicorn.config import Config

from engine import logs
from web.cli import installation


@pytest.fixture
def as_they_were():
    """The handlers of the tests, put back afterwards."""
    root, server = logging.getLogger(), logging.getLogger("gunicorn.error")
    before = root.handlers[:], root.level, server.handlers[:], server.propagate, server.level
    yield
    root.handlers[:], root.level, server.handlers[:], server.propagate, server.level = before


@pytest.mark.usefixtures("as_they_were")
def test_what_the_server_of_pages_says_is_an_object_like_the_rest(capsys):
    logs.configure("json")
    config = Config()
    config.set("errorlog", None)
    config.set("loglevel", "warning")

    said_by = installation.ServerLog(config)
    said_by.critical("WORKER TIMEOUT (pid:%s)", 7)
    said_by.info("Listening")
    logging.getLogger("alize.web").warning("web.page.refused")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("WORKER TIMEOUT (pid:7)", "critical", "gunicorn.error"),
        ("web.page.refused", "warning", "alize.web"),
    ]


@pytest.mark.usefixtures("as_they_were")
def test_a_failure_is_one_line_too_with_its_trace_inside(capsys):
    logs.configure("json")
    try:
        int("essai\nen deux lignes")
    except ValueError:
        logging.getLogger("alize.web").exception("web.page.failed")

    (line,) = capsys.readouterr().err.splitlines()

    assert "ValueError: invalid literal" in json.loads(line)["exception"]
