"""Time, transactions and each library have one door."""

from __future__ import annotations

import ast
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

WRITES_TASKS = ("engine/runtime/", "engine/benchmark/listing.py")
TASK_WRITTEN = re.compile(
    r"\b(update|insert|delete)\(\s*(Task|task|table_of\(Task\))\s*[,)]|\btask\.(update|insert|delete)\("
)

OPENS_WRITING_UNITS = {
    "web/work.py": "the door itself",
    "web/inbox/idle.py": "for a form sent after its session has ended: nobody is signed in",
}

# A lock taken through the ORM gives back what was read before the wait, unless told to read again.
LOCK = re.compile(r"\.with_for_update\([^()]*(\[[^\]]*\])?[^()]*\)(?P<then>(\s*\.execution_options\(.*\))?)")
LOCKS_COLUMNS = {
    "engine/persistence/anchors.py": "a subquery of an UPDATE",
    "engine/persistence/chain_heads.py": "columns",
    "engine/persistence/installation.py": "a column; `lock` forgets what was read",
    "engine/runtime/cases.py": "columns; `lock` forgets what was read",
    "engine/runtime/locking.py": "columns; `lock` forgets what was read",
    "engine/runtime/timers.py": "columns, first of its act",
    "engine/runtime/version_change/carrying.py": "columns, the project locked before",
    "engine/runtime/version_change/undoing.py": "columns, the project locked before",
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


def test_an_object_is_read_again_with_its_lock():
    problems = [
        f"{module.path} {found.group()}"
        for module in tree.modules()
        if module.path not in LOCKS_COLUMNS
        for found in LOCK.finditer(module.text)
        if "populate_existing=True" not in found["then"]
    ]

    assert not problems, tree.listing(
        problems, "Add .execution_options(populate_existing=True): two people may act at once (promise 2)."
    )
    assert sum(len(LOCK.findall(module.text)) for module in tree.modules()) >= len(LOCKS_COLUMNS) + 8


def test_nothing_is_read_while_a_view_writes():
    """A page or a request opens its writing unit by one door, which refuses it to a GET."""
    problems = [
        f"{module.path}:{call.lineno} {name}()"
        for module in tree.modules("web")
        if module.path not in OPENS_WRITING_UNITS and not module.path.startswith("web/cli/")
        for name, call in module.calls()
        if name.endswith("database.start_work")
    ]

    assert not problems, tree.listing(problems, "Ask web.work.start_work(): it refuses to write for a GET.")


def test_what_an_act_remembers_stays_in_its_module():
    """A value kept under a name spelt twice is silently missing when one is misspelt: pass it on instead."""
    problems = [
        f"{module.path}:{node.lineno} {ast.unparse(node)}"
        for module in tree.modules("engine", "web")
        if "work.memory" in module.text
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant)
        if re.search(r"work\.memory\b", module.text.splitlines()[node.lineno - 1])
    ]

    assert not problems, tree.listing(
        problems, "Keep it under (__name__, …), or hand it over as an argument."
    )
    assert sum("work.memory" in module.text for module in tree.modules("engine")) >= 3


def test_rows_of_tasks_are_written_by_the_runtime_alone():
    """Whoever moves a task says so in the history and turns the dossier’s version: one package does both."""
    problems = [
        f"{module.path} {found.group()}"
        for module in tree.modules()
        if not module.path.startswith(WRITES_TASKS) and "engine.runtime.models" in module.text
        for found in TASK_WRITTEN.finditer(module.text)
    ]

    assert not problems, tree.listing(problems, "Ask engine.runtime.tasks or engine.runtime.instances.")
    assert len([m for m in tree.modules("engine/runtime") if TASK_WRITTEN.search(m.text)]) >= 3


def test_the_status_of_a_project_moves_by_one_function():
    problems = [
        f"{module.path} {found.group()}"
        for module in tree.modules("engine")
        if module.path != "engine/projects/statuses.py"
        for found in re.finditer(r"(project|project_of\(act\))\.status = .*", module.text)
    ]

    assert not problems, tree.listing(problems, "Ask engine.projects.statuses.move: one table, one entry.")


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


def test_pages_and_ticks_load_nothing_that_makes_or_reads_documents():
    """Those libraries are heavy, and read what anybody may send: a child process loads them, within limits."""
    program = (
        "import sys, web.app, engine.scheduler\n"
        "print(*sorted({'typst', 'pyhanko', 'pypdfium2', 'zxingcpp', 'cryptography'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tree.ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [], "Import them in engine/documents/child.py and below, nowhere else."
