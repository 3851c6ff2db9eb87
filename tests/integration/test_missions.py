"""A mandatary who takes over from another has a letter of mission of their own (D19, R28)."""

from __future__ import annotations

import pytest

from engine.committee import letters
from engine.documents.models import Paper
from engine.operations.file_acts import FILE_ACTS
from engine.people import chairs
from engine.projects.follow_up_models import MandataryReplacement
from tests.integration.programme import Programme
from tests.integration.test_lost_seats import CHAIRS, ask, end_seat, named


@pytest.fixture
def programme(sqlite, clock) -> Programme:
    return Programme(sqlite, clock).install()


def take_over(programme: Programme, by: str = "chair") -> None:
    """The chair hands the project over, from its page."""
    programme.clock.advance(hours=1)
    with programme.work_as(by) as work:
        FILE_ACTS["mandatary_replacement"](
            work, programme.case_id,
            {"mandatary_id": programme.people["successor"], "reason": "Départ en retraite."},
        )  # fmt: skip


def missions(programme: Programme) -> list[Paper]:
    """The letters of mission, in order."""
    found = [each for each in programme.rows(Paper) if each.kind == "mission_letter"]
    return sorted(found, key=lambda each: each.requested_at)


def test_whoever_takes_over_a_firm_that_is_followed_has_a_letter_from_who_named_them(programme):
    programme.label()

    take_over(programme)

    [kept] = programme.rows(MandataryReplacement)
    first, second = missions(programme)
    assert second.subject_id == kept.id
    with programme.database.start_reading() as work:
        before, after = (letters.mission_sheet(work, each).data for each in (first, second))
    assert (before["takes_over"], after["takes_over"]) == (False, True)
    assert after["recipient"]["name"] == "Successor (démo)"
    assert after["chair"] == {"name": "Chair (démo)", "capacity": "présidence du comité"}


def test_an_acting_chair_who_names_somebody_says_so(programme):
    programme.label()
    with programme.work_as("officer") as work:
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=programme.people["prescriber"],
            from_date=programme.today,
        )  # fmt: skip
    take_over(programme, "prescriber")

    with programme.database.start_reading() as work:
        sheet = letters.mission_sheet(work, missions(programme)[-1])
    assert sheet.data["chair"] == {
        "name": "Prescriber (démo)", "capacity": "présidence par intérim du comité",
    }  # fmt: skip


def test_so_has_whoever_the_chair_names_for_a_member_who_lost_their_seat(programme):
    programme.label()
    end_seat(programme, "mandatary")
    ask(programme)
    programme.complete(CHAIRS, "chair", named(programme))

    [kept] = programme.rows(MandataryReplacement)
    assert missions(programme)[-1].subject_id == kept.id


def test_so_has_who_takes_over_while_the_agreement_is_being_written(programme):
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})

    take_over(programme)

    assert len(missions(programme)) == 2


def test_whoever_is_asked_to_accept_has_it_once_they_did(programme):
    programme.appraise()
    programme.decide()

    take_over(programme)
    assert missions(programme) == []

    programme.complete("accept_mandate", "successor", {"accepted": True})
    [letter] = missions(programme)
    assert letter.subject_id not in {each.id for each in programme.rows(MandataryReplacement)}
