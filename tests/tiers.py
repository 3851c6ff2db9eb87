"""Run the tests tier by tier, the quickest first, and say how long each took."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A folder of tests, how long it may take, and how many tests it may not fall under."""

    name: str
    budget: int  # seconds, on two cores
    at_least: int  # a tier over its budget is made faster or sampled, never emptied
    fast: bool = False  # needs no database and no browser


TIERS = (
    Tier(name="unit", budget=45, at_least=4750, fast=True),
    Tier(name="rules", budget=15, at_least=490, fast=True),
    Tier(name="architecture", budget=30, at_least=330, fast=True),
    Tier(name="workflows", budget=60, at_least=600),
    Tier(name="properties", budget=30, at_least=225),
    Tier(name="integration", budget=180, at_least=1800),
    Tier(name="faults", budget=150, at_least=340),
    Tier(name="web", budget=150, at_least=1900),
    Tier(name="journeys", budget=240, at_least=85),
)
# Folders of tests that are run by their own command, never by `make test`.
ON_DEMAND = ("benchmarks", "screenshots")

NO_TESTS_COLLECTED = 5
# One for each processor that this process may use; two at least, and more than eight only wait for each other.
PROCESSES = max(2, min(8, len(os.sched_getaffinity(0)))) if hasattr(os, "sched_getaffinity") else 2
EXHAUSTIVE = os.environ.get("ALIZE_EXHAUSTIVE") == "1"


@dataclass(frozen=True)
class Result:
    """How one tier ended."""

    tier: Tier
    summary: str
    seconds: float
    passed: int
    failed: bool

    @property
    def line(self) -> str:
        """The result as one line of the table."""
        remark = f"  over its {self.tier.budget} s" if self.seconds > self.tier.budget else ""
        state = "FAILED" if self.failed else "ok"
        return f"{self.tier.name:14} {state:7} {self.seconds:6.1f} s  {self.summary}{remark}"


def main() -> int:
    """Run what was asked and return the exit status: 0 when every tier passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="only the tiers that need no service")
    parser.add_argument("--coverage", action="store_true", help="record which lines and branches ran")
    options, pytest_arguments = parser.parse_known_args()
    seed = os.environ.setdefault("ALIZE_TEST_SEED", str(secrets.randbelow(1_000_000)))
    say(f"{'Exhaustive' if EXHAUSTIVE else 'Sampled'}, seed {seed}")
    chosen = [tier for tier in TIERS if (tier.fast or not options.fast) and (TESTS / tier.name).is_dir()]
    results = [
        run(tier, pytest_arguments, coverage=options.coverage, whole=not pytest_arguments) for tier in chosen
    ]
    return conclude(results, seed=seed)


def run(tier: Tier, pytest_arguments: list[str], *, coverage: bool, whole: bool) -> Result:
    """Run one tier in a process of its own and show its output only where it failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-rsfE", f"tests/{tier.name}", *pytest_arguments]
    command += ["-n", str(PROCESSES), "--dist", "worksteal"]
    if EXHAUSTIVE:
        command += ["-m", "not benchmark and not screenshots"]
    if coverage:
        command += ["--cov", "--cov-append", "--cov-report="]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        status = subprocess.run(
            command, cwd=TESTS.parent, env=environment(whole=whole), stdout=output, stderr=output, check=False
        ).returncode
        output.seek(0)
        text = output.read()
    summary = text.strip().splitlines()[-1].strip("= ") if text.strip() else "no output"
    passed = int(found.group(1)) if (found := re.search(r"(\d+) passed", summary)) else 0
    too_few = whole and passed < tier.at_least
    failed = too_few or status not in (0, NO_TESTS_COLLECTED)
    if too_few:
        summary += f" (there were at least {tier.at_least} tests: none may disappear)"
    result = Result(tier, summary, time.monotonic() - started, passed, failed)
    show(result, text)
    return result


def environment(*, whole: bool) -> dict[str, str]:
    """The tests' own: Python compiles a module once for the thirty processes of a run, and those they start.

    Where it may not write beside the sources, it writes beside the libraries. A whole tier repeats a sample of
    its claims on PostgreSQL, as tests/effort.py says.
    """
    known = dict(os.environ)
    if whole:
        known["ALIZE_SAMPLE_REPEATS"] = "1"
    if known.pop("PYTHONDONTWRITEBYTECODE", ""):
        known.setdefault("PYTHONPYCACHEPREFIX", str(Path(sys.prefix) / "compiled"))
    return known


def show(result: Result, text: str) -> None:
    """Print a tier's line as soon as it is known; its whole output when something is to be seen."""
    if result.failed:
        say(text)
    for line in text.splitlines():
        if line.startswith("SKIPPED"):
            say(f"    {line}")
    say(result.line)


def conclude(results: list[Result], *, seed: str) -> int:
    """Print the total, and how to run a failure again."""
    failed = [result.tier.name for result in results if result.failed]
    say(f"In {sum(result.seconds for result in results):.0f} s:")
    say(f"{sum(result.passed for result in results)} passed, {len(failed)} failed")
    if not failed:
        return 0
    say(f"Failed: {', '.join(failed)}. The same samples again: ALIZE_TEST_SEED={seed} make test")
    return 1


def say(line: str) -> None:
    """Print a line at once, even into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
