"""A form sent twice at the same instant, on both databases: one act, and the second learns where it led."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import sqlalchemy as sa

from engine.people import persons
from engine.people.models import Person
from engine.persistence import idempotency
from engine.persistence.unit_of_work import Actor

AT_MOST = 0.5  # Seconds: whoever has the turn goes on alone after that.


def test_two_presses_at_once_are_one_act_and_both_are_led_to_the_same_place(database):
    actor, both = Actor(uuid4()), Barrier(2)
    key = {"actor_id": actor.person_id, "route": "/administration/personnes/nouvelle", "key": "k" * 32}

    def press(_number):
        with database.start_work(actor) as work:
            idempotency.take_turn(work, **key)
            known = idempotency.find(work, request_hash="same", **key)
            if known is not None:
                return known.location
            person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
            location = f"/administration/personnes/{person.id}"
            with suppress(BrokenBarrierError):
                both.wait(AT_MOST)
            idempotency.remember(
                work, route=key["route"], key=key["key"], request_hash="same", status=303, location=location
            )
            return location

    with ThreadPoolExecutor(2) as threads:
        led = list(threads.map(press, range(2)))

    assert led[0] == led[1]
    with database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Person)) == 1
