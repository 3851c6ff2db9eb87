"""An account that nobody uses is closed, and a person whom nothing keeps is erased, after warnings."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.outbox.models import Message
from engine.people import accounts, persons
from engine.people.models import Account, Role
from engine.retention.models import Plan
from tests.integration.forgetting import play, problems
from tests.integration.test_outbox_mails import post, server, town  # noqa: F401 -- its mailbox and its people


def test_an_account_unused_for_two_years_is_closed_after_its_person_was_warned(programme, store):
    person_id = programme.people["prescriber"]
    with programme.database.start_work() as work:
        accounts.create(work, person_id=person_id)
        accounts.create(work, person_id=programme.people["officer"])
    programme.clock.advance(days=365 * 2 - 35)
    play(programme, store, days=20)
    with programme.database.start_work() as work:
        accounts.note_sign_in(work, programme.people["officer"], by="code")
    play(programme, store, days=40)

    with programme.database.start_reading() as work:
        assert work.database.get(Account, person_id) is None
        assert work.database.get(Account, programme.people["officer"]) is not None
        assert persons.find(work, person_id).full_name.startswith("Prescriber")
        told = (
            work.connection.execute(sa.select(Message.recipient_id).where(Message.kind == "retention_own"))
            .scalars()
            .all()
        )
    assert told.count(person_id) == 2
    assert told.count(programme.people["officer"]) == 1
    assert [each for each in programme.rows(Plan) if each.subject_id == programme.people["officer"]] == []


def test_whoever_prescribed_a_project_that_is_a_skeleton_is_forgotten_in_turn(programme, store):
    who = programme.people["prescriber"]
    programme.appraise()
    programme.decide("rejected", reason="quality", explanation="Pas prêt.")
    programme.end_role(Role.SEAT, "prescriber")
    programme.clock.advance(days=365 * 2)
    play(programme, store, days=40)
    assert programme.project().erased_at is not None
    programme.clock.advance(days=365 * 3)
    play(programme, store, days=40)

    with programme.database.start_reading() as work:
        assert persons.find(work, who).full_name == "Personne effacée"
    assert problems(programme) == []


def test_a_person_whom_nothing_links_to_the_programme_is_erased_after_three_years(programme, store):
    with programme.database.start_work() as work:
        alone = persons.add(work, full_name="Jeanne Perdue", email="perdue@exemple.test").id
    programme.clock.advance(days=365 * 3)
    play(programme, store, days=40)

    with programme.database.start_reading() as work:
        assert persons.find(work, alone).full_name == "Personne effacée"
        assert persons.find(work, programme.people["chair"]).full_name.startswith("Chair")
    assert problems(programme) == []


@pytest.mark.parametrize("who", ["claire", "john"])
@pytest.mark.parametrize("rule", ["account", "person"])
def test_only_whoever_has_an_account_to_keep_is_asked_to_sign_in(town, server, who, rule):  # noqa: F811
    mail = post(
        town, server, getattr(town, who), "retention_own", case_id=None, reference=None,
        data={"rule": rule, "planned_on": date(2028, 12, 1)},
    )  # fmt: skip
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            assert ("/connexion" in part.get_content()) == (rule == "account")
