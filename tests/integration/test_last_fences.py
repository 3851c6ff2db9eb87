"""What two acts at once could write twice, the database writes once."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from engine.agreements.models import AdvancePayment, Agreement, ProviderRequest, Signatory
from engine.committee.agenda_models import (
    FREE,
    AgendaItem,
    Attendance,
    Ballot,
    Diffusion,
    InterestDeclaration,
    key_of,
)
from engine.committee.minutes_models import Erratum, Extract, Minutes, Observation
from engine.committee.models import CommitteeSession
from engine.persistence.base import new_id
from tests.integration.programme import Programme

DAY = date(2026, 11, 16)


@pytest.fixture
def programme(database, clock) -> Programme:
    """A project that waits for its signatures, and a session."""
    made = Programme(database, clock).install()
    made.appraise()
    made.decide()
    made.prepare()
    return made


def session_of(programme: Programme) -> UUID:
    return programme.rows(CommitteeSession)[0].id


def item(programme: Programme, key: str, **changes: object) -> AgendaItem:
    given = {
        "id": new_id(), "basin_id": programme.basin_id, "session_id": session_of(programme), "position": 1,
        "kind": FREE, "key": key, "added_at": programme.clock.instant, "added_by": uuid4(),
    }  # fmt: skip
    return AgendaItem(**given | changes)


def keep(programme: Programme, *rows: object) -> None:
    with programme.work_as("officer") as work:
        for row in rows:
            work.database.add(row)
            work.database.flush()


def once(programme: Programme, make, *, undone: dict[str, object]) -> None:
    """Check that a row stands once, and that one which stands no more lets another take its place."""
    keep(programme, make())
    with pytest.raises(sa.exc.IntegrityError):
        keep(programme, make())
    keep(programme, make(**undone), make(**undone))


def test_an_item_is_once_on_an_agenda(programme):
    key = key_of(FREE, uuid4())

    once(
        programme, lambda **changes: item(programme, key, **changes),
        undone={"removed_at": programme.clock.instant},
    )  # fmt: skip


def test_a_seat_says_one_thing_of_an_item(programme):
    asked = item(programme, key_of(FREE, uuid4()))
    keep(programme, asked)
    seat_id = uuid4()

    def ballot(**changes: object) -> Ballot:
        given = {
            "basin_id": programme.basin_id, "item_id": asked.id, "kind": "vote", "seat_id": seat_id,
            "person_id": programme.people["chair"], "choice": "for", "through": "self",
            "cast_by": programme.people["chair"], "cast_at": programme.clock.instant,
        }  # fmt: skip
        return Ballot(**given | changes)

    once(programme, ballot, undone={"withdrawn_at": programme.clock.instant})
    keep(programme, ballot(kind="opinion"))


def test_a_person_declares_once_what_links_them_to_a_project(programme):
    def declaration(**changes: object) -> InterestDeclaration:
        given = {
            "basin_id": programme.basin_id, "project_id": programme.case_id,
            "person_id": programme.people["mandatary"], "situation": "client", "is_recused": True,
            "through": "self", "declared_on": DAY, "recorded_at": programme.clock.instant,
            "recorded_by": programme.people["mandatary"],
        }  # fmt: skip
        return InterestDeclaration(**given | changes)

    once(programme, declaration, undone={"ended_on": DAY})


def test_a_line_waits_for_one_provider_at_a_time(programme):
    line = programme.rows(Signatory)[0]

    def request(**changes: object) -> ProviderRequest:
        given = {
            "basin_id": programme.basin_id, "signatory_id": line.id, "project_id": programme.case_id,
            "provider": "local", "state": "asked", "asked_at": programme.clock.instant, "asked_by": uuid4(),
        }  # fmt: skip
        return ProviderRequest(**given | changes)

    once(programme, request, undone={"state": "expired"})


def test_an_advance_is_paid_once(programme):
    def payment(**changes: object) -> AdvancePayment:
        given = {
            "basin_id": programme.basin_id, "project_id": programme.case_id, "occurred_on": DAY,
            "recorded_at": programme.clock.instant, "recorded_by": uuid4(), "amount_cents": 1_500_000,
            "paid_on": DAY, "bank_reference": "VIR 2026-118",
        }  # fmt: skip
        return AdvancePayment(**given | changes)

    once(programme, payment, undone={"struck_at": programme.clock.instant})


@pytest.mark.parametrize("table", [Attendance, Diffusion, Extract, Minutes, Erratum])
def test_what_is_numbered_or_named_within_a_session_is_there_once(programme, table):
    asked = item(programme, key_of(FREE, uuid4()))
    keep(programme, asked)
    common = {"basin_id": programme.basin_id, "session_id": session_of(programme)}
    now, person, seat = programme.clock.instant, programme.people["chair"], uuid4()
    given = {
        Attendance: {"seat_id": seat, "person_id": person, "presence": "present", "recorded_at": now,
                     "recorded_by": person},
        Diffusion: {"version": 1, "seat_id": seat, "person_id": person, "position": 0, "sent_on": DAY},
        Extract: {"item_id": asked.id, "project_id": programme.case_id, "effect": "decision",
                  "created_at": now},
        Minutes: {"version": 1, "state": "to_sign", "body": "Séance ouverte.", "body_hash": "0" * 64,
                  "drafted_at": now, "drafted_by": person},
        Erratum: {"number": 1, "wrong": "Toul", "right_text": "Nancy", "reason": "Erreur de ville",
                  "recorded_at": now, "recorded_by": person, "occurred_on": DAY},
    }[table]  # fmt: skip
    keep(programme, table(**common, **given))

    with pytest.raises(sa.exc.IntegrityError):
        keep(programme, table(**common, **given))


@pytest.mark.parametrize("about", [(), ("session", "project")], ids=["nothing", "both"])
def test_an_observation_is_about_a_session_or_about_a_project(programme, about):
    subjects = {
        "session_id": session_of(programme) if "session" in about else None,
        "project_id": programme.case_id if "project" in about else None,
    }
    given = {
        "basin_id": programme.basin_id, "text": "Le bilan tarde.", "audience": "committee",
        "written_at": programme.clock.instant, "written_by": uuid4(),
    }  # fmt: skip

    with pytest.raises(sa.exc.IntegrityError):
        keep(programme, Observation(**given, **subjects))
    keep(programme, Observation(**given, project_id=programme.case_id))


def test_a_session_s_number_is_its_own(programme):
    with programme.work_as("officer") as work:
        first = work.database.get_one(CommitteeSession, session_of(programme))
        first.number = "TDL-2026-S001"
        other = {"basin_id": programme.basin_id, "kind": "meeting", "state": "planned",
                 "planned_at": work.now, "planned_by": work.actor.person_id}  # fmt: skip
        work.database.add(CommitteeSession(**other, held_on=date(2026, 12, 1)))
        work.database.add(CommitteeSession(**other, held_on=date(2026, 12, 2)))

    with pytest.raises(sa.exc.IntegrityError):
        keep(programme, CommitteeSession(**other, held_on=date(2026, 12, 3), number="TDL-2026-S001"))


def test_signed_minutes_are_rewritten_by_nobody(programme):
    now, person = programme.clock.instant, programme.people["chair"]
    minutes = Minutes(
        basin_id=programme.basin_id, session_id=session_of(programme), version=1, state="signed",
        body="Séance ouverte.", body_hash="0" * 64, drafted_at=now, drafted_by=person, signed_on=DAY,
    )  # fmt: skip
    keep(programme, minutes)

    with pytest.raises(sa.exc.DBAPIError, match="never rewritten"), programme.work_as("officer") as work:
        work.database.execute(sa.update(Minutes).values(body="Séance levée."))
    with programme.work_as("officer") as work:
        work.database.execute(sa.update(Minutes).values(file_hash="1" * 64))


def test_the_file_of_an_agreement_is_bound_once(programme):
    [bound] = programme.rows(Agreement)
    with programme.work_as("officer") as work:
        work.database.execute(sa.update(Agreement).values(file_hash=bound.file_hash, state="to_sign"))

    with pytest.raises(sa.exc.DBAPIError, match="never rewritten"), programme.work_as("officer") as work:
        work.database.execute(sa.update(Agreement).values(file_hash="2" * 64))
