"""A step that moved to another process is named and coloured wherever the version shown draws it."""

from __future__ import annotations

import pytest

from engine.analytics import redrawn
from engine.analytics.bottlenecks import StepFigures
from engine.analytics.facts import StepFacts
from engine.registry import drawings, library
from tests.workflows import twins
from web.monitoring import heat, page

SIGNING = ("convention_signature", "sign_agreement")


@pytest.mark.parametrize(
    ("files", "process"),
    [(library.reference, "convention_signature"), (twins.older_files, "agreement")],
    ids=["today", "older"],
)
def test_signing_is_found_in_the_version_shown(files, process, monkeypatch):
    monkeypatch.setattr("web.work.translated", lambda text: text)
    found = drawings.in_order(files())

    names = page.names_of(found)

    assert heat.drawn_in(found)[SIGNING] == process
    assert names.step(StepFigures(StepFacts(*SIGNING, "signatory"))) == "Signer la convention"
    assert names.process_name(SIGNING[0]) == next(each.name for each in found if each.process == process)


def test_what_moved_is_drawn_today_where_figures_say():
    steps = {
        (each.process, step.id) for each in drawings.in_order(library.reference()) for step in each.steps
    }

    assert set(redrawn.NOW.values()) <= steps
    assert not set(redrawn.NOW) & steps
    assert {redrawn.now(*step) for step in steps} == steps
