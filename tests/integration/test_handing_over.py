"""Whoever is handed a task is told, and so is whoever had taken it (D21)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.outbox import delivery
from engine.outbox.captured import MailboxTransport
from engine.outbox.delivery import Hooks
from engine.outbox.models import CapturedMail
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from engine.runtime.mail_facts import facts_of
from engine.settings import Settings
from tests.integration import hiring
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    hiring.hire(made, "colleague", "third")
    made.open()
    return made


def hand_over(programme, by, to):
    task = programme.task("qualify")
    with programme.database.start_work(Actor(programme.people[by])) as work:
        tasks.delegate(work, task_id=task.id, to=programme.people[to])
    return task


def told(programme):
    names = {person_id: name for name, person_id in programme.people.items()}
    return [
        (each.kind, names[each.recipient_id], each.task_id)
        for each in programme.mails()
        if each.kind in {"task_reassigned", "task_taken_over"}
    ]


def test_whoever_is_handed_a_task_and_whoever_had_taken_it_are_told(programme):
    task = hand_over(programme, "officer", "colleague")
    assert told(programme) == [("task_reassigned", "colleague", task.id)]

    hand_over(programme, "officer", "third")

    assert sorted(told(programme)[1:]) == [
        ("task_reassigned", "third", task.id), ("task_taken_over", "colleague", task.id),
    ]  # fmt: skip


def test_nobody_is_told_of_what_they_do_themselves_nor_twice(programme):
    task = hand_over(programme, "officer", "colleague")
    hand_over(programme, "officer", "colleague")
    hand_over(programme, "colleague", "third")

    assert told(programme) == [
        ("task_reassigned", "colleague", task.id), ("task_reassigned", "third", task.id),
    ]  # fmt: skip
    hand_over(programme, "officer", "officer")
    assert told(programme)[2:] == [("task_taken_over", "third", task.id)]


def test_the_word_to_the_former_holder_leaves_though_the_task_is_no_longer_theirs(programme):
    hand_over(programme, "officer", "colleague")
    hand_over(programme, "officer", "third")
    settings = Settings(environment="test", base_url="https://alize.test", mail_from="alize@exemple.test")
    delivery.deliver_due(
        programme.database, settings, MailboxTransport(programme.database), hooks=Hooks(facts=facts_of)
    )

    with programme.database.start_reading() as work:
        mails = {each.address: each for each in work.database.scalars(sa.select(CapturedMail))}

    assert "est confiée à quelqu’un d’autre" in mails["colleague@exemple.test"].subject
    assert "Qualifier la demande" in mails["third@exemple.test"].subject
