"""People on both databases: rules read the same, and those who act at once take turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import (
    absences,
    accounts,
    assignments,
    attempts,
    basins,
    codes,
    organisations,
    partnerships,
    permissions,
    persons,
    seats,
    second_factor,
    tokens,
)
from engine.people.models import Role, SignInAttempt
from engine.people.permissions import Permission
from engine.persistence import history
from engine.persistence.unit_of_work import Actor
from tests.unit.people.conftest import TODAY, make_committee

PASSWORD = "la brume du canal"


@pytest.fixture
def committee(database):
    return make_committee(database)


def at_once(act, times):
    """Run `act(number)` in as many threads, let go together; what each gave or raised."""
    start = Barrier(times)

    def run(number):
        start.wait()
        try:
            return act(number)
        except errors.EngineError as refusal:
            return refusal

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def open_account(database, **given):
    with database.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan", email="zoe@exemple.test")
        accounts.create(work, person_id=person.id, password=PASSWORD, **given)
    return person.id


def test_two_people_appoint_two_chairs_at_once_and_one_is_told_who(database, committee):
    with database.start_work() as work:
        [chair] = assignments.of_basin(work, committee.basin_id, TODAY, Role.CHAIR)
        assignments.end(work, chair.id, reason="Mutation")

    def appoint(number):
        with database.start_work() as work:
            return seats.appoint_chair(
                work, basin_id=committee.basin_id, person_id=committee.members[number + 1]
            ).person_id

    done = at_once(appoint, 3)

    won = [each for each in done if not isinstance(each, errors.EngineError)]
    lost = [each for each in done if isinstance(each, assignments.AlreadyHeld)]
    assert (len(won), len(lost)) == (1, 2)
    assert {refusal.details["who"] for refusal in lost} == set(won)


def test_guesses_sent_at_once_are_counted_one_after_the_other(database):
    person_id = open_account(database)

    def guess(number):
        with database.start_work() as work:
            return accounts.sign_in(work, "zoe@exemple.test", f"faux {number}", f"192.0.2.{number}")

    done = at_once(guess, 8)

    assert sum(isinstance(each, accounts.WrongCredentials) for each in done) == 5
    assert sum(isinstance(each, attempts.TooManyAttempts) for each in done) == 3
    with database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 5
        refused = sa.select(sa.func.count()).where(
            history.history.c.chain_id == person_id,
            history.history.c.kind == "people.account.sign_in_refused",
        )
        assert work.connection.scalar(refused) == 5


def test_one_code_presented_twice_at_once_opens_one_session(database):
    person_id = open_account(database)
    with database.start_work() as work:
        code = codes.send_code(work, person_id).code

    def present(number):
        with database.start_work() as work:
            return codes.verify(work, person_id=person_id, code=code, address=f"192.0.2.{number}")

    done = at_once(present, 4)

    assert sum(isinstance(each, codes.CodeSession) for each in done) == 1
    assert sum(isinstance(each, codes.WrongCode) for each in done) == 3


def test_one_recovery_code_presented_twice_at_once_serves_once(database, clock):
    import pyotp

    person_id = open_account(database)
    with database.start_work() as work:
        secret = second_factor.begin(work, person_id).secret
        recovery = second_factor.confirm(work, person_id, pyotp.TOTP(secret).at(work.wall))

    def present(number):
        with database.start_work() as work:
            return accounts.sign_in(work, "zoe@exemple.test", PASSWORD, f"192.0.2.{number}", recovery[0]).id

    done = at_once(present, 3)

    assert done.count(person_id) == 1
    assert sum(isinstance(each, second_factor.WrongSecondFactor) for each in done) == 2


def test_committee_rules_read_the_same_on_both_databases(database, committee):
    with database.start_work() as work:
        seats.designate_acting_chair(
            work, basin_id=committee.basin_id, person_id=committee.members[1], until=TODAY + timedelta(days=5)
        )
        seats.hold(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[2],
        )  # fmt: skip
        seats.replace_holder(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[3], reason="Retraite",
        )  # fmt: skip
        partnerships.sign(work, basin_id=committee.basin_id, starts_on=TODAY, charter_version="2010")
        absences.declare(work, person_id=committee.chair, first_day=TODAY, last_day=TODAY)
        basins.change_parameter(
            work, basin_id=committee.basin_id, key="ladder", value={"reminder": -14}, reason="Vote"
        )

    with database.start_reading(Actor(committee.members[3])) as work:
        asked = [
            each.person_id
            for each in seats.chairs_in_force(work, committee.basin_id, TODAY, committee.case_id)
        ]
        assert asked == [committee.members[1], committee.chair]
        assert (
            seats.chair_in_force(work, committee.basin_id, TODAY + timedelta(days=5)).person_id
            == committee.chair
        )
        assert len(seats.seats_in_force(work, committee.basin_id, TODAY)) == 4
        held = seats.holder(work, role=Role.MANDATARY, case_id=committee.case_id, on=TODAY)
        assert held.person_id == committee.members[3]
        rights = permissions.require(
            work, Permission.AWAIT, basin_id=committee.basin_id, case_id=committee.case_id
        )
        assert rights.roles(committee.basin_id) == {Role.SEAT, Role.MANDATARY}
        assert partnerships.in_force(work, committee.basin_id, TODAY).starts_on == TODAY
        assert absences.is_absent(work, committee.chair, TODAY)
        assert basins.parameter(work, committee.basin_id, "ladder") == {"reminder": -14}


def test_a_firm_is_found_again_by_name_and_number_on_both_databases(database, committee):
    with database.start_work() as work:
        firm = organisations.add(work, name="Mécanique du Grand Pré (démo)", siret="00000001800002")
        seats.hold(
            work, role=Role.BENEFICIARY, case_id=uuid4(), basin_id=committee.basin_id, organisation_id=firm.id
        )

    with database.start_reading() as work:
        for name, siret in (("MECANIQUE GRAND PRE", None), ("Autre", "000 000 018 00002")):
            assert [
                card.id for card in organisations.find_similar(work, committee.basin_id, name, siret)
            ] == [firm.id]
        assert organisations.siret_on(work, firm.id, TODAY) == "00000001800002"


def test_a_role_is_asked_inside_a_larger_statement(database, committee):
    asked = sa.select(
        assignments.held(
            person_id=sa.bindparam("person_id", type_=sa.Uuid),
            basin_id=sa.bindparam("basin_id", type_=sa.Integer),
            role=sa.bindparam("role", type_=sa.Text),
            case_id=sa.bindparam("case_id", type_=sa.Uuid),
            on=sa.bindparam("on", type_=sa.Date),
        )
    )
    with database.start_reading() as work:
        for person_id, role, expected in (
            (committee.officer, "operator", True), (committee.officer, "chair", False), (committee.chair, "chair", True),
        ):  # fmt: skip
            values = {"person_id": person_id, "basin_id": committee.basin_id, "role": role, "on": TODAY}
            assert (
                work.connection.execute(asked, values | {"case_id": committee.case_id}).scalar_one()
                is expected
            )


def test_tokens_and_devices_are_recognised_without_writing(database):
    person_id = open_account(database)
    with database.start_work() as work:
        text, _token = tokens.create(work, person_id=person_id, name="Tableur", scopes=["read"])
        secret = codes.remember_device(work, person_id)

    with database.start_reading() as work:
        assert tokens.verify(work, text).person_id == person_id
        assert codes.recognise_device(work, secret).person_id == person_id
    with database.start_work() as work:
        assert attempts.purge(work) == codes.purge(work) == 0


def test_every_act_on_people_leaves_a_chain_that_verifies(database, committee):
    open_account(database)
    with database.start_reading() as work:
        rows = work.connection.execute(sa.select(history.history).order_by(history.history.c.seq)).all()

    heads = {}
    for row in rows:
        assert history.hash_of(heads.get(row.chain_id, history.GENESIS), row._mapping) == row.hash
        heads[row.chain_id] = row.hash
        assert "Zoé" not in row.data  # Names are content, which can be erased.
    assert len(rows) > 20


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202eمرحبا 🌬", "' OR 1=1 --", "x" * 10_000])
def test_hostile_text_is_refused_or_kept_and_never_breaks_the_database(database, committee, text):
    with database.start_work() as work:
        assert persons.search(work, text) is not None
        assert persons.by_email(work, text) == []
        assert organisations.find_similar(work, committee.basin_id, text, text) == []
        assert codes.send_sign_in_code(work, text) is None
        with pytest.raises(basins.UnknownBasin):
            basins.by_slug(work, text)
    for wrong in (
        lambda work: accounts.sign_in(work, text, text, "192.0.2.7", text),
        lambda work: codes.verify_sign_in(work, email=text, code=text, address="192.0.2.7"),
        lambda work: persons.add(work, full_name="Zoé Élan", email=text),
        lambda work: organisations.add(work, name="Poudres (démo)", siret=text),
        lambda work: tokens.verify(work, text),
    ):
        with pytest.raises(errors.EngineError), database.start_work() as work:
            wrong(work)
    with database.start_work() as work:
        assert organisations.add(work, name="Poudres (démo)", city=text, phone=text).name == "Poudres (démo)"
