"""An installation to test pages on: two basins as they are published, and people in every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

from engine import app as engine_app
from engine import installing
from engine.app import Engine
from engine.clock import Clock
from engine.people import accounts, assignments, organisations, partnerships, passwords, persons, seats
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.projects import dossiers
from engine.registry import library
from engine.settings import Settings
from tests.printing import KeptWorkshop

LONG_AGO = date(2025, 1, 1)
PASSWORD = "une phrase de passe solide"
LORRAINE, VALENCIENNES = "terres-de-lorraine", "valenciennois"
# Numbers of the unassigned range whose key is right.
SIRETS = ("00000001800002", "00000002600005", "00000003400009", "00000004200002", "00000005900006")
FIRM_SIRET = "00000006700009"


@dataclass
class World:
    """Who is who: ids by the name of a role, `other_` for the second basin."""

    basins: dict[str, int] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    companies: list[UUID] = field(default_factory=list)

    @property
    def basin_id(self) -> int:
        """The first basin, in which most people are."""
        return self.basins[LORRAINE]

    @property
    def other_basin_id(self) -> int:
        """The other basin, of which the first knows nothing."""
        return self.basins[VALENCIENNES]


def settings_for(folder: Path, environment: str = "test", **others: str) -> Settings:
    """The settings of an installation kept in a folder."""
    return Settings(
        **{"database_url": f"sqlite:///{folder}/alize.db"} | others,
        secret_key="only for the tests",
        environment=environment,
        data_dir=str(folder),
    )


def open_engine(folder: Path, clock: Clock, environment: str = "test", **others: str) -> Engine:
    """An installation as its folder holds it."""
    workshop = KeptWorkshop(specimen=None if environment == "production" else folder / "seal")
    return engine_app.build(settings_for(folder, environment, **others), clock=clock, workshop=workshop)


def build(folder: Path, clock: Clock, environment: str = "test", **others: str) -> tuple[Engine, World]:
    """Make an installation, its basins and its people."""
    engine = open_engine(folder, clock, environment, **others)
    engine.create()
    world = World()
    hashed = passwords.hash_secret(PASSWORD)
    for slug in (LORRAINE, VALENCIENNES):
        with engine.database.start_work() as work:
            world.basins[slug] = installing.add_basin(work, library.basin(slug), effective_on=LONG_AGO).id
    with engine.database.start_work() as work:
        settle(work, world, hashed)
        settle_elsewhere(work, world, hashed)
        for name, role in (
            ("administrator", Role.ADMINISTRATOR),
            ("coordinator", Role.NATIONAL_COORDINATOR),
            ("auditor", Role.AUDITOR),
        ):
            give(work, world, name, role, None, hashed)
        world.people["head"] = persons.add(
            work, full_name="Dirigeante Sans Compte (démo)", email="dirigeante@exemple.test",
            phone="01 99 00 00 01", fictitious=True,
        ).id  # fmt: skip
        world.emails["head"] = "dirigeante@exemple.test"
    return engine, world


def settle(work, world: World, hashed: str) -> None:
    """The first basin: four companies with a member each, the first presiding; officers, steering."""
    basin_id = world.basin_id
    for number, siret in enumerate(SIRETS[:4], start=1):
        company = organisations.add(
            work, name=f"Entreprise partenaire {number} (démo)", siret=siret, city="Toul", fictitious=True
        ).id
        world.companies.append(company)
        assignments.assign(
            work, role=Role.PARTNER_COMPANY, basin_id=basin_id, organisation_id=company, from_date=LONG_AGO
        )
        name = "chair" if number == 1 else f"member{number - 1 or ''}".replace("member1", "member")
        person_id = known(work, world, name, hashed)
        seats.give_seat(
            work, basin_id=basin_id, person_id=person_id, organisation_id=company, from_date=LONG_AGO
        )
    seats.appoint_chair(work, basin_id=basin_id, person_id=world.people["chair"], from_date=LONG_AGO)
    give(work, world, "officer", Role.OPERATOR, basin_id, hashed)
    give(work, world, "second_officer", Role.OPERATOR, basin_id, hashed)
    give(work, world, "steering", Role.STEERING, basin_id, hashed)
    give(work, world, "basin_administrator", Role.ADMINISTRATOR, basin_id, hashed)
    partnerships.sign(work, basin_id=basin_id, starts_on=LONG_AGO, charter_version="2010")


def settle_elsewhere(work, world: World, hashed: str) -> None:
    """The other basin: an officer, and a company with its member."""
    give(work, world, "other_officer", Role.OPERATOR, world.other_basin_id, hashed)
    company = organisations.add(
        work, name="Laminoirs du Hainaut (démo)", siret=SIRETS[4], city="Valenciennes", phone="01 99 00 00 09",
        fictitious=True,
    ).id  # fmt: skip
    world.companies.append(company)
    assignments.assign(
        work, role=Role.PARTNER_COMPANY, basin_id=world.other_basin_id, organisation_id=company,
        from_date=LONG_AGO,
    )  # fmt: skip
    person_id = known(work, world, "other_member", hashed)
    seats.give_seat(
        work, basin_id=world.other_basin_id, person_id=person_id, organisation_id=company, from_date=LONG_AGO
    )


def known(work, world: World, name: str, hashed: str) -> UUID:
    """A person with an account; everybody has the same password."""
    email = f"{name.replace('_', '.')}@exemple.test"
    person = persons.add(
        work, full_name=f"{name.replace('_', ' ').title()} (démo)", email=email, fictitious=True
    )
    accounts.create(work, person_id=person.id, password_hash=hashed)
    world.people[name], world.emails[name] = person.id, email
    return person.id


def give(work, world: World, name: str, role: Role, basin_id: int | None, hashed: str) -> UUID:
    """A person with an account and a role."""
    person_id = known(work, world, name, hashed)
    assignments.assign(work, role=role, basin_id=basin_id, person_id=person_id, from_date=LONG_AGO)
    return person_id


def open_project(
    engine: Engine, world: World, *, siret: str = FIRM_SIRET, name: str = "Scierie du Lac (démo)"
) -> UUID:
    """Open a project in the first basin, as its officer does; it waits for its qualification."""
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        return dossiers.open_project(
            work,
            basin_id=world.basin_id,
            answers={
                "not_registered": False, "siret": siret, "name": name, "contact_name": "Claire Lac (démo)",
                "contact_email": "claire.lac@exemple.test", "contact_phone": "01 99 00 00 02",
                "need": "Embaucher deux compagnons.", "information_read": True, "city": "Toul",
                "brought_by_id": None, "known_member_id": None,
            },
        )  # fmt: skip
