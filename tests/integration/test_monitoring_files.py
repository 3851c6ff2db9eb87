"""The files of docs/monitoring, docs/systemd and docs/proxy speak of what there is."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from lxml import html
from prometheus_client import generate_latest

from engine import scheduler
from engine.settings import Settings
from tests.web import installation
from web import app as web_app
from web import cli, metrics

DOCS = Path(__file__).parents[2] / "docs"
METRIC = re.compile(r"\balize_[a-z_]+")
UNITS = sorted((DOCS / "systemd").glob("*.service"))


@pytest.fixture
def made(tmp_path, clock):
    """An installation whose scheduler has run once, and whose pages have answered once."""
    engine, _ = installation.build(tmp_path, clock)
    scheduler.run_tick(engine, next(each for each in scheduler.TICKS if each.name == "tidy"))
    web_app.create_app(engine).test_client().get("/healthz")
    yield engine
    engine.close()


def measured(engine) -> str:
    return generate_latest(metrics.registry(engine)).decode()


def names(text: str) -> set[str]:
    """Every metric of an answer, under each name that a query may give it."""
    found = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        found |= {name} if kind != "histogram" else {f"{name}_{part}" for part in ("bucket", "count", "sum")}
    return found


def alerts() -> list[dict]:
    rules = yaml.safe_load((DOCS / "monitoring/alerts.yml").read_text(encoding="utf-8"))
    return rules["groups"][0]["rules"]


def test_every_metric_that_an_alert_or_the_board_asks_for_exists(made):
    board = json.loads((DOCS / "monitoring/board.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in alerts()]

    wanted = {name for expression in asked for name in METRIC.findall(expression)}

    assert len(wanted) > 15
    assert wanted <= names(measured(made))


def test_every_metric_is_in_the_operators_page(made):
    page = (DOCS / "operations.md").read_text(encoding="utf-8")

    missing = {name for name in names(measured(made)) if name.rsplit("_", 1)[0] not in page}

    assert {each for each in missing if each not in page and not each.endswith("_created")} == set()


def test_each_alert_leads_to_what_to_do():
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}

    for rule in alerts():
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (page, anchor in anchors) == ("docs/operations.md", True), anchor
        assert rule["labels"]["severity"] in {"critical", "warning"}


def test_a_database_that_is_gone_is_told_and_what_the_process_knows_still_comes(made, monkeypatch):
    assert "alize_database_up 1.0" in measured(made)

    def gone(*_given, **_named):
        raise OSError("gone")

    monkeypatch.setattr(made.database, "start_reading", gone)
    text = measured(made)

    assert "alize_database_up 0.0" in text
    assert 'alize_tick_seconds{tick="tidy"}' in text
    assert "alize_disk_free_bytes" in text
    assert "alize_open_tasks" not in text


def test_a_tick_that_fails_is_counted(made):
    tick = next(each for each in scheduler.TICKS if each.name == "tidy")

    def fail(_engine):
        raise RuntimeError("essai")

    scheduler.run_tick(made, scheduler.Tick("tidy", tick.every, fail))

    assert 'alize_tick_failures_total{tick="tidy"} 1.0' in measured(made)


def test_the_alerts_are_tried_on_good_and_bad_days():
    """Silent ones as well: what is never tried may say anything at night."""
    tried = yaml.safe_load((DOCS / "monitoring/alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    expected = [each for test in tried for each in test["alert_rule_test"]]
    known = {rule["alert"] for rule in alerts()}

    assert {each["alertname"] for each in expected} <= known
    assert {each["alertname"] for each in expected if each["exp_alerts"]} >= {
        "AlizeDown", "AlizeDatabaseGone", "AlizeSchedulerStopped", "AlizeMailWaits", "AlizeBackupOld",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("promtool") is None, reason="comes with Prometheus, which is not installed")
def test_prometheus_agrees_with_what_the_alerts_say_on_those_days():
    for words in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        asked = subprocess.run(
            ["promtool", *words], cwd=DOCS / "monitoring", capture_output=True, text=True, check=False
        )
        assert asked.returncode == 0, asked.stdout + asked.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_each_unit_runs_a_command_that_exists_with_its_options(unit):
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read(unit, encoding="utf-8")
    line = read["Service"]["ExecStart"]
    words = shlex.split(line[line.index("alize ") :].rstrip("'"))
    command = cli.alize.commands[words[1]]
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}

    assert {word for word in words[2:] if word.startswith("--")} <= options
    assert read["Service"]["EnvironmentFile"] == "/etc/alize/alize.env"


def test_the_settings_of_the_units_are_settings():
    lines = (DOCS / "systemd/alize.env").read_text(encoding="utf-8").splitlines()
    environ = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    unknown = {
        name
        for name in environ
        if name.removeprefix("ALIZE_").removesuffix("_FILE").lower() not in Settings.__dataclass_fields__
    }

    assert unknown == set()


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_lets_the_largest_upload_pass_to_where_the_pages_listen(name):
    text = (DOCS / "proxy" / name).read_text(encoding="utf-8")
    allowed = int(re.search(r"(?:max_size|client_max_body_size) (\d+)", text)[1])

    assert allowed * 10**6 >= web_app.LARGEST_UPLOAD
    assert "127.0.0.1:8000" in text
    assert "--port 8000" in (DOCS / "systemd/alize-web.service").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_shows_a_page_of_its_own_while_the_application_is_stopped(name):
    text = (DOCS / "proxy" / name).read_text(encoding="utf-8")

    assert "502" in text
    assert "503" in text, "a program and a search engine are told that it is for a while"
    assert "/unavailable.html" in text
    assert "/srv/alize/pages" in text
    assert "/srv/alize/pages/unavailable.html" in (DOCS / "operations.md").read_text(encoding="utf-8")


def test_the_page_of_a_stopped_application_needs_nothing_from_anywhere():
    page = html.fromstring((DOCS / "proxy/unavailable.html").read_bytes())

    assert page.get("lang") == "fr"
    assert page.xpath("//section/@lang") == ["en"]
    assert page.xpath("//@href") == ["/", "/"]
    assert page.xpath("//@src | //script | //link") == []
    assert "url(" not in page.findtext(".//style")
