"""Time, transactions and each library have one door."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.architecture import tree

# The calendar date and the instant come from the clock; durations may be measured by anyone.
CLOCK_READINGS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|ctime)"
    r"|func\.(now|current_timestamp|current_date|localtimestamp))$"
)
THE_CLOCK = "engine/clock.py"

THE_UNIT_OF_WORK = "engine/persistence/unit_of_work.py"
# Places that do commit, each with the reason why it is not an act.
COMMITS_BESIDE_ACTS: dict[str, str] = {
    "engine/benchmark/raw_bound.py": "times the same statements sent by the driver alone, commit included",
}


def test_import_contracts_hold():
    report = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"],
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert report.returncode == 0, (
        "An import goes the wrong way (docs/architecture.md, [tool.importlinter] in pyproject.toml). "
        "Move the code to the package whose subject it is, or hand the value over as an argument.\n"
        f"{report.stdout}{report.stderr}"
    )


def test_only_the_clock_reads_the_time():
    problems = [
        f"{module.path}:{call.lineno} {name}()"
        for module in tree.modules()
        if module.path != THE_CLOCK
        for name, call in module.calls()
        if CLOCK_READINGS.search(name)
    ]

    assert not problems, tree.listing(
        problems, "Take work.now, or clock.now() and clock.wall() from engine/clock.py."
    )


def test_only_the_unit_of_work_commits():
    problems = [
        f"{module.path}:{call.lineno} {name}()"
        for module in tree.modules()
        if module.path not in {THE_UNIT_OF_WORK, *COMMITS_BESIDE_ACTS}
        if "/migrations/" not in module.path
        for name, call in module.calls()
        if name.rpartition(".")[2] in {"commit", "rollback"}
    ]

    assert not problems, tree.listing(
        problems, "Leave the `with start_work() as work:` block: it commits, or rolls back on an exception."
    )


def test_nobody_sleeps():
    problems = [
        f"{module.path}:{call.lineno}"
        for module in tree.modules(*tree.PACKAGES, "tests")
        for name, call in module.calls()
        if name in {"time.sleep", "sleep"}
    ]

    assert not problems, tree.listing(
        problems, "Wait for what you wait for (an event, a page's state), or move the clock."
    )
