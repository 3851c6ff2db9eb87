"""A project's life in a basin that put steps of its own at every point: each comes once, and goes with the rest."""

from __future__ import annotations

import dataclasses

import pytest

from engine.clock import add_months
from engine.projects import closing
from engine.registry import changes, library
from tests.applied import step
from tests.stories import DIAGNOSTIC, QUALIFICATION, World

POINTS = ("before_diagnostic", "before_agenda", "after_approval", "after_signature", "before_closure")
NOTE = {"report": "Fait, et consigné."}


@pytest.fixture
def world(database, clock, tmp_path) -> World:
    """Terres de Lorraine with a step of the operator at each of the five points."""
    folder = library.basin("terres-de-lorraine")
    own = changes.read({"changes": [step(point) for point in POINTS]})
    return World(database, clock, tmp_path, variant=dataclasses.replace(folder, changes=own)).install()


def note(dossier, point: str) -> None:
    dossier.complete(f"own_{point}", NOTE)


def prescribed(world: World):
    dossier = world.opened()
    dossier.qualify(**QUALIFICATION)
    dossier.accept_prescription()
    return dossier


def appraised(world: World):
    dossier = prescribed(world)
    note(dossier, "before_diagnostic")
    dossier.diagnose(DIAGNOSTIC)
    dossier.check()
    note(dossier, "before_agenda")
    return dossier


def approved(world: World):
    dossier = appraised(world)
    world.meet(since=dossier.task("committee_decision").opened_on)
    dossier.decide("approved", human_means=world.means())
    return dossier


def labelled(world: World):
    dossier = approved(world)
    note(dossier, "after_approval")
    dossier.accept_mandate()
    dossier.prepare("Ouvrir une seconde ligne.")
    dossier.sign_everything()
    return dossier


def test_each_step_comes_once_at_its_place_in_a_whole_life(world):
    dossier = prescribed(world)
    assert dossier.steps() == ["own_before_diagnostic"]
    note(dossier, "before_diagnostic")
    dossier.diagnose(DIAGNOSTIC)
    dossier.check("incomplete", missing="Les comptes.")
    assert dossier.steps() == ["preliminary_diagnostic"], (
        "a diagnostic to take up again asks for no second visit"
    )
    dossier.diagnose(DIAGNOSTIC)
    dossier.check()
    assert dossier.steps() == ["own_before_agenda"]
    note(dossier, "before_agenda")
    world.meet(since=dossier.task("committee_decision").opened_on)
    dossier.decide("approved", human_means=world.means())
    assert dossier.steps() == ["own_after_approval"]
    note(dossier, "after_approval")
    dossier.accept_mandate()
    dossier.prepare("Ouvrir une seconde ligne.")
    dossier.sign_everything()
    signed_on = world.today
    assert dossier.steps() == ["own_after_signature"], "the accompaniment waits, the firm is labelled"
    assert dossier.project().effective_on == signed_on
    world.play_until(add_months(signed_on, 3))
    assert "follow_up_report" in dossier.steps(), "reports do not wait for a basin's step"
    dossier.report()
    note(dossier, "after_signature")
    dossier.plan(dossier.intervention("production", "1", "Réorganiser l’atelier"))
    dossier.intervene("Atelier réorganisé.", (world.today, "1"))
    dossier.review_accompaniment()
    for number in range(2, 7):
        world.play_until(add_months(signed_on, 3 * number))
        dossier.report()
    world.post()
    assert dossier.steps() == ["own_before_closure"]
    note(dossier, "before_closure")
    dossier.final_review()
    dossier.sign_closure(decision="send_back", reason="Il manque la source des chiffres.")
    assert dossier.steps() == ["final_review"], "a review sent back asks for nothing of the basin again"
    dossier.final_review()
    dossier.sign_closure()
    assert dossier.steps() == []
    assert [len(world.tasks(dossier, f"own_{point}")) for point in POINTS] == [1] * 5


@pytest.mark.parametrize(("life", "point"), [(prescribed, "before_diagnostic"), (approved, "after_approval")])
def test_a_withdrawal_takes_the_basin_s_step_along(world, life, point):
    dossier = life(world)
    assert dossier.steps() == [f"own_{point}"]

    with world.acting("officer") as work:
        closing.withdraw(work, project_id=dossier.case_id, requested_by="firm", reason="Elle renonce.")

    assert dossier.steps() == []


def test_an_early_end_takes_the_step_after_the_signature_along(world):
    dossier = labelled(world)
    with world.acting("officer") as work:
        closing.request_termination(
            work, project_id=dossier.case_id, requested_by="firm", cause="sold", reason="Vendue (démo)."
        )
    assert dossier.steps() == ["own_after_signature", "sign_termination"]

    dossier.complete("sign_termination", {"decision": "sign"})

    assert dossier.steps() == []
