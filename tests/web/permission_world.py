"""Two basins with the same things in each, and somebody in every role: what the permission matrix is tried on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from engine import operations
from engine.app import Engine
from engine.clock import Clock
from engine.committee import interests, observations, sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.minutes_models import Erratum
from engine.committee.models import CommitteeSession
from engine.documents import requests
from engine.documents.models import Paper, State
from engine.outbox import notify
from engine.outbox.models import CapturedMail, Message
from engine.people import assignments, basins, committee_seats, organisations, partnerships, passwords, tokens
from engine.people.models import Assignment, Organisation, Role
from engine.people.tokens import Scope
from engine.persistence import stored_clock
from engine.persistence.unit_of_work import Actor, UnitOfWork
from engine.projects import documents, dossiers, everyday
from engine.registry import shared_rehearsals
from engine.rehearsal import told
from engine.runtime import inbox, incidents, version_change
from engine.runtime.advance import OperationFailed
from engine.variants import drafts, editing, reviewing
from forms import catalogue
from tests.conftest import START
from tests.web import installation
from tests.web.installation import LORRAINE, PASSWORD, VALENCIENNES, World
from tests.web.permission_table import ROLES

FIRM = {
    "siret": "00000006700009", "name": "Scierie du Lac (démo)", "contact_name": "Claire Lac (démo)",
    "contact_email": "claire.lac@exemple.test", "need": "Embaucher deux compagnons.", "information_read": True,
}  # fmt: skip
PLACES = {"own": (LORRAINE, "officer"), "other": (VALENCIENNES, "other_officer")}


@dataclass
class Trial:
    """An installation where every route can be tried, then put back as it was."""

    folder: Path
    engine: Engine
    flask: Flask
    world: World
    things: dict[str, dict[str, object]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def browser(self, who: str) -> FlaskClient:
        """The browser of somebody, as it was just after they signed in."""
        browser = self.flask.test_client()
        if who in self.cookies:
            browser.set_cookie("alize", self.cookies[who])
        return browser

    def put_back(self) -> None:
        """Undo whatever was written: the database's file is replaced by its copy."""
        written = self.folder / "alize.db-wal"
        if not (written.exists() and written.stat().st_size):
            return
        self.engine.database.dispose()
        for file in self.folder.glob("alize.db*"):
            file.unlink()
        shutil.copy(self.folder / "pristine.db", self.folder / "alize.db")

    def keep(self) -> None:
        """Copy the database as it is now: what `put_back` goes back to."""
        with self.engine.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.engine.database.dispose()
        shutil.copy(self.folder / "alize.db", self.folder / "pristine.db")


def build(folder: Path, clock: Clock) -> Trial:
    """Make the two basins, everybody, and one thing of each sort in each basin."""
    from web import app as web_app

    engine, world = installation.build(folder, clock)
    hashed = passwords.hash_secret(PASSWORD)
    with engine.database.start_work() as work:
        for number in range(3):
            company = organisations.add(work, name=f"Forge du Nord {number} (démo)", fictitious=True)
            assignments.assign(
                work, role=Role.PARTNER_COMPANY, basin_id=world.other_basin_id, organisation_id=company.id,
                from_date=installation.LONG_AGO,
            )  # fmt: skip
        partnerships.sign(
            work, basin_id=world.other_basin_id, starts_on=date(2025, 1, 1), charter_version="2010"
        )
        installation.known(work, world, "expert", hashed)
    flask = web_app.create_app(engine)
    flask.config["WTF_CSRF_ENABLED"] = False
    for limiter in flask.extensions["limiter"]:
        limiter.enabled = False
    trial = Trial(folder, engine, flask, world)
    for place in PLACES:
        trial.things[place] = furnish(trial, place)
    with engine.database.start_work() as work:
        assignments.assign(
            work, role=Role.EXPERT, basin_id=world.basin_id, person_id=world.people["expert"],
            case_id=trial.things["own"]["project_id"], from_date=installation.LONG_AGO,
        )  # fmt: skip
    with engine.database.start_work() as work:
        stored_clock.set_instant(work.connection, START)
    engine.database.clock = stored_clock.StoredClock(engine.database.engine)
    for who in ROLES:
        sign_in(trial, who)
    trial.keep()
    return trial


def sign_in(trial: Trial, who: str) -> None:
    """A browser with a session, and a token that may everything its holder may."""
    person_id = trial.world.people[who]
    browser = trial.flask.test_client()
    answer = browser.post("/connexion", data={"email": trial.world.emails[who], "password": PASSWORD})
    assert answer.status_code == 303, (who, answer.status_code)
    cookie = browser.get_cookie("alize")
    assert cookie is not None
    trial.cookies[who] = cookie.value
    with trial.engine.database.start_work(Actor(person_id, "cli")) as work:
        text, _row = tokens.create(work, person_id=person_id, name="essai", scopes=tuple(Scope))
    trial.texts[who] = text


