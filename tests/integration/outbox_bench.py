"""People who read mails, and the few gestures of the outbox's tests."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

from engine.outbox import delivery, notify
from engine.outbox.delivery import Facts, Hooks
from engine.outbox.models import Message
from engine.people import basins, persons
from engine.people.models import Assignment
from engine.persistence.unit_of_work import Actor
from engine.settings import Settings

MEMBER = Actor(uuid4(), "web")
SETTINGS = Settings(environment="test", base_url="https://alize.test", mail_from="Alizé <alize@exemple.test>")


def people_of_a_basin(database):
    """A basin with its officer, and two persons who read mails."""
    with database.start_work() as work:
        basin = basins.add(work, slug="toulois", code="TDL", name="Terres de Lorraine")
        claire = persons.add(work, full_name="Claire Démo", email="claire@exemple.test")
        john = persons.add(work, full_name="John Démo", email="john@exemple.test", locale="en")
        officer = persons.add(
            work, full_name="Odile Démo", email="odile@exemple.test", phone="01 99 00 12 34"
        )
        work.database.add(
            Assignment(
                basin_id=basin.id, role="operator", person_id=officer.id, valid_from=date(2020, 1, 1),
                created_at=work.now, created_by=officer.id,
            )
        )  # fmt: skip
        return SimpleNamespace(basin_id=basin.id, claire=claire.id, john=john.id, officer=officer.id)


def facts(work, message):
    return Facts(title="Qualifier la demande", firm="Scierie du Val (démo)", reference="TDL-2026-014",
                 due_on=date(2026, 11, 24))  # fmt: skip


HOOKS = Hooks(facts=facts)


def say(database, recipient, *, actor=MEMBER, kind="task_opened", **details):
    with database.start_work(actor) as work:
        return notify.notify(work, kind=kind, recipient_id=recipient, **details)


def deliver(database, transport, *, hooks=HOOKS, limit=20):
    return delivery.deliver_due(database, SETTINGS, transport, limit, hooks=hooks)


def found(database, message_id):
    with database.start_reading() as work:
        return work.database.get_one(Message, message_id)
