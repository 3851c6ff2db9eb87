"""P9: how long an installed application takes to answer its first request, and what memory it then holds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping

from engine.benchmark.figures import Figure

START_SECONDS, MEGABYTES, STARTS = 2.0, 160.0, 5

# A web process, from nothing to its first answer; then its resident memory, in pages.
SCRIPT = """
import sys
from engine import app
from engine.settings import Settings
from web.app import create_app
client = create_app(app.build(Settings.from_environment())).test_client()
assert client.get("/readyz").status_code == 200
assert client.get("/connexion").status_code == 200
print(open("/proc/self/statm").read().split()[1] if sys.platform == "linux" else 0, flush=True)
"""


def measure(environment: Mapping[str, str]) -> list[Figure]:
    """Start the web application of an installation several times, each in a process of its own."""
    seconds, pages = [], 0
    for _ in range(STARTS):
        started = time.perf_counter()
        done = subprocess.run(  # noqa: S603 — our own interpreter and our own script.
            [sys.executable, "-c", SCRIPT], env={**os.environ, **environment}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        seconds.append(time.perf_counter() - started)
        pages = int(done.stdout.split()[-1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
    return [
        Figure("P9", "SQLite", "démarrage jusqu’à la première page, processus compris",
               statistics.median(seconds), "s", START_SECONDS, note=f"{STARTS} démarrages"),
        Figure("P9", "SQLite", "mémoire résidente d’un processus web", memory, "Mo", MEGABYTES),
    ]  # fmt: skip
