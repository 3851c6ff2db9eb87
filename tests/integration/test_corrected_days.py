"""The days given to a firm are put right like a report: the wrong one stays, the figures read the right one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine import errors
from engine.operations.recalled.corrected import KINDS
from engine.projects import corrections
from engine.skills import days
from engine.skills.models import InterventionDay
from tests.integration.programme import Programme


@pytest.fixture
def worked(database, clock):
    """A firm to which an expert gave a day and a half."""
    programme = Programme(database, clock).install()
    programme.label()
    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1", "0.5"), position=0)
    return programme


def whole_day(programme: Programme) -> InterventionDay:
    """The day of which all four quarters were given."""
    [found] = [each for each in programme.rows(InterventionDay) if each.quarter_days == 4]
    return found


def put_right(programme: Programme, **changes: object) -> InterventionDay:
    """The officer corrects that day."""
    with programme.work_as("officer") as work:
        found = corrections.correct(
            work, project_id=programme.case_id, record_id=whole_day(programme).id, changes=changes,
            reason="Une demi-journée seulement.",
        )  # fmt: skip
        work.flush()
        return found


def given(programme: Programme, **asked: object) -> int:
    """The quarters of a day given to the firm, by then."""
    with programme.database.start_reading() as work:
        return sum(days.given(work, programme.case_id, **asked).values())


def test_a_day_put_right_is_read_by_the_figures_and_the_wrong_one_by_those_of_before(worked):
    wrong, before = whole_day(worked), worked.clock.instant
    worked.clock.advance(days=2)

    right = put_right(worked, days=Decimal("0.5"))

    assert (right.replaces_id, right.quarter_days, right.occurred_on) == (wrong.id, 2, wrong.occurred_on)
    assert right.intervention_id == wrong.intervention_id
    assert given(worked) == 4
    assert given(worked, as_of=before) == 6
    assert given(worked, as_of=before - timedelta(days=1)) == 0
    assert "projects.intervention_day.corrected" in worked.kinds()


def test_a_day_that_was_never_given_counts_for_nothing(worked):
    put_right(worked, days=Decimal(0))

    assert given(worked) == 2


def test_neither_the_day_nor_the_intervention_of_a_day_changes(worked):
    with pytest.raises(errors.InvalidAnswers):
        put_right(worked, occurred_on=worked.today - timedelta(days=1))


def test_the_act_that_recorded_a_day_is_not_said_to_follow_from_it(worked):
    with worked.database.start_reading() as work:
        found = corrections.what_followed(work, whole_day(worked))

    assert "skills.intervention.recorded" not in {each.kind for each in found}


def test_every_record_that_may_be_corrected_has_its_name_on_the_page():
    assert set(KINDS) == set(corrections.declared())
