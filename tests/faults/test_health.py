"""Both long-lived containers can pass their health check, and are measured."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from engine.clock import RealClock
from tests.web import installation

ROOT = Path(__file__).parents[2]
ALIZE = "from web.cli import main; main()"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    engine, _world = installation.build(tmp_path, RealClock())
    engine.close()
    return tmp_path


@pytest.mark.parametrize(("service", "said"), [("scheduler", "Horloge en marche"), ("web", "http://")])
def test_a_service_started_as_compose_does_is_healthy(compose, folder, service, said):
    declared = compose["services"][service]
    port, pages = str(free_port()), str(free_port())
    environment = {
        **os.environ,
        "ALIZE_ENVIRONMENT": "test",
        "ALIZE_DATABASE_URL": f"sqlite:///{folder}/alize.db",
        "ALIZE_DATA_DIR": str(folder),
        "ALIZE_SECRET_KEY": "only for the tests",
        "PYTHONUNBUFFERED": "1",
    }
    assert declared["environment"]["ALIZE_METRICS_PORT"] == "9100"
    environment["ALIZE_METRICS_PORT"] = port
    elsewhere = {"0.0.0.0": "127.0.0.1", "8000": pages}  # noqa: S104 — what the container listens on.
    command = [elsewhere.get(word, word) for word in declared["command"]]
    process = subprocess.Popen(
        [sys.executable, "-c", ALIZE, *command[1:]],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert any(said in line for line in process.stdout)
        check = compose["services"]["scheduler"]["healthcheck"]
        program, option, line = check["test"][1:]
        asked = subprocess.run(
            [sys.executable, option, patient(line.replace("9100", port))], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert (program, asked.returncode, asked.stderr) == ("python", 0, "")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def patient(line: str) -> str:
    """The check, tried again while the service starts, as its `start_period` allows."""
    return (
        f"import time\nfor _ in range(100):\n try:\n  exec({line!r}); break\n"
        " except OSError: time.sleep(0.2)\nelse: raise SystemExit(1)"
    )
