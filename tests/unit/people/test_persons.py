"""Persons: what is checked when one is added, and what follows a correction."""

from __future__ import annotations

import pytest

from engine import errors
from engine.people import accounts, persons


def test_a_person_is_kept_trimmed_with_a_folded_address(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="  Zoé Élan ", email=" Zoe@Exemple.TEST ", phone="")

    assert (person.full_name, person.email, person.phone) == ("Zoé Élan", "zoe@exemple.test", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", " "), ("full_name", "x" * 201), ("full_name", "Zoé\x00"), ("email", "zoe"),
        ("email", "a b@exemple.test"), ("email", "zoe@exemple"), ("email", f"{'z' * 250}@exemple.test"),
        ("phone", "demain"), ("locale", "de"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_written(sqlite, field, value):
    with pytest.raises(errors.InvalidAnswers) as refusal, sqlite.start_work() as work:
        persons.add(work, **{"full_name": "Zoé Élan"} | {field: value})

    assert list(refusal.value.messages) == [field]
    with sqlite.start_reading() as work:
        assert persons.search(work, "") == []


def test_search_ignores_accents_and_the_order_of_words(sqlite):
    with sqlite.start_work() as work:
        persons.add(work, full_name="Zoé Élan")
        persons.add(work, full_name="Zoé Marche")

    with sqlite.start_reading() as work:
        assert [person.full_name for person in persons.search(work, "elan ZOE")] == ["Zoé Élan"]
        assert persons.search(work, "%") != []  # Punctuation is no pattern: it folds to nothing.
        assert persons.search(work, "absent") == []


def test_the_account_follows_a_corrected_address_which_is_presumed_to_work(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        accounts.create(work, person_id=person.id)
        assert persons.mark_address_invalid(work, person.id)
        assert not persons.mark_address_invalid(work, person.id)

    with sqlite.start_work() as work:
        persons.correct(work, person.id, email="elan@exemple.test")

    with sqlite.start_reading() as work:
        assert persons.find(work, person.id).address_invalid_at is None
        assert accounts.find_by_email(work, "elan@exemple.test").person_id == person.id
        assert accounts.find_by_email(work, "zoe@exemple.test") is None


def test_two_accounts_cannot_share_an_address_though_two_persons_may(sqlite):
    with sqlite.start_work() as work:
        one = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        other = persons.add(work, full_name="Luc Élan", email="luc@exemple.test")
        accounts.create(work, person_id=one.id)
        accounts.create(work, person_id=other.id)
        head = persons.add(work, full_name="Ève Élan", email="zoe@exemple.test")

    with pytest.raises(errors.InvalidAnswers), sqlite.start_work() as work:
        persons.correct(work, other.id, email="zoe@exemple.test")
    with pytest.raises(accounts.AccountExists), sqlite.start_work() as work:
        accounts.create(work, person_id=head.id)
    with pytest.raises(errors.InvalidAnswers), sqlite.start_work() as work:
        persons.correct(work, one.id, email="")


def test_an_unknown_person_is_not_found(sqlite, committee):
    with sqlite.start_reading() as work:
        assert persons.names(work, [committee.chair, None]) == {committee.chair: "Membre 1 TDL"}
        assert persons.names(work, []) == {}
        with pytest.raises(persons.UnknownPerson):
            persons.find(work, committee.firm)
