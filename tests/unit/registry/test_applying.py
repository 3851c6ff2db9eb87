"""What a basin drew, put into the reference by the child: the same diagrams, the same refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine import isolation
from engine.registry import applying, changes, inserting, library, overlay, reading
from engine.registry.changes import Diagram, Due
from tests.applied import PUBLISHED, step

PHARES = library.basin("cote-des-deux-phares")
COMPLETION = "completion.bpmn"
DRAWN = Diagram(process="completion", reason="Nous complétons autrement.")


def by_the_child(*made, drawn, published=PHARES.parameters.published):
    return applying.applied(library.reference(), published=published, changes=made, drawn=drawn)


def refusals(kind, *made, drawn, published=PHARES.parameters.published):
    """What the child's refusal says, and what is said of the same here."""
    with pytest.raises(kind) as there:
        by_the_child(*made, drawn=drawn, published=published)
    with pytest.raises(kind) as here:
        overlay.apply(library.reference(), published=published, changes=made, drawn=drawn)
    return there.value, here.value


def test_a_drawing_basin_has_the_diagrams_that_it_would_have_here():
    asked = {"published": PHARES.parameters.published, "changes": PHARES.changes, "drawn": PHARES.drawn}

    found = applying.applied(library.reference(), **asked)

    here = overlay.apply(library.reference(), **asked)
    assert PHARES.drawn
    assert list(found.items()) == list(here.items())


def test_bytes_of_another_encoding_come_back_as_they_were():
    content = library.reference()[COMPLETION].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')

    found = by_the_child(DRAWN, drawn={COMPLETION: content.encode("utf-16")}, published=PUBLISHED)

    assert found[COMPLETION] == content.encode("utf-16")


def test_a_change_without_a_place_is_the_same_refusal():
    there, here = refusals(
        overlay.AnchorVanished, DRAWN, Due(process="completion", step="gone", due="P9D", reason="Plus court."),
        drawn={COMPLETION: library.reference()[COMPLETION]},
    )  # fmt: skip

    assert (there.change, there.message) == (here.change, here.message)


def test_a_name_that_is_taken_is_the_same_refusal():
    content = library.reference()["appraisal.bpmn"]
    (own,) = changes.read({"changes": [step("before_diagnostic", id="preliminary_diagnostic")]})

    there, here = refusals(
        inserting.IdentifierTaken, Diagram(process="appraisal", reason="Autrement."), own,
        drawn={"appraisal.bpmn": content},
    )  # fmt: skip

    assert there.message == here.message


def test_a_parameter_that_is_not_known_is_the_same_refusal():
    there, here = refusals(
        overlay.UnknownParameter, DRAWN, drawn={COMPLETION: library.reference()[COMPLETION]}, published={}
    )

    assert there.message == here.message


def test_a_file_that_is_not_safe_is_the_same_refusal():
    there, here = refusals(reading.Unreadable, DRAWN, drawn={COMPLETION: b"<!DOCTYPE a><a/>"})

    assert there.problem == here.problem


def test_the_same_is_put_together_once(monkeypatch):
    made = by_the_child(DRAWN, drawn={COMPLETION: library.reference()[COMPLETION]})
    monkeypatch.setattr(isolation, "child_of", lambda module: pytest.fail("asked again"))

    assert by_the_child(DRAWN, drawn={COMPLETION: library.reference()[COMPLETION]}) == made


def test_for_another_reason_the_same_is_put_together_once(monkeypatch):
    since = date(2026, 11, 16)
    made = by_the_child(DRAWN, drawn={COMPLETION: library.reference()[COMPLETION]})
    monkeypatch.setattr(isolation, "child_of", lambda module: pytest.fail("asked again"))
    other = replace(DRAWN, reason="Autre motif.", since=since)

    assert by_the_child(other, drawn={COMPLETION: library.reference()[COMPLETION]}) == made
