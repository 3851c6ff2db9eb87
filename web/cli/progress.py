"""Progress bars of long commands: on a terminal only, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def shown(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar of so many steps: gives what makes it advance by some. Nothing is written but on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _steps: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def of_total(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar whose length is known once the work has begun: it is told how many are done, of how many."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell
