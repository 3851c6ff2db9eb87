"""Each user task of the shipped diagrams, on real projects: who may complete it, in whose name (D17, D18)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from lxml import etree

from engine import errors, installing
from engine.clock import FrozenClock
from engine.committee import agenda, items, sessions
from engine.people import assignments, persons
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.projects import closing
from engine.projects.models import Project
from engine.registry import library
from engine.runtime import tasks
from engine.runtime.models import Task
from forms import catalogue
from tests.conftest import START, sqlite_database
from tests.stories import DIAGNOSTIC, LONG_AGO, OBJECTIVE, World
from tests.web.task_table import PEOPLE, PERSONAL, rows

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
EXTENSION = "{https://alize.example/bpmn}"
OPINION = {"findings": "Elle tient.", "recommendation": "favourable", "days_spent": "1.5"}


class Undone(Exception):
    """Raised at the end of each try, so that nothing of it stays."""


class Trials:
    """What each person met on each task, as projects are led through their lives."""

    world: World

    def __init__(self) -> None:
        self.own: dict[str, str] = {}
        self.behalf: dict[str, str] = {}
        self.personal: set[str] = set()

    def look(self, dossier) -> None:
        """Try every open task of a project that was not tried before."""
        for task in dossier.open_tasks():
            key = "/".join(
                filter(None, (task.process, task.step, task.role == "signatory" and task.capacity))
            )
            if key in self.own:
                continue
            represented = (
                task.assignee_id or self.world.people["chair" if task.role == "chair" else "officer"]
            )
            self.own[key] = "".join(self.verdict(who, task) for who in self.people(dossier))
            self.behalf[key] = "".join(self.verdict(who, task, represented) for who in self.people(dossier))
            if task.personal:
                self.personal.add(task.step)

    def people(self, dossier):
        """Everybody of the table; the firm's head is the project's own."""
        head = dossier.project().sme_head_id
        return [head if name == "head" else self.world.people[name] for name in PEOPLE]

    def verdict(self, person, task: Task, on_behalf_of=None) -> str:
        """What completing a task answers somebody; what they say is refused afterwards, or undone."""
        try:
            with self.world.database.start_work(Actor(person, "api"), on_behalf_of=on_behalf_of) as work:
                with contextlib.suppress(catalogue.InvalidAnswers, errors.InvalidAnswers):
                    tasks.complete(work, task_id=task.id, answers={}, channel="json")
                raise Undone  # noqa: TRY301 - leaving the unit by an exception is what undoes it
        except Undone:
            return "."
        except errors.NotAllowed:
            return "-"
        except errors.NotFound:
            return "0"


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    found = Trials()
    found.world = a_world(tmp_path_factory.mktemp("tasks"))
    for life in (to_a_decision, to_a_label, to_a_late_report, to_a_closure, without_a_company):
        life(found.world, found)
    found.world.database.dispose()
    found.world = a_world(tmp_path_factory.mktemp("session"))
    a_consultation(found.world, found)
    found.world.database.dispose()
    found.world = a_world(tmp_path_factory.mktemp("vacancy"))
    without_a_chair(found.world, found)
    found.world.database.dispose()
    found.world = a_world(tmp_path_factory.mktemp("seats"))
    without_their_seats(found.world, found)
    found.world.database.dispose()
    return found


def a_world(folder) -> World:
    """A basin at work, watched from outside."""
    clock = FrozenClock(START)
    world = World(sqlite_database(folder, clock), clock, folder).install()
    with world.database.start_work() as work:
        add_watchers(work, world)
    return world


def add_watchers(work, world) -> None:
    """Those who control, and an officer of somewhere else."""
    other = installing.add_basin(work, library.basin("valenciennois"), effective_on=LONG_AGO).id
    for name, role, basin_id in (
        ("administrator", Role.ADMINISTRATOR, None),
        ("auditor", Role.AUDITOR, None),
        ("coordinator", Role.NATIONAL_COORDINATOR, None),
        ("stranger", Role.OPERATOR, other),
    ):
        person = persons.add(work, full_name=f"{name.title()} (démo)", email=f"{name}@exemple.test")
        world.people[name] = person.id
        assignments.assign(work, role=role, basin_id=basin_id, person_id=person.id, from_date=LONG_AGO)


def to_a_decision(world, trials) -> None:
    """An opinion is ordered, the file is adjourned and completed."""
    dossier = world.opened()
    trials.look(dossier)
    dossier.qualify(category="development", headcount=12, commune="54528")
    trials.look(dossier)
    dossier.accept_prescription()
    trials.look(dossier)
    dossier.diagnose(DIAGNOSTIC)
    trials.look(dossier)
    dossier.check(
        "complementary", expert_id=str(world.people["expert"]), question="La charpente tient-elle ?",
        complementary_due_on="2026-11-28",
    )  # fmt: skip
    trials.look(dossier)
    dossier.complete("complementary_diagnostic", OPINION)
    trials.look(dossier)
    dossier.record_decision("adjourned", explanation="Les comptes manquent.")
    trials.look(dossier)
    dossier.sign_off()
    trials.look(dossier)
    dossier.notify()
    trials.look(dossier)
    dossier.complete("complete_file", {"completion": "Voici les comptes."})


def to_a_label(world, trials) -> None:
    """Conditions are lifted, a mandate is refused then accepted, everybody signs, the expert works."""
    dossier = world.appraised()
    dossier.decide(
        "approved_with_conditions", human_means=world.means(),
        conditions=[{"text": "Accord de la banque.", "due_on": "2026-12-15"}],
    )  # fmt: skip
    trials.look(dossier)
    dossier.lift_conditions("L’accord de la banque.")
    trials.look(dossier)
    dossier.complete("accept_mandate", {"accepted": False, "reason": "Mutation."})
    trials.look(dossier)
    dossier.complete(
        "reassign_mandate", {"mandatary_id": str(world.people["successor"]), "reason": "Mutation."}
    )
    dossier.accept_mandate()
    trials.look(dossier)
    dossier.prepare(OBJECTIVE)
    trials.look(dossier)
    dossier.sign_everything()
    trials.look(dossier)
    dossier.plan(dossier.intervention("production", "1", "Réorganiser l’atelier"))
    trials.look(dossier)
    dossier.intervene("Atelier réorganisé.", (world.today, "1"))
    trials.look(dossier)
    dossier.review_accompaniment()


def to_a_late_report(world, trials) -> None:
    """A report is late up to the chair, asks for an intervention; then the firm fails."""
    dossier = world.accompanied()
    world.mailbox.dead.add("mandatary@exemple.test")
    world.play_until(date(2027, 4, 5))
    trials.look(dossier)
    world.mailbox.dead.clear()
    dossier.report(new_intervention=True, intervention_domain="quality", intervention_days="2")
    trials.look(dossier)
    expert, lender = str(world.people["expert"]), str(world.organisations["lender"])
    dossier.complete("review_request", {"forward": True, "expert_id": expert, "company_id": lender})
    trials.look(dossier)
    dossier.complete("approve_request", {"decision": "sign"})
    trials.look(dossier)
    dossier.amend()
    dossier.sign_everything()
    trials.look(dossier)
    with world.acting("officer") as work:
        closing.request_termination(
            work,
            project_id=dossier.case_id,
            requested_by="mandatary",
            reason="Plus de commandes.",
            cause="insolvency",
        )
    trials.look(dossier)


def to_a_closure(world, trials) -> None:
    """Eighteen months of reports, then the review and the chair's signature."""
    dossier = world.at_term()
    trials.look(dossier)
    dossier.final_review()
    trials.look(dossier)


