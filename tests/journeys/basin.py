"""The basin that journeys visit: its people sign in, and builders bring a project to where a story begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.app import Engine
from engine.clock import FrozenClock
from engine.committee import sessions
from engine.demo.dossier import Dossier
from engine.demo.playing import Player
from engine.people import assignments, organisations, persons
from engine.people.models import Role
from tests import stories
from tests.web import installation
from tests.web.installation import FIRM_SIRET, LONG_AGO

FIRM = "Scierie du Lac (démo)"
HEAD = "claire.lac@exemple.test"
EXPERT = "intervenant@exemple.test"


class SimulatedClock(FrozenClock):
    """The programme's time moves when told, the machine's goes its own way, as in a demonstration (D6)."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(instant)
        self.ahead = timedelta(0)

    def wall(self) -> datetime:
        """The machine's time; `ahead` makes sessions and codes older than they are."""
        return datetime.now(UTC) + self.ahead

    def set(self, instant: datetime) -> None:
        """Move the programme's time alone."""
        self.instant = instant.astimezone(UTC)


class Basin(stories.World):
    """The installation of the web tests, as the builders of whole lives see it."""

    def __init__(self, engine: Engine, clock: FrozenClock, world: installation.World) -> None:
        super().__init__(database=engine.database, clock=clock, folder=Path(engine.settings.data_dir))
        self.engine = engine
        self.id = world.basin_id
        self.people = {
            **world.people,
            "prescriber": world.people["member"],
            "mandatary": world.people["member2"],
        }
        self.organisations = dict(
            zip(("chair", "member", "member2", "member3"), world.companies, strict=False)
        )
        self.organisations["lender"] = world.companies[-1]
        self.experts = {world.people["expert"]: world.companies[-1]}
        self.player = Player(engine, clock, night_by_night=timedelta(0))

    @stories.told
    def opened(self, **changes: Any) -> Dossier:
        """An intake, to be qualified."""
        firm = {"siret": FIRM_SIRET, "name": FIRM, "contact_name": "Claire Lac (démo)", "contact_email": HEAD}
        return super().opened(**{**firm, **changes})

    def session_now(self) -> str:
        """The session in which decisions are recorded today."""
        with self.database.start_reading() as work:
            return str(sessions.open_for_decisions(work, self.id, self.today)[0].id)


def settle(engine: Engine, world: installation.World) -> None:
    """A company that lends an expert, who has no account; telephones; a written consultation of today."""
    with engine.database.start_work() as work:
        company = organisations.add(
            work, name="Fonderie prêteuse (démo)", city="Toul", phone="01 99 00 00 20", fictitious=True
        ).id
        world.companies.append(company)
        assignments.assign(
            work,
            role=Role.PARTNER_COMPANY,
            basin_id=world.basin_id,
            organisation_id=company,
            from_date=LONG_AGO,
        )
        expert = persons.add(
            work, full_name="Ivan Tervenant (démo)", email=EXPERT, phone="01 99 00 00 21", fictitious=True
        ).id
        world.people["expert"], world.emails["expert"] = expert, EXPERT
        assignments.assign(
            work, role=Role.EXPERT, basin_id=world.basin_id, person_id=expert, organisation_id=company,
            from_date=LONG_AGO,
        )  # fmt: skip
        persons.correct(work, world.people["member2"], phone="01 99 00 00 22")
        persons.correct(work, world.people["member"], phone="01 99 00 00 23")
