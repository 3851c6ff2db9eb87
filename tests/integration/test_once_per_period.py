"""Periods and leases are taken by one process, on both databases."""

from datetime import timedelta

from engine.persistence import claims


def test_a_period_is_taken_once(database):
    taken = []
    for period in ("2026-11", "2026-11", "2026-12"):
        with database.start_work() as work:
            taken.append(claims.take_period(work, tick="digest", period=period))

    assert taken == [True, False, True]


def test_a_lease_is_held_by_one_until_it_ends_or_is_given_back(database, clock):
    def take(holder):
        with database.start_work() as work:
            return claims.take_lease(work, name="clock", holder=holder, lasting=timedelta(minutes=10))

    assert take("first")
    assert take("first"), "renewed"
    assert not take("second")
    clock.advance(minutes=11)
    assert take("second")
    with database.start_work() as work:
        claims.give_back(work, name="clock", holder="second")
    assert take("first")
