"""An amendment met by two acts at once, or by what happens meanwhile: one text, its days once, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from engine import errors
from engine.agreements import drafting
from engine.agreements.losses import ask_about_losses
from engine.agreements.models import AGREEMENT
from engine.committee.models import Decision
from engine.people.models import Role
from engine.projects.follow_up_models import InterventionRequest, MandataryReplacement
from engine.projects.models import CommittedMeans
from engine.runtime import tasks
from tests.integration import amending
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    """A labelled firm whose mandatary asks for two days, which the chair may grant alone."""
    found = Programme(database, clock).install()
    found.label()
    amending.set_parameter(found, "committee.chair_alone_days", 3)
    amending.ask(found)
    return found


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do several things in threads of their own; how each ended, in order."""
    ready, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
            outcomes[place] = "done"
        except errors.FAMILIES as refusal:
            outcomes[place] = type(refusal).__name__

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def approve(programme: Programme) -> Callable[[], None]:
    """The chair grants the request, as a page showed it a minute ago."""
    task_id = programme.task("approve_request").id

    def act() -> None:
        with programme.work_as("chair") as work:
            tasks.complete(work, task_id=task_id, answers={"decision": "sign"}, channel="json")

    return act


def test_a_request_approved_twice_at_once_is_granted_once(programme):
    both = at_once(approve(programme), approve(programme))

    assert sorted(both) == ["AlreadyClosed", "done"]
    assert [each.chair_alone for each in programme.rows(Decision)].count(True) == 1
    assert sorted(each.quarter_days for each in programme.rows(CommittedMeans)) == [8, 24]
    assert programme.steps().count("prepare_amendment") == 1


def last_signature(programme: Programme) -> Callable[[], None]:
    """The one line that is not signed yet is signed."""
    [task] = [each for each in programme.open_tasks() if each.step == "sign_agreement"]
    position = task.position or 0
    programme.print_papers()

    def act() -> None:
        programme.sign(position)

    return act


def test_the_mandatary_is_replaced_while_the_last_signature_of_an_amendment_is_given(programme):
    approve(programme)()
    amending.prepare(programme)
    for position in (0, 1):
        programme.sign(position)

    signed, replaced = at_once(last_signature(programme), lambda: amending.replace(programme))

    assert replaced == "done"
    texts = amending.amended(programme)
    if signed == "done":  # It took effect first: the change of mandatary has an amendment of its own.
        assert [each.state for each in texts] == ["effective"]
        assert "prepare_amendment" in programme.steps()
    else:  # The text was drawn up again: nobody has signed it yet.
        assert [each.state for each in texts] == ["voided", "to_sign"]
        assert amending.in_force(programme) == [("production", 24)]
        amending.sign_all(programme)
        assert programme.rows(MandataryReplacement)[0].provisional is False
    assert [each.kind for each in texts] == ["amendment"] * len(texts)


def test_a_company_leaves_with_one_line_missing_and_another_signs_for_it(programme):
    approve(programme)()
    amending.prepare(programme)
    for position in (0, 1):
        programme.sign(position)
    programme.clock.advance(hours=1)
    programme.end_role(Role.PARTNER_COMPANY, "lender")

    asked = at_once(
        lambda: ask_about_losses(programme.database),
        lambda: ask_about_losses(programme.database),
    )

    assert asked == ["done", "done"]
    assert programme.steps().count("settle_signatory") == 1
    programme.clock.advance(hours=1)
    said = {"choice": "replace", "person_id": str(programme.people["successor"]), "reason": "Départ."}
    programme.complete("settle_signatory", "officer", said)
    amending.sign_all(programme)
    assert amending.in_force(programme) == [("production", 24), ("quality", 8)]
    first, second = amending.amended(programme)
    assert (first.state, second.state, second.version) == ("voided", "effective", 2)


def test_a_preparation_that_fails_half_way_leaves_neither_text_nor_number(programme, monkeypatch):
    approve(programme)()

    def die(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as cut:
        cut.setattr(drafting, "name_signatories", die)
        with pytest.raises(errors.EngineError):
            amending.prepare(programme)
    assert amending.amended(programme) == []

    amending.prepare(programme)

    [text] = amending.amended(programme)
    agreement = next(each for each in programme.rows(type(text)) if each.kind == AGREEMENT)
    assert text.number == f"{agreement.number}-A1"
    assert [each.closed_at for each in programme.rows(InterventionRequest)] == [None]
