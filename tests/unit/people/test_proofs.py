"""Fresh proofs: half an hour, for one task or for all, void once everything is ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
import sqlalchemy as sa

from engine.people import accounts, codes, passwords, persons, proofs, second_factor
from engine.people.models import SignatureProof
from engine.people.proofs import Means
from engine.persistence.unit_of_work import Actor

ADDRESS = "192.0.2.7"
PASSWORD = "une phrase de passe solide"
TASK, OTHER_TASK = uuid4(), uuid4()


@pytest.fixture
def member(sqlite):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        accounts.create(work, person_id=person.id, password_hash=passwords.hash_secret(PASSWORD))
    return person.id


@pytest.fixture
def head(sqlite):
    """The head of a firm, who has no account."""
    with sqlite.start_work() as work:
        return persons.add(work, full_name="Luc Guet", email="luc@exemple.test").id


def take(database, person_id, purpose, task_id=None):
    """Receive a code and type it."""
    with database.start_work() as work:
        code = codes.send_code(work, person_id, purpose, task_id).code
    with database.start_work() as work:
        return codes.verify(
            work, person_id=person_id, code=code, address=ADDRESS, purpose=purpose, task_id=task_id
        )


def fresh(database, person_id, task_id=TASK, **given):
    with database.start_reading() as work:
        return proofs.fresh(work, person_id=person_id, task_id=task_id, **given)


def kept(database):
    with database.start_reading() as work:
        return list(work.database.scalars(sa.select(SignatureProof)))


@pytest.mark.parametrize(
    ("purpose", "means"),
    [
        (codes.TASK, Means.TASK_CODE),
        (codes.SIGN_IN, Means.SIGN_IN_CODE),
        (codes.SIGNATURE, Means.SIGNATURE_CODE),
    ],
)
def test_a_right_code_is_a_proof_whatever_it_was_asked_for(sqlite, clock, member, purpose, means):
    task_id = TASK if purpose == codes.TASK else None
    take(sqlite, member, purpose, task_id)

    found = fresh(sqlite, member)

    assert found is not None
    assert (found.person_id, found.task_id, found.means) == (member, task_id, means)
    assert (found.proved_at, found.address) == (clock.instant, ADDRESS)


def test_a_code_asked_for_in_order_to_sign_opens_no_session(sqlite, member):
    take(sqlite, member, codes.SIGNATURE, TASK)

    with sqlite.start_reading() as work:
        assert accounts.find(work, member).last_seen_at is None


def test_somebody_without_account_signs_on_the_code_of_their_task_alone(sqlite, head):
    take(sqlite, head, codes.TASK, TASK)

    assert fresh(sqlite, head) is not None
    assert fresh(sqlite, head, OTHER_TASK) is None
    assert fresh(sqlite, head, None) is None, "several at once lean on a proof that is for none alone"


def test_a_proof_for_no_task_is_good_for_each(sqlite, member):
    take(sqlite, member, codes.SIGNATURE)

    assert {fresh(sqlite, member, task).id for task in (TASK, OTHER_TASK, None)} == {kept(sqlite)[0].id}


def test_a_wrong_code_proves_nothing(sqlite, member):
    with sqlite.start_work() as work:
        code = codes.send_code(work, member, codes.SIGNATURE, TASK).code
    wrong = f"{(int(code) + 1) % 10**6:06}"

    with pytest.raises(codes.WrongCode), sqlite.start_work() as work:
        codes.verify(
            work, person_id=member, code=wrong, address=ADDRESS, purpose=codes.SIGNATURE, task_id=TASK
        )
    assert kept(sqlite) == []


def test_a_code_for_one_purpose_proves_nothing_for_another(sqlite, member):
    with sqlite.start_work() as work:
        code = codes.send_code(work, member, codes.SIGN_IN).code

    with pytest.raises(codes.WrongCode), sqlite.start_work() as work:
        codes.verify(work, person_id=member, code=code, address=ADDRESS, purpose=codes.SIGNATURE)
    assert kept(sqlite) == []


def test_a_proof_is_fresh_for_less_than_half_an_hour(sqlite, clock, member, head):
    take(sqlite, member, codes.SIGNATURE, TASK)
    clock.advance(minutes=29, seconds=59)
    assert fresh(sqlite, member) is not None
    assert fresh(sqlite, member, within=timedelta(minutes=5)) is None
    assert fresh(sqlite, head) is None
    clock.advance(seconds=1)

    assert fresh(sqlite, member) is None
    with sqlite.start_reading() as work, pytest.raises(proofs.ProofNeeded):
        proofs.require(work, person_id=member, task_id=TASK)


def test_the_last_proof_given_is_the_one(sqlite, clock, member):
    take(sqlite, member, codes.SIGN_IN)
    clock.advance(minutes=20)
    take(sqlite, member, codes.SIGNATURE, TASK)

    with sqlite.start_reading() as work:
        assert proofs.require(work, person_id=member, task_id=TASK).means is Means.SIGNATURE_CODE


@pytest.mark.parametrize("way", ["password", "code"])
def test_the_second_factor_is_a_proof(sqlite, clock, member, way):
    with sqlite.start_work() as work:
        secret = second_factor.begin(work, member).secret
        second_factor.confirm(work, member, pyotp.TOTP(secret).at(clock.instant))
    clock.advance(minutes=1)
    code = pyotp.TOTP(secret).at(clock.instant)

    with sqlite.start_work() as work:
        if way == "password":
            accounts.sign_in(work, "zoe@exemple.test", PASSWORD, ADDRESS, code)
        else:
            second_factor.verify(work, member, code, ADDRESS)

    found = fresh(sqlite, member)
    assert found is not None
    assert (found.means, found.address) == (Means.SECOND_FACTOR, ADDRESS)


def test_a_password_alone_is_no_proof(sqlite, member):
    with sqlite.start_work() as work:
        accounts.sign_in(work, "zoe@exemple.test", PASSWORD, ADDRESS)

    assert fresh(sqlite, member) is None


def test_ending_everything_voids_what_was_proved(sqlite, member):
    take(sqlite, member, codes.SIGNATURE, TASK)

    with sqlite.start_work(Actor(member)) as work:
        accounts.end_sessions(work, member)

    assert fresh(sqlite, member) is None
    take(sqlite, member, codes.SIGNATURE, TASK)
    assert fresh(sqlite, member) is not None


def test_a_proof_that_a_signature_leans_on_is_kept_and_the_others_are_forgotten(sqlite, clock, member, head):
    take(sqlite, member, codes.SIGNATURE, TASK)
    take(sqlite, head, codes.TASK, TASK)
    with sqlite.start_work() as work:
        leaned_on = proofs.require(work, person_id=member, task_id=TASK)
        proofs.count_use(work, leaned_on.id)
    clock.advance(days=1, seconds=1)

    with sqlite.start_work() as work:
        codes.purge(work)

    assert [(each.id, each.used_count) for each in kept(sqlite)] == [(leaned_on.id, 1)]


def test_a_proof_given_in_this_very_act_is_seen(sqlite, member):
    with sqlite.start_work() as work:
        given = proofs.prove(work, person_id=member, means="task_code", task_id=TASK, address="")

        found = proofs.require(work, person_id=member, task_id=TASK)
    assert (found.id, found.address) == (given, None)
