"""Dates, delays and amounts read as French and English people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from web import typography

TODAY = date(2026, 11, 10)
NARROW, BLANK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("due", "french", "english"),
    [
        (date(2026, 11, 4), "En retard de 6 jours", "6 days late"),
        (date(2026, 11, 9), "En retard de 1 jour", "1 day late"),
        (date(2026, 11, 10), "Aujourd’hui", "Today"),
        (date(2026, 11, 11), "Demain", "Tomorrow"),
        (date(2026, 11, 12), "Dans 2 jours", "In 2 days"),
        (date(2027, 11, 10), "Dans 365 jours", "In 365 days"),
    ],
)
def test_a_due_date_is_told_in_words(due: date, french: str, english: str):
    assert typography.due_in_words(due, TODAY) == french
    assert typography.due_in_words(due, TODAY, "en") == english


def test_the_day_it_is_due_is_not_late_yet():
    groups = [typography.urgency(date(2026, 11, day), TODAY) for day in (9, 10, 13, 14)]

    assert groups == ["late", "soon", "soon", "later"]
    assert typography.urgency(None, TODAY) == "later"


def test_days_are_named_and_the_year_is_said_only_when_it_differs():
    assert typography.day_in_words(date(2026, 11, 12), today=TODAY) == "jeudi 12 novembre"
    assert typography.day_in_words(date(2027, 1, 4), today=TODAY) == "lundi 4 janvier 2027"
    assert typography.day_in_words(date(2026, 11, 12), "en", today=TODAY) == "Thursday 12 November"


def test_the_first_of_the_month_is_premier_in_french_alone():
    assert typography.long_date(date(2026, 11, 1)) == "1er novembre 2026"
    assert typography.long_date(date(2026, 11, 11)) == "11 novembre 2026"
    assert typography.long_date(date(2026, 11, 1), "en") == "1 November 2026"


def test_a_moment_is_told_in_the_zone_of_its_reader():
    moment = datetime(2026, 11, 10, 9, 5, tzinfo=UTC)

    paris = typography.moment_in_words(moment, zone=ZoneInfo("Europe/Paris"))
    reunion = typography.moment_in_words(moment, zone=ZoneInfo("Indian/Reunion"))

    assert paris == f"10 novembre 2026 à 10{BLANK}h{BLANK}05"
    assert reunion == f"10 novembre 2026 à 13{BLANK}h{BLANK}05"


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (1_500_000, f"15{NARROW}000{BLANK}€", "€15,000"),
        (104_166, f"1{NARROW}041,66{BLANK}€", "€1,041.66"),
        (5, f"0,05{BLANK}€", "€0.05"),
        (-250_000, f"-2{NARROW}500{BLANK}€", "-€2,500"),
        (123_456_789_012, f"1{NARROW}234{NARROW}567{NARROW}890,12{BLANK}€", "€1,234,567,890.12"),
    ],
)
def test_amounts_are_exact_to_the_cent(cents: int, french: str, english: str):
    assert typography.money(cents) == french
    assert typography.money(cents, "en") == english


def test_exact_amounts_keep_their_cents():
    assert typography.money(1_500_000, exact=True) == f"15{NARROW}000,00{BLANK}€"


def test_french_keeps_the_singular_below_two():
    assert [typography.days(count) for count in (0, Decimal("1.5"), 2)] == ["0 jour", "1,5 jour", "2 jours"]
    assert [typography.days(Decimal(count) / 4) for count in (1, 7)] == ["0,25 jour", "1,75 jour"]
    assert [typography.days(count, "en") for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(20, "moins d’une minute"), (300, "5 minutes"), (7200, "2 heures"), (1_036_800, "12 jours")],
)
def test_a_duration_is_told_in_its_largest_unit(seconds: int, told: str):
    assert typography.duration(seconds) == told


def test_phone_numbers_go_by_pairs_and_foreign_ones_stay_as_typed():
    assert typography.phone("+33199001234") == BLANK.join(("01", "99", "00", "12", "34"))
    assert typography.phone("01.99.00.12.34") == BLANK.join(("01", "99", "00", "12", "34"))
    assert typography.phone("+352 26 12 34") == "+352 26 12 34"


def test_free_text_gets_the_blanks_of_french():
    assert typography.nbsp("Pourquoi ? « Rien » : tout va bien !") == (
        f"Pourquoi{NARROW}? «{NARROW}Rien{NARROW}»{NARROW}: tout va bien{NARROW}!"
    )


def test_file_sizes_and_shares():
    assert typography.file_size(3_200_000) == f"3,2{BLANK}Mo"
    assert typography.file_size(114_750) == f"114,8{BLANK}Ko", "one decimal, quarters too"
    assert typography.file_size(1240, "en") == f"1.2{BLANK}kB"
    assert typography.percent(0.12) == f"12{BLANK}%"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Edgar Vogt", "au nom d’Edgar Vogt"),
        ("Élodie Mas", "au nom d’Élodie Mas"),
        ("Œdipe", "au nom d’Œdipe"),
        ("Hélène Roy", "au nom d’Hélène Roy"),
        ("Yves Roy", "au nom d’Yves Roy"),
        ("Hassan Diop", "au nom de Hassan Diop"),
        ("Yasmine Diop", "au nom de Yasmine Diop"),
        ("Paul Élie", "au nom de Paul Élie"),
        ("", "au nom de "),
    ],
)
def test_french_elides_before_a_vowel_or_a_mute_h(name, written):
    assert typography.elided(f"au nom de {name}", name) == written


def test_english_has_nothing_to_elide():
    assert typography.elided("on behalf of Edgar Vogt", "Edgar Vogt") == "on behalf of Edgar Vogt"


def test_numbers_are_not_broken_at_their_hyphens_and_nothing_else_is_touched():
    said = typography.whole("Convention TDL-2026-C003, avenant TDL-2026-C003-A1 <b> du pays-haut, 12-2026-3")

    assert said == (
        'Convention <span class="whole">TDL-2026-C003</span>, avenant '
        '<span class="whole">TDL-2026-C003-A1</span> &lt;b&gt; du pays-haut, 12-2026-3'
    )
