"""Codes by mail: ten minutes, five tries, once; devices remembered for 90 days."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import accounts, attempts, codes, persons
from engine.people.models import Device, SignInCode

ADDRESS = "192.0.2.7"
TASK = uuid4()


@pytest.fixture
def member(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        accounts.create(work, person_id=person.id)
    return person.id


@pytest.fixture
def head(sqlite):
    """The head of a firm, who has no account."""
    with sqlite.start_work() as work:
        return persons.add(work, full_name="Luc Guet", email="luc@exemple.test").id


def send(database, person_id, **given):
    with database.start_work() as work:
        return codes.send_code(work, person_id, **given).code


def verify(database, person_id, code, **given):
    with database.start_work() as work:
        return codes.verify(work, person_id=person_id, code=code, address=ADDRESS, **given)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_right_code_opens_the_members_own_session_once(sqlite, member):
    code = send(sqlite, member)
    assert len(code) == 6
    assert code.isdecimal()

    assert verify(sqlite, member, f" {code[:3]} {code[3:]} ") == codes.CodeSession(member, None)
    with pytest.raises(codes.WrongCode):
        verify(sqlite, member, code)


def test_somebody_without_account_only_gets_a_session_limited_to_the_task(sqlite, head):
    with pytest.raises(codes.OneTaskOnly):
        send(sqlite, head)
    code = send(sqlite, head, purpose=codes.TASK, task_id=TASK)

    for elsewhere in (
        {},
        {"purpose": codes.TASK, "task_id": uuid4()},
        {"purpose": codes.SIGN_IN, "task_id": TASK},
    ):
        with pytest.raises(codes.WrongCode):
            verify(sqlite, head, code, **elsewhere)
    assert verify(sqlite, head, code, purpose=codes.TASK, task_id=TASK) == codes.CodeSession(head, TASK)


def test_a_member_following_a_tasks_link_gets_their_own_session(sqlite, member):
    code = send(sqlite, member, purpose=codes.TASK, task_id=TASK)

    assert verify(sqlite, member, code, purpose=codes.TASK, task_id=TASK).scope_task_id is None


def test_a_code_is_good_for_ten_minutes(sqlite, clock, member):
    code = send(sqlite, member)
    clock.advance(minutes=9, seconds=59)
    assert verify(sqlite, member, code)

    code = send(sqlite, member)
    clock.advance(minutes=10)
    with pytest.raises(codes.WrongCode):
        verify(sqlite, member, code)


def test_five_wrong_tries_void_the_code_and_shut_the_door(sqlite, clock, member):
    code = send(sqlite, member)
    for _attempt in range(5):
        with pytest.raises(codes.WrongCode):
            verify(sqlite, member, wrong(code))

    with pytest.raises(attempts.TooManyAttempts):
        verify(sqlite, member, code)
    with sqlite.start_reading() as work:
        assert work.connection.scalar(sa.select(SignInCode.attempts)) == 5


def test_a_sixth_try_opens_nothing_though_a_password_opened_the_door_again(sqlite, member):
    code = send(sqlite, member)
    for _attempt in range(5):
        with pytest.raises(codes.WrongCode):
            verify(sqlite, member, wrong(code))
    with sqlite.start_work() as work:
        attempts.count(work, subject=member.hex, address=ADDRESS, succeeded=True)

    with pytest.raises(codes.WrongCode):
        verify(sqlite, member, code)


def test_tries_spread_over_two_codes_count_together(sqlite, member):
    for _code in range(2):
        code = send(sqlite, member)
        for _attempt in range(3):
            with pytest.raises((codes.WrongCode, attempts.TooManyAttempts)):
                verify(sqlite, member, wrong(code))
    with pytest.raises(attempts.TooManyAttempts):
        verify(sqlite, member, code)


def test_a_code_stays_good_when_another_is_asked_for_and_one_used_voids_the_others(sqlite, member):
    first, second = send(sqlite, member), send(sqlite, member)

    assert verify(sqlite, member, first)
    for code in (first, second):
        with pytest.raises(codes.WrongCode):
            verify(sqlite, member, code)


def test_only_a_code_that_this_browser_asked_for_is_taken(sqlite, member):
    with sqlite.start_work() as work:
        mine, theirs = codes.send_code(work, member), codes.send_code(work, member)

    with pytest.raises(codes.WrongCode):
        verify(sqlite, member, mine.code, among=[theirs.id])
    assert verify(sqlite, member, mine.code, among=[mine.id])


def test_somebody_who_knows_an_address_does_not_keep_its_owner_out(sqlite, member):
    with sqlite.start_work() as work:
        mine = codes.send_code(work, member, address="198.51.100.1")
    for _again in range(5):
        send(sqlite, member, address="203.0.113.9")
    with pytest.raises(codes.TooManyCodes):
        send(sqlite, member, address="203.0.113.9")

    assert send(sqlite, member, address="198.51.100.1")
    assert verify(sqlite, member, mine.code, among=[mine.id])


def test_a_mailbox_is_not_filled_from_many_addresses(sqlite, member):
    for number in range(codes.SENT_IN_ALL):
        send(sqlite, member, address=f"203.0.113.{number}")

    with pytest.raises(codes.TooManyCodes):
        send(sqlite, member, address="198.51.100.1")


def test_codes_are_kept_hashed_and_few_are_sent_at_a_time(sqlite, clock, member):
    sent = []
    for _code in range(5):
        sent.append(send(sqlite, member))
        clock.advance(minutes=1)
    with sqlite.start_reading() as work:
        kept = list(work.connection.scalars(sa.select(SignInCode.code_hash)))
    assert not any(code in hashed.split("$") for code in sent for hashed in kept)

    with pytest.raises(codes.TooManyCodes) as refusal:
        send(sqlite, member)
    assert refusal.value.details["minutes"] == 10
    clock.advance(minutes=10)
    assert send(sqlite, member)


def test_whether_an_account_exists_is_not_said(sqlite, member, head):
    with sqlite.start_work() as work:
        sent = codes.send_sign_in_code(work, "ZOE@exemple.test")
        assert sent.person_id == member
        assert codes.send_sign_in_code(work, "luc@exemple.test") is None
        assert codes.send_sign_in_code(work, "personne@exemple.test") is None

    for email in ("personne@exemple.test", "luc@exemple.test", "zoe@exemple.test"):
        with pytest.raises(codes.WrongCode), sqlite.start_work() as work:
            codes.verify_sign_in(work, email=email, code=wrong(sent.code), address=ADDRESS)
    with sqlite.start_work() as work:
        session = codes.verify_sign_in(work, email="zoe@exemple.test", code=sent.code, address=ADDRESS)
    assert session.person_id == member


def test_unknown_addresses_are_shut_out_too(sqlite):
    for _attempt in range(5):
        with pytest.raises(codes.WrongCode), sqlite.start_work() as work:
            codes.verify_sign_in(work, email="personne@exemple.test", code="000000", address=ADDRESS)
    with pytest.raises(attempts.TooManyAttempts), sqlite.start_work() as work:
        codes.verify_sign_in(work, email="personne@exemple.test", code="000000", address=ADDRESS)


def test_a_disabled_account_gets_no_code_and_its_code_opens_nothing(sqlite, member):
    code = send(sqlite, member)
    with sqlite.start_work() as work:
        accounts.disable(work, member)

    with pytest.raises(accounts.DisabledAccount):
        verify(sqlite, member, code)
    with pytest.raises(accounts.DisabledAccount):
        send(sqlite, member)
    with sqlite.start_work() as work:
        assert codes.send_sign_in_code(work, "zoe@exemple.test") is None


def test_without_address_no_code_can_be_sent(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Ève Ambre")
    with pytest.raises(codes.NoAddress):
        send(sqlite, person.id, purpose=codes.TASK, task_id=TASK)
    with pytest.raises(persons.UnknownPerson):
        send(sqlite, uuid4())


def test_a_device_is_recognised_for_90_days_and_its_secret_kept_nowhere(sqlite, clock, member):
    with sqlite.start_work() as work:
        secret = codes.remember_device(work, member, label="Téléphone", with_second_factor=True)
        assert secret not in set(work.connection.scalars(sa.select(Device.token_hash)))
    clock.advance(days=89)
    with sqlite.start_reading() as work:
        found = codes.recognise_device(work, secret)
        assert (found.person_id, found.with_second_factor) == (member, True)
        assert codes.recognise_device(work, secret + "x") is None
    clock.advance(days=1)
    with sqlite.start_reading() as work:
        assert codes.recognise_device(work, secret) is None
        assert codes.devices_of(work, member) == []


def test_a_device_can_be_forgotten_by_its_owner_only(sqlite, member, head):
    with sqlite.start_work() as work:
        secret = codes.remember_device(work, member)
        [device] = codes.devices_of(work, member)
        with pytest.raises(errors.NotFound):
            codes.forget_device(work, head, device_id=device.id)
        codes.forget_device(work, member, device_id=device.id)
        assert codes.recognise_device(work, secret) is None
        with pytest.raises(accounts.NoAccount):
            codes.remember_device(work, head)


def test_what_is_long_over_is_deleted(sqlite, clock, member):
    send(sqlite, member)
    with sqlite.start_work() as work:
        codes.remember_device(work, member)
    clock.advance(days=2)
    with sqlite.start_work() as work:
        assert codes.purge(work) == 1
    clock.advance(days=90)
    with sqlite.start_work() as work:
        assert codes.purge(work) == 1