def without_a_chair(world, trials) -> None:
    """A decision waits for a signature and nobody presides."""
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means())
    world.end_role("chair", Role.CHAIR)
    world.wait(hours=2)
    trials.look(dossier)


def without_their_seats(world, trials) -> None:
    """Those who follow and prescribe a project sit no more."""
    dossier = world.appraised()
    dossier.decide("approved", human_means=world.means())
    dossier.accept_mandate()
    for name in ("mandatary", "prescriber"):
        world.end_role(name, Role.SEAT)
    world.wait(hours=2)
    trials.look(dossier)


def without_a_company(world, trials) -> None:
    """A company that lends days leaves before it has signed."""
    dossier = world.to_sign()
    world.company_leaves("lender")
    world.wait(hours=2)
    trials.look(dossier)


def a_consultation(world, trials) -> None:
    """A session in writing, from its agenda to its minutes; a project's head is told nothing of it."""
    dossier = world.appraised()
    day = world.today + timedelta(days=20)
    with world.acting("officer") as work:
        session = sessions.plan(work, basin_id=world.id, answers={"held_on": day, "kind": "written"})
        agenda.add(work, session.id, title="Calendrier de l’année")
    sitting = Sitting(world, session.id, dossier.project)
    trials.look(sitting)
    sitting.complete("prepare_agenda", "officer", {})
    trials.look(sitting)
    world.play_until(day + timedelta(days=1))
    trials.look(sitting)
    with world.acting("officer") as work:
        sessions.hold(work, session.id, answers={"held_on": day})
        [item] = agenda.items_of(work, session.id)
        items.outcome(work, item.id, outcome="noted", note=None)
    trials.look(sitting)
    sitting.complete("draft_minutes", "officer", {"body": "Le comité s’est réuni."})
    trials.look(sitting)


