"""Raise the curtain: the basins, their partnership agreements, organisations, people and first sessions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from engine import clock, installing
from engine.demo import cast
from engine.demo.almanac import Almanac
from engine.demo.cast import BasinCast, Member, Organisation
from engine.demo.stage import BasinOnStage
from engine.people import (
    accounts,
    assignments,
    chairs,
    committee_seats,
    organisations,
    partnerships,
    passwords,
    persons,
)
from engine.people.models import Role
from engine.persistence.database import Database
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import library


def settle(database: Database, almanac: Almanac) -> dict[str, BasinOnStage]:
    """Make every basin and everybody; gives the basins by their code."""
    # One hash for all: a demonstration's password is printed, and hashing is slow on purpose.
    password_hash = passwords.hash_secret(cast.PASSWORD)
    with database.start_work() as work:
        for member in cast.NATIONAL:
            person_id = add_person(work, member, number=0, password_hash=password_hash)
            assignments.assign(work, role=member.role, basin_id=None, person_id=person_id)
    named: dict[str, UUID] = {}
    return {each.code: settle_basin(database, almanac, each, named, password_hash) for each in cast.BASINS}


def settle_basin(
    database: Database, almanac: Almanac, about: BasinCast, named: dict[str, UUID], password_hash: str
) -> BasinOnStage:
    """Make one basin: its diagrams published, its partners, its agreement, its people."""
    starts_on = clock.add_months(almanac.today.replace(day=1), -about.agreement_starts)
    with database.start_work() as work:
        basin = installing.add_basin(work, library.basin(about.slug))
        stage = BasinOnStage(basin.id, about.code, sessions=almanac.sessions(about.next_session_in))
        for organisation in about.organisations:
            stage.organisations[organisation.key] = add_organisation(
                work, organisation, named, basin_id=basin.id, since=starts_on
            )
        partnerships.sign(
            work, basin_id=basin.id, starts_on=starts_on, charter_version=installing.CHARTER_VERSION
        )
        for number, member in enumerate(about.members, start=basin.id * 20):
            stage.people[member.key] = add_person(work, member, number=number, password_hash=password_hash)
            give_roles(work, stage, member, since=starts_on)
    return stage


def add_organisation(
    work: UnitOfWork, about: Organisation, named: dict[str, UUID], *, basin_id: int, since: date
) -> UUID:
    """An organisation with its status in the basin; one that another basin has is the same row (D16)."""
    if about.name not in named:
        named[about.name] = organisations.add(
            work, name=about.name, siret=about.siret, city=about.city, fictitious=about.is_invented,
            from_date=since,
        ).id  # fmt: skip
    assignments.assign(
        work, role=about.status, basin_id=basin_id, organisation_id=named[about.name], from_date=since
    )
    return named[about.name]


def add_person(work: UnitOfWork, about: Member, *, number: int, password_hash: str) -> UUID:
    """A person, with an account unless their tasks only reach them by mail."""
    person = persons.add(
        work,
        full_name=f"{about.name} (démo)",
        email=about.address,
        phone=f"01 99 00 {40 + number // 100:02d} {number % 100:02d}",
        fictitious=True,
    )
    if about.account:
        accounts.create(work, person_id=person.id, password_hash=password_hash)
    return person.id


def give_roles(work: UnitOfWork, stage: BasinOnStage, member: Member, *, since: date) -> None:
    """The seat, the chair, the office or the expertise of a person."""
    person_id = stage.people[member.key]
    if member.seat_for is not None:
        committee_seats.give_seat(
            work, basin_id=stage.id, person_id=person_id, guest=member.guest, from_date=since,
            organisation_id=stage.organisations[member.seat_for],
        )  # fmt: skip
    if member.role is Role.CHAIR:
        chairs.appoint_chair(work, basin_id=stage.id, person_id=person_id, from_date=since)
    elif member.expert_of is not None:
        company = stage.organisations[member.expert_of]
        stage.experts[person_id] = company
        assignments.assign(
            work, role=Role.EXPERT, basin_id=stage.id, person_id=person_id, organisation_id=company,
            from_date=since,
        )  # fmt: skip
    elif member.role is not Role.SEAT:
        assignments.assign(work, role=member.role, basin_id=stage.id, person_id=person_id, from_date=since)
