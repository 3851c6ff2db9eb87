"""A basin at work on a whole engine, and the builders of whole lives: what stories, journeys and bars share."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import app, installing, scheduler
from engine.clock import FrozenClock, add_months
from engine.committee import sessions
from engine.demo.dossier import Dossier
from engine.demo.playing import Player
from engine.documents.plain import PlainWorkshop
from engine.outbox.captured import MailboxTransport
from engine.outbox.models import CapturedMail
from engine.outbox.transport import Refused
from engine.people import assignments, chairs, committee_seats, organisations, partnerships, persons
from engine.people.models import Assignment, Role
from engine.persistence import history
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor, UnitOfWork
from engine.registry import library
from engine.runtime import cases
from engine.runtime.models import Task
from engine.settings import Settings
from tests.stretches import remembered

PARIS = ZoneInfo("Europe/Paris")
LONG_AGO = date(2020, 1, 1)
SITTING = ("chair", "deputy", "prescriber", "mandatary", "successor")
FIRM = {
    "siret": "00000001800002",
    "name": "Mécanique du Grand Pré (démo)",
    "city": "Toul",
    "contact_name": "Camille Dupré (démo)",
    "contact_email": "dirigeant@exemple.test",
    "contact_phone": "01 99 00 11 22",
    "need": "Trouver un responsable de production.",
    "information_read": True,
}
QUALIFICATION = {"category": "development", "headcount": 12, "commune": "54528"}
DIAGNOSTIC = {
    "summary": "Un atelier de mécanique veut doubler sa production.",
    "bearer_rating": "strong",
    "project_rating": "strong",
    "impact_rating": "medium",
    "jobs_to_create": 4,
    "jobs_to_sustain": 8,
    "needs": [{"domain": "production", "days": "6"}],
    "subsidiarity": "Les autres dispositifs ne financent pas de jours d’expert.",
    "deadweight": "later",
    "opinion": "favourable",
    "has_interest": False,
}
OBJECTIVE = "Ouvrir une seconde ligne."
LIVED = ("people", "organisations", "experts", "id", "chain")
PLAYS_ON = ("engine", "clock", "_waiting")


class Mailbox(MailboxTransport):
    """The captured mails, and addresses at which nobody answers any more."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.dead: set[str] = set()

    def send(self, post: Any) -> None:
        """Keep a mail, or refuse it for good."""
        if post.letter.address in self.dead:
            raise Refused("550 5.1.1 unknown", is_address_invalid=True)
        super().send(post)


Builder = Callable[..., Dossier]


def told(builder: Builder) -> Builder:
    """Tell the beginning of a dossier's life once, unless it is told with answers of its own."""

    @remembered
    def parts(world: World) -> dict[str, Any]:
        dossier = builder(world)
        told = {each.name: getattr(dossier, each.name) for each in dataclasses.fields(dossier)}
        return {name: value for name, value in told.items() if isinstance(value, UUID | str)}

    @functools.wraps(builder)
    def begin(world: World, **answers: Any) -> Dossier:
        return builder(world, **answers) if answers else world.dossier(**parts(world))

    return begin