@dataclass
class Sitting:
    """The open tasks of a session, beside somebody's project."""

    world: World
    id: UUID
    project: Callable[[], Project]

    def open_tasks(self) -> list[Task]:
        """What the session waits for."""
        with self.world.database.start_reading() as work:
            found = sa.select(Task).where(Task.case_id == self.id, Task.closed_at.is_(None))
            return list(work.database.scalars(found.order_by(Task.position)))

    def complete(self, step: str, name: str, answers: dict[str, object]) -> None:
        """Do a step as somebody."""
        [task] = [each for each in self.open_tasks() if each.step == step]
        with self.world.acting(name) as work:
            tasks.complete(work, task_id=task.id, answers=answers, channel="json")


def user_tasks() -> dict[str, bool]:
    """Every user task of the shipped diagrams, process and step, and whether it is personal."""
    found = {}
    for content in library.reference().values():
        for process in etree.fromstring(content).iter(f"{BPMN}process"):
            for task in process.iter(f"{BPMN}userTask"):
                found[f"{process.get('id')}/{task.get('id')}"] = task.get(f"{EXTENSION}personal") == "true"
    return found


def test_every_user_task_of_the_diagrams_was_met(trials):
    met = {"/".join(key.split("/")[:2]) for key in trials.own}

    assert met == set(user_tasks())


def test_the_personal_ones_are_those_of_the_list(trials):
    assert {key.split("/")[1] for key, is_personal in user_tasks().items() if is_personal} == PERSONAL
    assert trials.personal == PERSONAL


def test_each_person_may_complete_what_the_table_says(trials):
    assert trials.own == rows()


def test_only_the_officer_acts_for_another_and_never_on_a_personal_task(trials):
    allowed = {
        key: [name for name, sign in zip(PEOPLE, signs, strict=True) if sign == "."]
        for key, signs in trials.behalf.items()
    }

    assert [key for key in allowed if key.split("/")[1] in PERSONAL and allowed[key]] == []
    assert {name for names in allowed.values() for name in names} == {"officer"}
    hidden = {key: [sign == "0" for sign in signs] for key, signs in trials.behalf.items()}
    assert hidden == {key: [sign == "0" for sign in signs] for key, signs in trials.own.items()}
