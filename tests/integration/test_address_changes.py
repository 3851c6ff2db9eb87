"""Somebody else changes a person's address: the old one is told, once, in that person's language."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import errors
from engine.outbox import address_changes, delivery
from engine.outbox.captured import MailboxTransport
from engine.outbox.models import CapturedMail, Message
from engine.outbox.transport import Refused
from engine.people import persons
from engine.persistence.unit_of_work import Actor
from engine.settings import Settings

SETTINGS = Settings(environment="test", base_url="https://alize.test")


@pytest.fixture
def people(database):
    with database.start_work() as work:
        john = persons.add(work, full_name="John Démo", email="john@exemple.test", locale="en")
        officer = persons.add(work, full_name="Odile Démo", email="odile@exemple.test")
        return {"john": john.id, "officer": officer.id}


def change(database, by, person_id, **changes):
    with database.start_work(Actor(by, "web")) as work:
        address_changes.correct(work, person_id, **changes)


def deliver(database):
    delivery.deliver_due(database, SETTINGS, MailboxTransport(database))
    with database.start_reading() as work:
        return [
            (mail.address, mail.kind, mail.subject, mail.text)
            for mail in work.database.scalars(sa.select(CapturedMail))
        ]


def test_the_old_address_is_told_once_and_in_its_owners_language(database, people):
    change(database, people["officer"], people["john"], email="autre@exemple.test")
    change(database, people["officer"], people["john"], phone="01 99 00 12 34")

    [(address, kind, subject, text)] = deliver(database)

    assert (address, kind) == ("john@exemple.test", "address_changed")
    assert "your address for Alizé has changed" in subject
    assert "autre@exemple.test" not in text
    assert len(deliver(database)) == 1


def test_an_address_taken_away_is_told_too(database, people):
    change(database, people["officer"], people["john"], email=None)

    assert [mail[0] for mail in deliver(database)] == ["john@exemple.test"]


def test_nothing_is_written_to_a_dead_address(database, people):
    with database.start_work() as work:
        persons.mark_address_invalid(work, people["john"])

    change(database, people["officer"], people["john"], email="autre@exemple.test")

    assert deliver(database) == []


def test_whoever_changes_their_own_address_is_not_warned_of_themself(database, people):
    change(database, people["john"], people["john"], email="autre@exemple.test")

    assert deliver(database) == []


def test_a_first_address_and_a_refused_one_tell_nobody(database, people):
    with database.start_work() as work:
        nobody = persons.add(work, full_name="Sans Adresse Démo").id
    change(database, people["officer"], nobody, email="premiere@exemple.test")
    with pytest.raises(errors.InvalidAnswers):
        change(database, people["officer"], people["john"], email="pas une adresse")

    assert deliver(database) == []


def test_an_old_address_that_refuses_leaves_the_new_one_good(database, people):
    change(database, people["officer"], people["john"], email="autre@exemple.test")

    class Refusing(MailboxTransport):
        def send(self, post):
            raise Refused("no such user", is_address_invalid=True)

    delivery.deliver_due(database, SETTINGS, Refusing(database))

    with database.start_reading() as work:
        assert persons.find(work, people["john"]).address_invalid_at is None
        [message] = work.database.scalars(sa.select(Message))
        assert (message.outcome, message.address) == ("refused", "john@exemple.test")
