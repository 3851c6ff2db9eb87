"""What people type is read as they mean it, or refused with a sentence that helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow
import pytest

from forms import Context, fields, identifiers, quantities
from forms.choices import Weather
from forms.questions import Questions
from tests.unit.forms.samples import FIRST, SECOND, context


class Everything(Questions):
    """One question of each kind."""

    amount = quantities.Money("Montant", limits=("", "advance_ceiling"))
    count = quantities.Whole("Nombre", most=500)
    days = quantities.Days("Jours")
    day = quantities.Day("Date")
    past = quantities.Day("Passé", past=True)
    future = quantities.Day("À venir", future=True)
    line = fields.Text("Ligne", longest=20)
    text = fields.Paragraph("Texte", longest=20)
    answer = fields.YesNo("Oui ?")
    box = fields.Checkbox("Case")
    weather = fields.Code("Météo", Weather)
    person_id = fields.Reference("Personne")
    files = fields.Files("Fichiers")
    siret = identifiers.Siret("SIRET")
    commune = identifiers.Commune("Commune")
    activity = identifiers.Activity("NAF")
    email = identifiers.Email("Courriel")
    phone = identifiers.Phone("Téléphone")
    link = identifiers.Link("Lien", longest=300)
    time = identifiers.Time("Heure")


def read(name: str, value: object, **changes: Any) -> object:
    """Read one answer."""
    return Everything(context(**changes)).read({name: value})[name]


def refusal(name: str, value: object, **changes: Any) -> str:
    """The sentence with which one answer is refused."""
    with pytest.raises(marshmallow.ValidationError) as refused:
        Everything(context(**changes)).read({name: value})
    messages: Iterator[Any] = iter(refused.value.messages[name])  # type: ignore[call-overload]
    message = next(messages)
    return str(message).format(**message.values)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("15000", 1_500_000), ("15 000", 1_500_000), ("15\u00a0000,00 €", 1_500_000),
        ("15\u202f000,5", 1_500_050), ("15000.05", 1_500_005), (" 0 ", 0), ("12 euros", 1_200), ("0,01", 1),
    ],
)  # fmt: skip
def test_money_is_read_as_the_french_type_it(typed: str, cents: int) -> None:
    assert read("amount", typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["15 00", "1,234", "15.000", "1e5", "1.500,00", "quinze", "--5", "5,,0", "٣", "NaN", "∞", "1 5000"],
)
def test_money_that_could_be_misread_is_refused(typed: str) -> None:
    assert "15\u202f000,50" in refusal("amount", typed)


def test_money_below_zero_or_above_its_ceiling_is_refused() -> None:
    assert "d’au moins" in refusal("amount", "-5")
    assert "dépasser" in refusal("amount", "25 000,01")
    assert read("amount", "25 000") == 2_500_000


def test_money_of_a_program_is_a_whole_number_of_cents() -> None:
    assert read("amount", 1_500_000, channel="json") == 1_500_000
    for wrong in ("15000", 15000.0, True, [1], {"cents": 1}):
        assert "centimes" in refusal("amount", wrong, channel="json")


def test_whole_numbers_keep_their_bounds() -> None:
    assert read("count", " 1\u202f2 ") == 12
    assert refusal("count", "501") == "Indiquez un nombre entre 0 et 500."
    assert refusal("count", "-1") == "Indiquez un nombre entre 0 et 500."
    assert "chiffres" in refusal("count", "9" * 5000)
    assert "entier" in refusal("count", 3.0, channel="json")
    assert "entier" in refusal("count", True, channel="json")


@pytest.mark.parametrize(
    ("typed", "days"), [("0,25", "0.25"), ("1.5", "1.50"), ("12", "12.00"), (" 0,75 ", "0.75")]
)
def test_days_are_counted_by_quarters(typed: str, days: str) -> None:
    assert read("days", typed) == Decimal(days)


@pytest.mark.parametrize("typed", ["0,3", "1,1", "0.249"])
def test_days_that_are_no_quarters_are_refused(typed: str) -> None:
    assert "quarts" in refusal("days", typed)


def test_days_of_a_program_may_be_a_number() -> None:
    assert read("days", 1.25, channel="json") == Decimal("1.25")
    for wrong in (float("nan"), float("inf"), 1e300, "abc", "0x10"):
        assert "jours" in refusal("days", wrong, channel="json")


@pytest.mark.parametrize(
    "typed", ["2026-12-31", "31/12/2026", " 31.12.2026 ", "31-12-2026", "31 / 12 / 2026"]
)
def test_dates_are_read_as_sent_by_a_page_or_typed(typed: str) -> None:
    assert read("day", typed) == date(2026, 12, 31)


def test_dates_that_do_not_exist_are_refused() -> None:
    assert "calendrier" in refusal("day", "2026-02-30")
    assert "calendrier" in refusal("day", "0000-01-01")
    assert "année" in refusal("day", "9999-12-31")
    assert "année" in refusal("day", "0202-10-01")
    assert "31/12/2026" in refusal("day", "demain")
    assert "31/12/2026" in refusal("day", "31/12/2026", channel="json")


def test_dates_are_bounded_by_the_day_of_the_basin() -> None:
    assert read("past", "2026-11-02") == date(2026, 11, 2)
    assert refusal("past", "2026-11-03") == "Cette date ne peut pas être à venir."
    assert read("future", "2026-11-02") == date(2026, 11, 2)
    assert refusal("future", "2026-11-01") == "Cette date ne peut pas être passée."


def test_texts_are_tidied() -> None:
    assert read("line", "  Café\u0301\t à  deux \n") == "Café\u0301 à deux".replace("e\u0301", "é")
    assert read("text", "un  \r\n\r\n deux\rtrois") == "un\n\ndeux\ntrois"
    assert read("text", "   ") is None
    assert read("text", "👍🏽 شكرا") == "👍🏽 شكرا"


def test_texts_that_cannot_be_stored_or_shown_are_refused() -> None:
    for wrong in ("a\x00b", "\ud800", "\x1b[0m", "a\x85"):
        assert "illisibles" in refusal("text", wrong)


def test_texts_keep_their_length() -> None:
    assert read("text", "é" * 20) == "é" * 20
    assert refusal("text", "é" * 21) == "21 caractères\u202f: 20 au plus."
    assert "trop long" in refusal("text", "e" * 1_000_000)


def test_a_yes_is_a_yes() -> None:
    assert read("answer", "yes") is True
    assert read("answer", "no") is False
    assert read("answer", "") is None
    assert "oui" in refusal("answer", "peut-être")
    assert "oui" in refusal("answer", "yes", channel="json")


def test_an_unticked_box_is_an_answer() -> None:
    clean = Everything(context()).read({})

    assert clean["box"] is False
    assert read("box", "on") is True


def test_a_code_is_one_of_its_list() -> None:
    assert read("weather", "orange") is Weather.ORANGE
    for wrong in ("purple", "Orange", 1, ["orange"], {"orange": 1}):
        assert "proposées" in refusal("weather", wrong)


def test_a_reference_is_one_of_what_the_host_proposes() -> None:
    assert read("person_id", str(FIRST)) == FIRST
    assert read("person_id", FIRST) == FIRST
    assert "proposées" in refusal("person_id", "00000000-0000-0000-0000-0000000000ff")
    assert "proposées" in refusal("person_id", "x")


def test_a_choice_that_is_excluded_says_why() -> None:
    why = {"person_id": {str(SECOND): "Son entreprise est la bénéficiaire."}}

    assert refusal("person_id", str(SECOND), excluded=why) == "Son entreprise est la bénéficiaire."
    offered = Everything(context(excluded=why)).asked()["person_id"].options()  # type: ignore[attr-defined]
    assert [choice.value for choice in offered] != []
    assert str(SECOND) not in [choice.value for choice in offered]


def test_files_are_those_the_host_stored_each_once() -> None:
    assert read("files", [str(FIRST), str(SECOND), str(FIRST)]) == [FIRST, SECOND]
    assert read("files", str(FIRST)) == [FIRST]
    assert "forme" in refusal("files", str(FIRST), channel="json")
    assert "20" in refusal("files", [str(FIRST)] * 21)


@pytest.mark.parametrize(
    "typed", ["00000001800002", "000 000 018 00002", "000.000.018.00002", "35600000000048", "35600000049837"]
)
def test_a_siret_with_a_right_key_is_accepted(typed: str) -> None:
    siret = read("siret", typed)

    assert isinstance(siret, str)
    assert len(siret) == 14


def test_a_siret_with_a_wrong_key_is_refused() -> None:
    assert "14 chiffres" in refusal("siret", "123")
    assert "14 chiffres" in refusal("siret", "٠٠٠٠٠٠٠١٨٠٠٠٠٢")
    assert "vérifiez" in refusal("siret", "00000001800003")


def test_an_office_of_la_poste_has_digits_that_add_up_to_a_multiple_of_five() -> None:
    assert read("siret", "35600000000015") == "35600000000015"
    assert "vérifiez" in refusal("siret", "35600000000016")


def test_phones_are_stored_in_one_way() -> None:
    for typed in ("01 99 00 12 34", "0199001234", "+33 1 99 00 12 34", "01.99.00.12.34", "0033199001234"):
        assert read("phone", typed) == "+33199001234"
    assert read("phone", "+352 26 00 00 00") == "+35226000000"
    assert read("phone", "0262 90 00 00", limits={"phone_region": "RE"}) == "+262262900000"
    for wrong in ("12", "bonjour", "+", "01 99", "9" * 39):
        assert "complet" in refusal("phone", wrong)


def test_e_mails_are_checked_and_their_domain_normalised() -> None:
    assert read("email", " Membre.Un@Exemple.TEST ") == "Membre.Un@exemple.test"
    for wrong in ("x", "x@y", "a@b@c.fr", "é@exemple.fr", "a@-b.fr", "a@b..fr", "a\x00@b.fr"):
        assert refusal("email", wrong)


def test_other_identifiers_have_one_form() -> None:
    assert read("commune", "2a004") == "2A004"
    assert read("activity", "2562b") == "25.62B"
    assert read("time", "9h") == "09:00"
    assert read("time", "14 h 30") == "14:30"
    assert read("link", "https://visio.exemple.test/alize") == "https://visio.exemple.test/alize"
    assert refusal("commune", "54")
    assert refusal("activity", "boulangerie")
    assert refusal("time", "25:00")
    assert refusal("link", "javascript:alert(1)")


def test_a_value_that_is_neither_typed_nor_sent_never_crashes() -> None:
    for wrong in (object(), 10**5000, b"x", 1 + 2j, {"a": 1}, {1}, date.today):
        for name in Everything(Context(limits={"today": date(2026, 11, 2)})).asked():
            if name not in ("answer", "box"):
                assert refusal(name, wrong)
