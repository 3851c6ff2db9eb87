"""What some durations say together: median, spread, and how sure one may be of the median."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

# Below, a median is an anecdote: the page gives the count only.
FEWEST = 5
# Of five values, not even the smallest and the largest hold the median 95 times in 100.
FEWEST_FOR_INTERVAL = 6
# Classes 5 % wide on a logarithmic scale: a value read from its class is at most 2.5 % off.
WIDTH = math.log(1.05)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long something takes, in seconds; nothing but the count when there are too few values.

    `low` and `high` hold the true median 95 times in 100 (order statistics, binomial).
    """

    count: int
    median: float | None = None
    low: float | None = None
    high: float | None = None
    first_quartile: float | None = None
    third_quartile: float | None = None
    ninetieth: float | None = None


def interval_ranks(count: int) -> tuple[int, int] | None:
    """The ranks, from 1, of the values that hold the median 95 times in 100; None when none do.

    The number of values below the median follows Binomial(count, 1/2); its normal approximation keeps
    the 95 % at every count (tested against the exact sum).
    """
    if count < FEWEST_FOR_INTERVAL:
        return None
    low = max(1, math.floor(count / 2 - 0.98 * math.sqrt(count) + 0.5))
    return low, count + 1 - low


def ranks(count: int) -> tuple[int, ...]:
    """The ranks, from 1, of the values that an estimate needs: pairs around each quantile, the interval.

    In integers, so that a database and Python choose the same values.
    """
    last = count - 1
    pairs = [
        rank
        for part, whole in ((1, 4), (1, 2), (3, 4), (9, 10))
        for rank in (part * last // whole + 1, -(-part * last // whole) + 1)
    ]
    return (*pairs, *(interval_ranks(count) or ()))


def estimate(count: int, values: Sequence[float]) -> Estimate:
    """The estimate of `count` durations, from those at `ranks(count)`, in that order."""
    if count < FEWEST:
        return Estimate(count)
    last = count - 1

    def quantile(number: int, part: int, whole: int) -> float:
        below, above = values[2 * number], values[2 * number + 1]
        return below + (above - below) * (part * last % whole) / whole

    low, high = (values[8], values[9]) if len(values) > 8 else (None, None)
    return Estimate(
        count,
        median=quantile(1, 1, 2),
        low=low,
        high=high,
        first_quartile=quantile(0, 1, 4),
        third_quartile=quantile(2, 3, 4),
        ninetieth=quantile(3, 9, 10),
    )


def of_values(values: Iterable[float]) -> Estimate:
    """The exact estimate of every value."""
    ordered = sorted(values)
    count = len(ordered)
    return estimate(count, [ordered[rank - 1] for rank in ranks(count)] if count >= FEWEST else [])


def of_classes(counts: dict[int, int]) -> Estimate:
    """The estimate of values known by the class they fall in, each read as the middle of its class."""
    classes = sorted(counts)
    reached = list(accumulate(counts[each] for each in classes))
    count = reached[-1] if reached else 0
    if count < FEWEST:
        return Estimate(count)
    return estimate(count, [middle_of(classes[bisect_left(reached, rank)]) for rank in ranks(count)])


def class_of(seconds: float) -> int:
    """The class that a duration falls in."""
    return round(math.log1p(max(0, seconds)) / WIDTH)


def middle_of(number: int) -> float:
    """The duration in the middle of a class."""
    return math.expm1(number * WIDTH)