def furnish(trial: Trial, place: str) -> dict[str, object]:
    """One thing of each sort in a basin; the values that its addresses take."""
    slug, who = PLACES[place]
    basin_id, actor = trial.world.basins[slug], Actor(trial.world.people[who])
    database = trial.engine.database
    with database.start_work(actor) as work:
        context = operations.page_context(work, "intake", basin_id=basin_id, channel="json")
        project_id = dossiers.open_project(
            work, basin_id=basin_id, answers=catalogue.load("intake", FIRM, context)
        )
    with database.start_work(actor) as work:
        task = inbox.open_of_case(work, project_id)[0]
        note = everyday.write_note(work, project_id=project_id, text="Une note.", audience="committee")
        agreement_id = partnerships.of_basin(work, basin_id)[0].id
        document = documents.add(
            work, documents.Store(trial.engine.documents), project_id=project_id, name="a.pdf",
            content=b"%PDF-1.4 " + place.encode(),
        )  # fmt: skip
        session = sessions.plan(
            work, basin_id=basin_id, answers={"held_on": date(2026, 12, 10), "kind": "meeting"}
        )
        found = {
            "task_id": task.id,
            "record_id": note.id,
            "document_id": document.id,
            "session_id": session.id,
            "item_id": (item_id := an_item(work, session)),
            "item_key": work.database.get_one(AgendaItem, item_id).key,
            "declaration_id": a_declaration(work, project_id, trial.world.people),
            "erratum_id": an_erratum(work, session),
            "observation_id": observations.write(work, session_id=session.id, text="Essai.").id,
        }
    failure = OperationFailed(
        case_id=project_id, basin_id=basin_id, instance_id=project_id, process="appraisal", step="qualify",
        operation="projects.record_qualification", task_id=task.id, cause=ValueError("essai"),
    )  # fmt: skip
    return {
        **found,
        **people_of(trial, basin_id, who),
        "project_id": project_id,
        "incident_id": incidents.record(database, failure, actor=actor),
        "message_id": a_message(trial, project_id, basin_id, who),
        "mail_id": a_mail(trial),
        **a_paper(trial, project_id, basin_id, who),
        **a_draft(trial, basin_id, who),
        "shared_id": a_shared_rehearsal(trial, basin_id, who),
        "batch_id": a_batch(trial, project_id, basin_id, who),
        "agreement_id": agreement_id, "name": "advance.max-months",
        "slug": slug, "process": "project", "extension": "csv", "format": "csv", "number": 0,
        "token_id": a_token(trial, who), "absence_id": uuid4(), "plan_id": uuid4(), "substitution_id": uuid4(), "device_id": uuid4(), "token": "x" * 43, "filename": "icon.svg",
    }  # fmt: skip


def a_batch(trial: Trial, project_id: UUID, basin_id: int, who: str) -> UUID:
    """A change of version that was asked for, to the version that the project is on."""
    with trial.engine.database.start_work(Actor(trial.world.people[who])) as work:
        version_id = version_change.numbered(work, basin_id=basin_id, number=1)
        return version_change.order(
            work, basin_id=basin_id, case_ids=[project_id], to_version_id=version_id, reason="Essai."
        )


def a_shared_rehearsal(trial: Trial, basin_id: int, who: str) -> UUID:
    """A rehearsal that somebody shared, in which nothing happened."""
    day = date(2026, 1, 5)
    played = told.Rehearsal(
        day, day, told.How.MONTHS_OVER, None, "", told.Said("Rien."), (), told.Summary({}, {}, {}), {}, {}, ""
    )
    with trial.engine.database.start_work(Actor(trial.world.people[who])) as work:
        return shared_rehearsals.share(
            work, basin_id=basin_id, title="Essai", content_hash="", asked={},
            result=told.as_mapping(played),
        )  # fmt: skip


STEP = {"process": "appraisal", "step": "qualify", "reason": "Essai."}
CHANGES: tuple[dict[str, object], ...] = (
    {"kind": "step", "id": "basin_visite", "point": "before_agenda", "name": "Visite", "role": "operator",
     "due": "P5D", "form": "basin_note", "reason": "Essai."},
    {"kind": "due", "due": "P7D", **STEP},
    {"kind": "name", "name": "Accueillir la demande", **STEP},
)  # fmt: skip


