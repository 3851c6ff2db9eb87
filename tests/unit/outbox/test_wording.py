"""Dates, delays and numbers as people say them."""

from datetime import date
from uuid import UUID

import pytest

from engine.outbox import links, wording

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 3, 3), "mardi 3 mars 2026", "Tuesday 3 March 2026"),
        (date(2026, 3, 1), "dimanche 1er mars 2026", "Sunday 1 March 2026"),
        (date(2026, 8, 11), "mardi 11 août 2026", "Tuesday 11 August 2026"),
    ],
)
def test_a_day_is_said_in_words(day, french, english):
    assert wording.day_in_words(day, "fr") == french
    assert wording.day_in_words(day, "en") == english


@pytest.mark.parametrize(
    ("hour", "french"),
    [("14:30", "14\u00a0h\u00a030"), ("14:00", "14\u00a0h"), ("09:05", "9\u00a0h\u00a005")],
)
def test_an_hour_is_said_as_each_language_writes_it(hour, french):
    assert wording.hour_in_words(hour, "fr") == french
    assert wording.hour_in_words(hour, "en") == hour


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 11, 16), "aujourd’hui", "today"),
        (date(2026, 11, 17), "demain", "tomorrow"),
        (date(2026, 11, 15), "hier", "yesterday"),
        (date(2026, 11, 19), "dans 3 jours", "in 3 days"),
        (date(2026, 11, 7), "il y a 9 jours", "9 days ago"),
    ],
)
def test_a_delay_is_said_from_today(day, french, english):
    assert wording.delay_in_words(day, TODAY, "fr") == french
    assert wording.delay_in_words(day, TODAY, "en") == english


def test_a_month_is_named():
    assert wording.month_in_words(TODAY, "fr") == "novembre 2026"
    assert wording.month_in_words(TODAY, "en") == "November 2026"


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("0199001234", "01 99 00 12 34"),
        ("+33 1 99 00 12 34", "01 99 00 12 34"),
        ("+262 262 00 00 00", "+262 262 00 00 00"),
        (None, ""),
    ],
)
def test_a_phone_number_is_read_by_pairs(phone, said):
    assert wording.phone_in_words(phone) == said


def test_a_task_has_one_address_whatever_the_base():
    task_id = UUID("5f0c3d6e-8e0b-4f5b-9d4e-0a6f0d3c2b1a")
    assert links.deep_link("https://alize.test/", task_id) == f"https://alize.test/taches/{task_id}"
    assert links.deep_link("https://alize.test", task_id) == f"https://alize.test/taches/{task_id}"
