"""How hard the sampled tests try: a sample with a fresh seed each time, or everything (make prove)."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings

Item = TypeVar("Item")

EXHAUSTIVE = os.environ.get("ALIZE_EXHAUSTIVE") == "1"
# Written back to the environment, so that the processes of pytest-xdist draw the same samples.
SEED = int(os.environ.setdefault("ALIZE_TEST_SEED", str(secrets.randbelow(1_000_000))))

# Set by tests/tiers.py for a run of a whole tier: a test named by hand is never left out.
SAMPLES_REPEATS = os.environ.get("ALIZE_SAMPLE_REPEATS") == "1" and not EXHAUSTIVE
REPEATED = tuple(Path(__file__).resolve().parent / tier for tier in ("integration", "workflows", "web"))
ONE_IN = 10
# The fixtures that give a database of each kind; what the whole of the migrations makes of one is no repeat.
KINDS = ("database", "url", "address", "empty")
WHOLE = ("test_schema.py",)

# A shared machine may be slow: Hypothesis watches what is true, not how long it takes.
settings.register_profile(
    "sampled", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "exhaustive", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("exhaustive" if EXHAUSTIVE else "sampled")

# Of a whole life, each try takes seconds: looking for the shortest that fails would take minutes each day.
# The sampled failure is shown as it was drawn; the exhaustive one, once it is made short.
OF_LIVES = [each for each in Phase if EXHAUSTIVE or each not in {Phase.shrink, Phase.explain}]


def times(sampled: int, exhaustive: int) -> int:
    """How often to try: `sampled` each day, `exhaustive` before a release."""
    return exhaustive if EXHAUSTIVE else sampled


def dice(*names: object) -> random.Random:
    """Dice that fall alike for the same seed and names, whatever else has been drawn."""
    return random.Random(f"{SEED}/{'/'.join(map(str, names))}")


def sample(items: Sequence[Item], at_most: int, *names: object) -> list[Item]:
    """Some of the items, in their order; all of them when the effort is exhaustive."""
    if EXHAUSTIVE or len(items) <= at_most:
        return list(items)
    kept = sorted(dice("sample", *names).sample(range(len(items)), at_most))
    return [items[place] for place in kept]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Repeat one claim in ten on PostgreSQL where SQLite has shown it, when a whole tier is run each day."""
    left_out = [each for each in items if SAMPLES_REPEATS and is_repeat(each) and not is_drawn(each)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in set(left_out)]


def is_repeat(item: pytest.Item) -> bool:
    """Whether the same claim is also tried on SQLite, in the same run.

    Faults are not: what is killed or crossed there meets another database, with other locks.
    """
    if item.get_closest_marker("repeated") is not None:
        return True
    if item.path.name in WHOLE:
        return False
    call = getattr(item, "callspec", None)
    is_on_postgres = call is not None and "postgres" in map(call.params.get, KINDS)
    return is_on_postgres and any(item.path.is_relative_to(tier) for tier in REPEATED)


def is_drawn(item: pytest.Item) -> bool:
    """Whether today's seed draws this one."""
    return dice("repeat", item.nodeid).randrange(ONE_IN) == 0


def pytest_report_header() -> str:
    """Print the seed at the top, to run the same samples again."""
    return f"{'exhaustive' if EXHAUSTIVE else 'sampled'}, ALIZE_TEST_SEED={SEED}"