def a_draft(trial: Trial, basin_id: int, who: str) -> dict[str, object]:
    """A draft of the basin's process, handed in, with a change of each kind."""
    with trial.engine.database.start_work(Actor(trial.world.people[who])) as work:
        draft = drafts.open_draft(work, basin_id=basin_id)
        for change in CHANGES:
            editing.put_change(
                work, draft_id=draft.id, revision=draft.revision, change=change, subject=str(change["kind"])
            )
        reviewing.submit(work, draft_id=draft.id, revision=draft.revision)
    return {
        "draft_id": draft.id, "change_key": "step.basin-visite", "step_key": "step.basin-visite",
        "questions_key": "questions.qualification", "delay_key": "due.appraisal.qualify",
        "name_key": "name.appraisal.qualify", "version_number": 1,
    }  # fmt: skip


def an_erratum(work: UnitOfWork, session: CommitteeSession) -> UUID:
    """An erratum of a session's minutes."""
    erratum = Erratum(
        id=uuid4(), basin_id=session.basin_id, session_id=session.id, number=1, wrong="A", right_text="B",
        reason="C", recorded_at=work.now, recorded_by=work.actor.person_id, occurred_on=START.date(),
    )  # fmt: skip
    work.database.add(erratum)
    return erratum.id


def an_item(work: UnitOfWork, session: CommitteeSession) -> UUID:
    """An item that an officer typed on a session's agenda."""
    item = AgendaItem(
        id=uuid4(), basin_id=session.basin_id, session_id=session.id, position=0, kind="free",
        key=f"free:{uuid4().hex}", title="Essai", added_at=work.now, added_by=work.actor.person_id,
    )  # fmt: skip
    work.database.add(item)
    return item.id


def a_declaration(work: UnitOfWork, project_id: UUID, people: Mapping[str, UUID]) -> UUID:
    """What a member of the basin’s committee declared about its project: the one that the table is about."""
    basin_id = dossiers.find(work, project_id).basin_id
    seated = {
        seat.person_id
        for seat in committee_seats.seats_in_force(work, basin_id, basins.today(work, basin_id))
    }
    member = people["member"] if people["member"] in seated else min(seated)
    return interests.declare(work, project_id=project_id, situation="none", person_id=member).id


def people_of(trial: Trial, basin_id: int, who: str) -> dict[str, UUID]:
    """Somebody, an organisation and a role of a basin."""
    with trial.engine.database.start_reading() as work:
        role = work.connection.execute(
            sa.select(Assignment.id, Assignment.organisation_id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Assignment.basin_id == basin_id, Assignment.role == Role.PARTNER_COMPANY.value)
            .order_by(Organisation.name)
        ).first()
        member = work.connection.execute(
            sa.select(Assignment.id).where(
                Assignment.basin_id == basin_id, Assignment.person_id == trial.world.people[who]
            )
        ).first()
    assert role is not None
    assert member is not None
    return {
        "person_id": trial.world.people[who],
        "organisation_id": role.organisation_id,
        "assignment_id": member.id,
    }


def a_message(trial: Trial, project_id: UUID, basin_id: int, who: str) -> UUID:
    """A mail about a project, that nobody could deliver."""
    with trial.engine.database.start_work() as work:
        row = notify.row(
            work, kind="project_withdrawn", recipient_id=trial.world.people[who], case_id=project_id,
            basin_id=basin_id, data={"withdrawn_on": START.date()}, reference="TDL-2026-001",
        )  # fmt: skip
        notify.post(work, [row])
        work.flush()
        message = work.database.get_one(Message, row["id"])
        message.outcome, message.failed_at, message.failure = "failed", work.now, "550"
        return message.id


def a_paper(trial: Trial, project_id: UUID, basin_id: int, who: str) -> dict[str, object]:
    """A document of a project that could not be made, and what is printed on it."""
    with trial.engine.database.start_work(Actor(trial.world.people[who])) as work:
        paper_id = requests.ask(
            work, kind="decision_letter", subject_id=uuid4(), chain_id=project_id, basin_id=basin_id,
            project_id=project_id, name="Décision.pdf", audience="project",
        )  # fmt: skip
        work.flush()
        paper = work.database.get_one(Paper, paper_id)
        paper.state, paper.failed_at, paper.failure = State.FAILED.value, work.now, "essai"
    return {"paper_id": paper_id, "code": paper_id.hex, "text_id": uuid4(), "reference": uuid4().hex}


def a_token(trial: Trial, who: str) -> UUID:
    """A token of the basin's officer, besides the one they use."""
    person_id = trial.world.people[who]
    with trial.engine.database.start_work(Actor(person_id, "cli")) as work:
        _text, row = tokens.create(work, person_id=person_id, name="un autre")
        return row.id


def a_mail(trial: Trial) -> UUID:
    """A mail in the mailbox of the demonstration, if there is one."""
    with trial.engine.database.start_reading() as work:
        return work.database.scalars(sa.select(CapturedMail.id)).first() or uuid4()