@dataclass
class World:
    """One basin (Terres de Lorraine's own folder, unless told), its people by a short name, a clock that plays."""

    database: Database
    clock: FrozenClock
    folder: Path
    people: dict[str, UUID] = field(default_factory=dict)
    organisations: dict[str, UUID] = field(default_factory=dict)
    experts: dict[UUID, UUID] = field(default_factory=dict)
    id: int = 0
    variant: library.BasinFolder = field(default_factory=lambda: library.basin("terres-de-lorraine"))

    def install(self) -> World:
        """Publish the basin's diagrams, seat everybody, sign the partnership agreement."""
        self.database.sources.insert(0, cases.CaseHeads())
        self.database.domain = app.domain()
        self.mailbox = Mailbox(self.database)
        settings = Settings(environment="test", data_dir=str(self.folder), base_url="https://alize.test")
        self.engine = app.Engine(settings, self.database, self.mailbox, PlainWorkshop())
        self.player = Player(self.engine, self.clock, night_by_night=timedelta(0))
        self.furnish()
        return self

    @remembered
    def furnish(self) -> None:
        """Put in an empty database what a basin has on its first morning."""
        with self.database.start_work() as work:
            basin = installing.add_basin(work, self.variant, effective_on=LONG_AGO)
            self.id, self.chain = basin.id, basin.chain_id
            for name in (*SITTING, "lender", "lender2"):
                self.add_company(work, name)
            self.seat(work)
            partnerships.sign(work, basin_id=basin.id, starts_on=date(2026, 1, 1), charter_version="2010",
                              ends_on=date(2032, 12, 31), reason="essai")  # fmt: skip
        self.session()

    # What of it a stretch of a life changes, besides the database (tests/stretches.py).

    def known(self) -> dict[str, Any]:
        """Who and where everybody is, what time did, the files of documents; where it is played."""
        plain = dataclasses.replace(self.engine.settings, database_url="sqlite://", data_dir="")
        return {
            "world": copy.deepcopy({name: vars(self).get(name) for name in LIVED}),
            "player": {name: value for name, value in vars(self.player).items() if name not in PLAYS_ON},
            "files": {str(each.relative_to(self.folder)): each.read_bytes() for each in self.files()},
            "where": (self.variant, plain, sorted(getattr(self.engine.transport, "dead", ()))),
        }

    def take_up(self, known: dict[str, Any]) -> None:
        """Know again what was known."""
        vars(self).update(copy.deepcopy(known["world"]))
        vars(self.player).update(known["player"])
        for name, content in known["files"].items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)

    def files(self) -> list[Path]:
        """The documents that were made."""
        return sorted(each for each in self.engine.documents.rglob("*") if each.is_file())

    def add_company(self, work: UnitOfWork, name: str) -> None:
        """An active partner company."""
        company = organisations.add(work, name=f"Entreprise {name} (démo)", from_date=LONG_AGO)
        self.organisations[name] = company.id
        assignments.assign(
            work, role=Role.PARTNER_COMPANY, basin_id=self.id, organisation_id=company.id, from_date=LONG_AGO
        )

    def seat(self, work: UnitOfWork) -> None:
        """A chair, four members, an officer, someone who steers, two experts."""
        common: dict[str, Any] = {"basin_id": self.id, "from_date": LONG_AGO}
        for name in (*SITTING, "officer", "steering", "expert", "expert2"):
            self.people[name] = persons.add(
                work, full_name=f"{name.title()} (démo)", email=f"{name}@exemple.test", phone="01 99 00 12 34"
            ).id
        for name in SITTING:
            committee_seats.give_seat(
                work, person_id=self.people[name], organisation_id=self.organisations[name], **common
            )
        chairs.appoint_chair(work, person_id=self.people["chair"], **common)
        assignments.assign(work, role=Role.OPERATOR, person_id=self.people["officer"], **common)
        assignments.assign(work, role=Role.STEERING, person_id=self.people["steering"], **common)
        for name, company in (("expert", "lender"), ("expert2", "lender2")):
            firm = self.organisations[company]
            self.experts[self.people[name]] = firm
            assignments.assign(
                work, role=Role.EXPERT, person_id=self.people[name], organisation_id=firm, **common
            )

    # Time.

    @property
    def today(self) -> date:
        """The local day."""
        return self.clock.instant.astimezone(PARIS).date()

    def play_until(self, day: date, *, hour: int = 9) -> None:
        """Let time pass: timers, mails, anchors, vacancies, each at its own instant."""
        self.player.play(datetime.combine(day, time(hour), tzinfo=PARIS).astimezone(UTC))

    def wait(self, **delay: float) -> None:
        """Let some time pass."""
        self.player.play(self.clock.instant + timedelta(**delay))

    def post(self) -> None:
        """Let the mails of the last act leave."""
        self.player.play(self.clock.instant + timedelta(seconds=1))

    # People.

    def acting(self, name: str, *, on_behalf_of: str | None = None) -> UnitOfWork:
        """An act of somebody."""
        represented = self.people[on_behalf_of] if on_behalf_of else None
        return self.database.start_work(Actor(self.people[name], "web"), on_behalf_of=represented)

    def role_of(self, name: str, role: Role) -> Assignment:
        """The role that somebody holds in the basin today."""
        with self.database.start_reading() as work:
            held = assignments.of_basin(work, self.id, self.today, role)
            return next(each for each in held if each.person_id == self.people[name])

    def end_role(self, name: str, role: Role) -> None:
        """Somebody's role in the basin ends today."""
        held = self.role_of(name, role)
        with self.database.start_work() as work:
            assignments.end(work, held.id, reason="essai")

    def company_leaves(self, name: str) -> None:
        """A company is no longer an active partner from today on."""
        with self.database.start_work() as work:
            for each in assignments.of_organisation(work, self.organisations[name]):
                if each.role == Role.PARTNER_COMPANY and each.valid_to is None:
                    assignments.end(work, each.id, reason="essai")

    @remembered
    def session(self, day: date | None = None) -> None:
        """Plan a session of the committee, today if no day is said."""
        with self.acting("officer") as work:
            answers = {"held_on": day or self.today, "kind": "meeting"}
            sessions.plan(work, basin_id=self.id, answers=answers)

    def meet(self, *, since: date) -> None:
        """Plan a session for today, unless one can have decided since a day."""
        with self.database.start_reading() as work:
            known = sessions.open_for_decisions(work, self.id, self.today, since=since)
        if not known:
            self.session()

    # What happened.

    def mails(
        self, name: str, kind: str | None = None, *, dossier: Dossier | None = None
    ) -> list[tuple[str, date]]:
        """The mails that somebody got, with their local days."""
        with self.database.start_reading() as work:
            found = sa.select(CapturedMail).where(CapturedMail.recipient_id == self.people[name])
            if dossier is not None:
                found = found.where(CapturedMail.case_id == dossier.case_id)
            return [
                (each.kind, each.captured_at.astimezone(PARIS).date())
                for each in work.database.scalars(found.order_by(CapturedMail.captured_at))
                if kind in {None, each.kind}
            ]

    def history(self, dossier: Dossier) -> list[str]:
        """The kinds of a dossier's history, in order."""
        table = history.history
        with self.database.start_reading() as work:
            found = sa.select(table.c.kind).where(table.c.chain_id == dossier.case_id)
            return list(work.connection.scalars(found.order_by(table.c.number)))

    def rows(self, table: type[Any], dossier: Dossier) -> list[Any]:
        """Every row of a dossier in a table, in the order they were recorded."""
        with self.database.start_reading() as work:
            column = table.case_id if hasattr(table, "case_id") else table.project_id
            return list(work.database.scalars(sa.select(table).where(column == dossier.case_id)))

    def tasks(self, dossier: Dossier, step: str) -> list[Task]:
        """Every task that a step of a dossier ever opened, in order."""
        found = self.rows(Task, dossier)
        return sorted((each for each in found if each.step == step), key=lambda each: each.opened_at)

    # Lives, as far as a test needs them told.

    def dossier(self, **parts: Any) -> Dossier:
        """A project to come; `parts` say who plays which part when it is not the usual person."""
        return Dossier(self.database, self, print_papers=self.print_papers, **parts)

    def print_papers(self) -> None:
        """Make the documents that the last acts asked for."""
        scheduler.make_papers(self.engine)

    @told
    def opened(self, **changes: Any) -> Dossier:
        """An intake, to be qualified."""
        dossier = self.dossier()
        dossier.open({**FIRM, **changes})
        return dossier

    @told
    def prescribed(self) -> Dossier:
        """The prescriber has the diagnostic to write."""
        dossier = self.opened()
        dossier.qualify(**QUALIFICATION)
        dossier.accept_prescription()
        return dossier

    @told
    def appraised(self) -> Dossier:
        """A file ready for the committee."""
        dossier = self.prescribed()
        dossier.diagnose(DIAGNOSTIC)
        dossier.check()
        return dossier

    def means(self, company: str = "lender", days: str = "6") -> list[dict[str, str]]:
        """Days of production lent by a company."""
        return [{"company_id": str(self.organisations[company]), "domain": "production", "days": days}]

    @told
    def approved(self, **answers: Any) -> Dossier:
        """An approval signed off and notified: the mandate is to be accepted."""
        dossier = self.appraised()
        self.meet(since=dossier.task("committee_decision").opened_on)
        dossier.decide("approved", **{"human_means": self.means(), **answers})
        return dossier

    @told
    def to_sign(self, **answers: Any) -> Dossier:
        """An agreement to sign: four lines."""
        dossier = self.approved(**answers)
        dossier.accept_mandate()
        dossier.prepare(OBJECTIVE)
        return dossier

    @told
    def labelled(self, **answers: Any) -> Dossier:
        """A labelled firm; its accompaniment is to be planned, its first report to come."""
        dossier = self.to_sign(**answers)
        dossier.sign_everything()
        return dossier

    @told
    def accompanied(self, **answers: Any) -> Dossier:
        """A labelled firm whose accompaniment is over: only its follow-up is left."""
        dossier = self.labelled(**answers)
        dossier.plan(dossier.intervention("production", "1", "Réorganiser l’atelier"))
        dossier.intervene("Atelier réorganisé.", (self.today, "1"))
        dossier.review_accompaniment()
        return dossier

    @told
    def at_term(self) -> Dossier:
        """A project on the first day its closure is possible, each report given on its due day."""
        dossier = self.accompanied()
        signed_on = self.today
        for number in range(1, 7):
            self.play_until(add_months(signed_on, 3 * number))
            dossier.report()
        self.post()
        return dossier


@contextmanager
def unchanged(world: World, dossier: Dossier) -> Iterator[None]:
    """What is tried inside leaves no trace in the dossier's history, and no step moved."""
    before = (world.history(dossier), dossier.steps())
    yield
    assert (world.history(dossier), dossier.steps()) == before
