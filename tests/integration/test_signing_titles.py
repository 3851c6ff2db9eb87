"""What people are asked to sign is called by its name: the agreement, with its annex, or an amendment."""

from __future__ import annotations

import pytest

from tests.integration import amending
from tests.integration.programme import Programme
from tests.integration.test_advance_payment import to_sign


@pytest.fixture
def programme(sqlite, clock):
    """A firm whose agreement everybody has signed."""
    found = Programme(sqlite, clock).install()
    found.label()
    return found


def titles(programme: Programme) -> dict[str, str]:
    """The open signing tasks, by the capacity of their line."""
    found = [each for each in programme.open_tasks() if each.step == "sign_agreement"]
    return {each.capacity or "": each.title for each in found}


def test_an_agreement_with_an_advance_is_signed_with_its_annex(sqlite, clock):
    asked = titles(to_sign(sqlite, clock))

    assert asked.pop("operator") == "Signer l’annexe sur l’avance"
    assert set(asked.values()) == {"Signer la convention et son annexe"}


def test_an_agreement_alone_is_called_as_its_diagram_says(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()

    assert set(titles(programme).values()) == {"Signer la convention"}


def test_an_amendment_is_called_an_amendment_wherever_it_is_signed(programme):
    amending.request(programme)
    amending.decide_means(programme, human_means=amending.means(programme, "sales", "2"))
    amending.prepare(programme)

    assert set(titles(programme).values()) == {"Signer l’avenant"}
    asked = [each for each in programme.open_tasks() if each.step == "sign_agreement"]
    assert all("signer l’avenant" in each.search_text for each in asked)
    amending.sign_all(programme)
    assert programme.kinds().count("agreements.amendment.signed") == len(asked)


def test_who_signed_an_amendment_is_told_that_it_is_an_amendment_that_changed(programme):
    amending.request(programme)
    amending.decide_means(programme, human_means=amending.means(programme, "production", "8"))
    amending.prepare(programme)
    programme.sign(0)

    amending.replace(programme)

    [told] = programme.mails("agreement_redrafted")
    assert (told.data["text"], told.data["reason"]) == ("amendment", "mandatary_replaced")
    assert set(titles(programme).values()) == {"Signer l’avenant"}
