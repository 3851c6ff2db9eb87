"""A dossier to which a tick cannot see stops no other, and the tick says that it failed."""

from __future__ import annotations

import pytest

from engine import operations
from engine.people import chairs, recusals
from engine.people.models import Role
from engine.runtime import cases
from tests.faults.test_poisoned_timers import nobody_known
from tests.integration.programme import Programme
from tests.integration.test_rules_chair import acting_tasks, two_files_to_sign_off


@pytest.mark.parametrize("at", [0, 1])
def test_a_dossier_where_nobody_can_be_asked_for_stops_no_other(database, clock, at):
    programme = Programme(database, clock).install()
    both = two_files_to_sign_off(programme)
    sick, other = both[at], both[1 - at]
    successor = programme.people["successor"]
    for case_id in both:
        with programme.work_as("officer") as work:
            cases.lock(work, case_id)
            recusals.recuse(work, case_id=case_id, basin_id=programme.basin_id, person_id=successor)
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=successor)
    mend = nobody_known(programme, sick)

    with pytest.raises(Exception, match="operator"):
        operations.fill_vacancies(programme.database)

    assert [each.case_id for each in acting_tasks(programme)] == [other]
    mend()
    operations.fill_vacancies(programme.database)
    assert {each.case_id for each in acting_tasks(programme)} == set(both)
