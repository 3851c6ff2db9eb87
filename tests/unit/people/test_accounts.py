"""Signing in with a password: what is refused, what it says, what it never says."""

from __future__ import annotations

import pyotp
import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import accounts, attempts, codes, passwords, persons, second_factor, tokens
from engine.people.models import Account, RecoveryCode, SignInAttempt
from engine.persistence import history
from tests import remembered

PASSWORD = "la brume du canal"
ADDRESS = "192.0.2.7"


@pytest.fixture
def zoe(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        accounts.create(work, person_id=person.id, password=PASSWORD)
    return person


def sign_in(database, *, email="zoe@exemple.test", password=PASSWORD, address=ADDRESS, **given):
    with database.start_work() as work:
        return accounts.sign_in(work, email, password, address, **given)


def fail(database, times, **given):
    for _attempt in range(times):
        with pytest.raises(errors.NotAllowed):
            sign_in(database, **{"password": "faux"} | given)


def kinds(database, person_id):
    with database.start_reading() as work:
        of_person = sa.select(history.history.c.kind).where(history.history.c.chain_id == person_id)
        return list(work.connection.scalars(of_person.order_by(history.history.c.number)))


def enrol(database, person_id):
    with database.start_work() as work:
        enrolment = second_factor.begin(work, person_id)
        recovery = second_factor.confirm(work, person_id, pyotp.TOTP(enrolment.secret).at(work.wall))
    return pyotp.TOTP(enrolment.secret), recovery


def test_the_right_password_signs_in_whatever_the_case_of_the_address(sqlite, zoe):
    assert sign_in(sqlite, email=" ZOE@exemple.test").id == zoe.id
    with sqlite.start_reading() as work:
        assert accounts.find(work, zoe.id).last_seen_at == work.wall
    assert kinds(sqlite, zoe.id)[-1] == "people.account.signed_in"


def test_an_unknown_address_a_passwordless_account_and_a_wrong_password_are_one_refusal(sqlite, zoe):
    with sqlite.start_work() as work:
        luc = persons.add(work, full_name="Luc Guet", email="luc@exemple.test")
        accounts.create(work, person_id=luc.id)

    said = set()
    for email, password in (
        ("personne@exemple.test", PASSWORD), ("luc@exemple.test", PASSWORD), ("zoe@exemple.test", "faux"),
        ("zoe@exemple.test", PASSWORD + "x" * 300), ("zoe@exemple.test", "\ud800"), ("", ""),
    ):  # fmt: skip
        with pytest.raises(accounts.WrongCredentials) as refusal:
            sign_in(sqlite, email=email, password=password)
        said.add((type(refusal.value), refusal.value.message, str(refusal.value.details)))
    assert len(said) == 1


def test_a_wrong_password_is_counted_and_told_to_history_although_it_is_refused(sqlite, zoe):
    fail(sqlite, 1)

    with sqlite.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 1
    assert kinds(sqlite, zoe.id)[-1] == "people.account.sign_in_refused"


def test_five_failures_shut_the_door_for_a_quarter_of_an_hour_even_to_the_right_password(sqlite, clock, zoe):
    fail(sqlite, 5)
    clock.advance(minutes=5)

    with pytest.raises(attempts.TooManyAttempts) as refusal:
        sign_in(sqlite)
    assert refusal.value.message == "Trop d’essais ont échoué. Réessayez dans 10 min."
    assert (refusal.value.details["until"] - clock.wall()).total_seconds() == 600

    fail(sqlite, 20)  # Trying on does not keep the door shut.
    clock.advance(minutes=10)
    assert sign_in(sqlite).id == zoe.id


def test_an_unknown_address_is_shut_out_as_a_known_one_is(sqlite, zoe):
    fail(sqlite, 5, email="personne@exemple.test")

    with pytest.raises(attempts.TooManyAttempts):
        sign_in(sqlite, email="personne@exemple.test")
    assert sign_in(sqlite).id == zoe.id


def test_a_success_starts_the_count_again(sqlite, clock, zoe):
    fail(sqlite, 4)
    clock.advance(seconds=1)
    sign_in(sqlite)
    clock.advance(seconds=1)
    fail(sqlite, 4)

    assert sign_in(sqlite).id == zoe.id


def test_one_network_address_cannot_try_many_accounts(sqlite, zoe):
    for number in range(attempts.FAILURES_PER_ADDRESS):
        fail(sqlite, 1, email=f"essai{number}@exemple.test")

    with pytest.raises(attempts.TooManyAttempts):
        sign_in(sqlite)
    assert sign_in(sqlite, address="192.0.2.8").id == zoe.id


def test_a_disabled_account_says_so_only_to_the_right_password(sqlite, zoe):
    with sqlite.start_work() as work:
        accounts.disable(work, zoe.id)
        accounts.disable(work, zoe.id)

    with pytest.raises(accounts.WrongCredentials):
        sign_in(sqlite, password="faux")
    with pytest.raises(accounts.DisabledAccount):
        sign_in(sqlite)
    with sqlite.start_work() as work:
        accounts.enable(work, zoe.id)
        accounts.enable(work, zoe.id)
    assert sign_in(sqlite).id == zoe.id
    assert kinds(sqlite, zoe.id).count("people.account.disabled") == 1


def test_a_registered_application_is_asked_for_after_the_password(sqlite, clock, zoe):
    application, _recovery = enrol(sqlite, zoe.id)
    clock.advance(minutes=1)

    with pytest.raises(accounts.WrongCredentials):
        sign_in(sqlite, password="faux", second_factor=application.at(clock.wall()))
    with pytest.raises(second_factor.SecondFactorNeeded):
        sign_in(sqlite)
    with pytest.raises(second_factor.WrongSecondFactor):
        sign_in(sqlite, second_factor="000000x")
    assert sign_in(sqlite, second_factor=application.at(clock.wall())).id == zoe.id
    assert sign_in(sqlite, demonstration=True).id == zoe.id


def test_a_code_of_the_application_is_good_once_and_for_a_step_around(sqlite, clock, zoe):
    application, _recovery = enrol(sqlite, zoe.id)
    clock.advance(minutes=1)
    code = application.at(clock.wall())
    sign_in(sqlite, second_factor=code)

    with pytest.raises(second_factor.WrongSecondFactor):
        sign_in(sqlite, second_factor=code)
    clock.advance(minutes=10)
    late = application.at(clock.wall())
    clock.advance(seconds=30)
    assert sign_in(sqlite, second_factor=f"{late[:3]} {late[3:]}").id == zoe.id
    clock.advance(minutes=10)
    with pytest.raises(second_factor.WrongSecondFactor):
        sign_in(sqlite, second_factor=late)


def test_wrong_second_factors_shut_the_door_too(sqlite, clock, zoe):
    application, _recovery = enrol(sqlite, zoe.id)
    clock.advance(minutes=1)
    for _attempt in range(5):
        with pytest.raises(second_factor.WrongSecondFactor):
            sign_in(sqlite, second_factor="000000x")

    with pytest.raises(attempts.TooManyAttempts):
        sign_in(sqlite, second_factor=application.at(clock.wall()))


def test_a_recovery_code_stands_once_for_a_lost_application(sqlite, clock, zoe):
    _application, recovery = enrol(sqlite, zoe.id)
    assert len(set(recovery)) == 10

    assert sign_in(sqlite, second_factor=recovery[3].upper()).id == zoe.id
    with pytest.raises(second_factor.WrongSecondFactor):
        sign_in(sqlite, second_factor=recovery[3])
    with sqlite.start_reading() as work:
        assert second_factor.recovery_codes_left(work, zoe.id) == 9
        kept = set(work.connection.scalars(sa.select(RecoveryCode.code_hash)))
        assert not kept & {code.replace("-", "") for code in recovery}


def test_the_application_must_prove_itself_and_can_be_removed(sqlite, clock, zoe):
    with sqlite.start_work() as work, pytest.raises(errors.InvalidAnswers):
        second_factor.confirm(work, zoe.id, "123456")
    with sqlite.start_work() as work:
        assert second_factor.begin(work, zoe.id).uri.startswith("otpauth://totp/")
        with pytest.raises(errors.InvalidAnswers):
            second_factor.confirm(work, zoe.id, "12345x")
    assert sign_in(sqlite).id == zoe.id
    enrol(sqlite, zoe.id)
    with sqlite.start_work() as work, pytest.raises(errors.Conflict):
        second_factor.begin(work, zoe.id)

    with sqlite.start_work() as work:
        second_factor.remove(work, zoe.id)
        assert second_factor.recovery_codes_left(work, zoe.id) == 0
    assert sign_in(sqlite).id == zoe.id
    with sqlite.start_work() as work, pytest.raises(errors.NotFound):
        second_factor.begin(work, accounts.find(work, zoe.id).person_id.__class__(int=7))


def test_chair_and_officer_must_register_an_application_outside_a_demonstration(sqlite, committee):
    with sqlite.start_work() as work:
        for person in (committee.chair, committee.officer, committee.members[1]):
            accounts.create(work, person_id=person)
        assert second_factor.must_set_up(work, committee.chair)
        assert second_factor.must_set_up(work, committee.officer)
        assert not second_factor.must_set_up(work, committee.officer, demonstration=True)
        assert not second_factor.must_set_up(work, committee.members[1])
    enrol(sqlite, committee.officer)
    with sqlite.start_reading() as work:
        assert not second_factor.must_set_up(work, committee.officer)


def test_the_second_factor_after_a_code_by_mail_is_counted(sqlite, clock, zoe):
    application, _recovery = enrol(sqlite, zoe.id)
    clock.advance(minutes=1)
    with sqlite.start_work() as work:
        second_factor.verify(work, zoe.id, application.at(clock.wall()), ADDRESS)
    clock.advance(minutes=1)
    for _attempt in range(5):
        with pytest.raises(second_factor.WrongSecondFactor), sqlite.start_work() as work:
            second_factor.verify(work, zoe.id, "000000x", ADDRESS)
    with pytest.raises(attempts.TooManyAttempts), sqlite.start_work() as work:
        second_factor.verify(work, zoe.id, application.at(clock.wall()), ADDRESS)


def test_another_password_ends_sessions_devices_and_tokens(sqlite, zoe):
    with sqlite.start_work() as work:
        generation = accounts.find(work, zoe.id).generation
        device = codes.remember_device(work, zoe.id)
        token, _row = tokens.create(work, person_id=zoe.id, name="Tableur")

    with pytest.raises(accounts.WrongCredentials), sqlite.start_work() as work:
        accounts.change_password(work, zoe.id, current="faux", new="un autre chemin creux", address=ADDRESS)
    with sqlite.start_reading() as work:
        assert accounts.find(work, zoe.id).generation == generation
    with sqlite.start_work() as work:
        accounts.change_password(work, zoe.id, current=PASSWORD, new="un autre chemin creux", address=ADDRESS)

    with sqlite.start_reading() as work:
        assert accounts.find(work, zoe.id).generation > generation
        assert codes.recognise_device(work, device) is None
        with pytest.raises(tokens.InvalidToken):
            tokens.verify(work, token)
    assert sign_in(sqlite, password="un autre chemin creux").id == zoe.id


def test_a_password_may_be_given_up_for_codes(sqlite, zoe):
    with sqlite.start_work() as work:
        accounts.set_password(work, zoe.id, None)
    with pytest.raises(accounts.WrongCredentials):
        sign_in(sqlite)
    with sqlite.start_work() as work:
        accounts.change_password(work, zoe.id, current=None, new=PASSWORD, address=ADDRESS)
    assert sign_in(sqlite).id == zoe.id


@pytest.mark.parametrize("weak", ["court", "aaaaaaaaaaaaaaaa", "Élodie Marchand 1", "x" * 201])
def test_a_weak_password_is_refused_with_what_to_do(weak):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        passwords.require_strong(weak, full_name="Élodie Marchand", email="elodie@exemple.test")
    assert len(refusal.value.messages["password"]) == 1


def test_passwords_are_hashed_with_argon2id_at_owasps_costs(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", remembered.IN_SERVICE)

    assert passwords.hash_secret(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_who_has_no_password_is_compared_at_the_same_costs():
    assert remembered.IN_SERVICE.check_needs_rehash(remembered.NOBODY_IN_SERVICE) is False
    assert remembered.IN_SERVICE.verify(remembered.NOBODY_IN_SERVICE, "nobody has this password")


def test_a_hash_made_at_other_costs_is_made_again_at_the_next_sign_in(sqlite, zoe):
    import argon2

    cheap = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with sqlite.start_work() as work:
        work.database.get(Account, zoe.id).password_hash = cheap
    sign_in(sqlite)
    with sqlite.start_reading() as work:
        assert accounts.find(work, zoe.id).password_hash != cheap
    assert sign_in(sqlite).id == zoe.id


def test_an_account_needs_an_address_and_exists_once(sqlite, zoe):
    with sqlite.start_work() as work:
        luc = persons.add(work, full_name="Luc Guet")
        with pytest.raises(errors.InvalidAnswers):
            accounts.create(work, person_id=luc.id)
        accounts.create(
            work, person_id=luc.id, email="Luc@exemple.test", password_hash=passwords.hash_secret(PASSWORD)
        )
        assert [person.full_name for person, _account in accounts.every(work)] == ["Luc Guet", "Zoé Élan"]
    with pytest.raises(accounts.AccountExists), sqlite.start_work() as work:
        accounts.create(work, person_id=zoe.id)
    assert sign_in(sqlite, email="luc@exemple.test").full_name == "Luc Guet"


def test_old_attempts_are_forgotten(sqlite, clock, zoe):
    fail(sqlite, 2)
    clock.advance(days=1, seconds=1)
    fail(sqlite, 1)
    with sqlite.start_work() as work:
        assert attempts.purge(work) == 2
