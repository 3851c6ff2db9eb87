"""Who holds a role, read for a batch of dossiers at once, is who would be found for each alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.people import holders
from engine.people.models import Role
from tests.integration.programme import Programme


@pytest.fixture
def asked(sqlite, clock):
    """A dossier with its prescriber, on the day they were named."""
    programme = Programme(sqlite, clock).install()
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    return programme


def prescriber(work, programme, on):
    return holders.person_of(work, role=Role.PRESCRIBER, case_id=programme.case_id, on=on)


def test_a_batch_finds_whom_each_dossier_would(asked):
    days = [asked.today - timedelta(days=400), asked.today, asked.today + timedelta(days=400)]
    with asked.database.start_work() as work:
        alone = [prescriber(work, asked, day) for day in days]
    with asked.database.start_work() as work:
        holders.foresee(work, [asked.case_id])
        sent = []
        sa.event.listen(work.connection, "before_cursor_execute", lambda *call: sent.append(call[2]))
        together = [prescriber(work, asked, day) for day in days]

    assert together == alone
    assert alone[1] is not None
    assert sent == []


def test_an_act_that_has_used_objects_asks_again(asked):
    with asked.database.start_work() as work:
        holders.foresee(work, [asked.case_id])
        before = prescriber(work, asked, asked.today)
        current = holders.holder(work, role=Role.PRESCRIBER, case_id=asked.case_id, on=asked.today)
        current.person_id = asked.people["officer"]

        assert prescriber(work, asked, asked.today) == asked.people["officer"] != before
