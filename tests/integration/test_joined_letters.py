"""The letter of a decision leaves with the mail that tells of it."""

from __future__ import annotations

import pytest

from engine import operations
from engine.outbox.models import Message
from tests import printing
from tests.integration.programme import Programme


@pytest.fixture
def programme(sqlite, clock) -> Programme:
    return Programme(sqlite, clock).install()


@pytest.mark.parametrize("is_made", [True, False])
def test_a_decision_is_told_with_its_letter_once_that_is_made(programme, is_made):
    programme.appraise()
    programme.decide()
    if is_made:
        printing.print_papers(programme.database)
    hooks = operations.mail_hooks(programme.database, printing.STORE)

    with programme.database.start_reading() as work:
        told = [
            hooks.facts(work, work.database.get_one(Message, each.id)).attachments
            for each in programme.mails("decision_notified")
        ]

    names = [each.name for joined in told for each in joined]
    assert told
    assert names == (["Décision TDL-2026-D001.pdf"] * len(told) if is_made else [])
