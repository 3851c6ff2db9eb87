"""The command that is installed: it loads without looking for garbage, and looks for it again afterwards."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKED = """
import gc, sys
sys.argv = ["alize", "--version"]
looked = []
gc.callbacks.append(lambda phase, _: looked.append(phase))
from web import starting
before = len(looked)
try:
    starting.main()
except SystemExit as ended:
    print(ended.code, gc.isenabled(), gc.get_freeze_count() > 10_000, len(looked) - before)
"""


def test_nothing_is_looked_at_while_the_command_loads_and_all_that_comes_after_is():
    ended = subprocess.run(
        [sys.executable, "-c", ASKED], check=False, cwd=ROOT, capture_output=True, text=True
    )

    assert ended.stdout.splitlines()[0].startswith("alize, version "), ended.stderr
    assert ended.stdout.splitlines()[1].split()[:3] == ["0", "True", "True"]
    assert int(ended.stdout.split()[-1]) <= 2, "none while modules load"


def test_it_is_the_command_that_is_installed():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert told["project"]["scripts"] == {"alize": "web.starting:main"}
