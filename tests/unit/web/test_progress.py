"""Progress is shown on a terminal, and nowhere else: what a timer writes to a log has no bar."""

from __future__ import annotations

import io
import sys

import pytest

from web.cli import progress


class Terminal(io.StringIO):
    """Standard error, where somebody looks."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "is_shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch, stream, is_shown):
    monkeypatch.setattr(sys, "stderr", stream)

    with progress.shown("Lecture", 3) as advance:
        advance(3)
    with progress.of_total("Sauvegarde") as tell:
        for done in range(1, 4):
            tell(done, 3)

    assert ("Sauvegarde" in stream.getvalue()) is is_shown
    assert ("100%" in stream.getvalue()) is is_shown
