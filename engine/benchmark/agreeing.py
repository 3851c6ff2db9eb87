"""P11: the acts that ask for documents, each beside its own statements sent without the engine."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import operations
from engine.agreements import presenting, proving, signatures
from engine.benchmark import raw_bound
from engine.benchmark.figures import Figure, Times
from engine.benchmark.installation import LONG_AGO, PARIS, Bench
from engine.clock import RealClock
from engine.committee import sessions
from engine.documents import making
from engine.documents.models import paper
from engine.outbox.captured import MailboxTransport
from engine.outbox.delivery import deliver_due
from engine.people import assignments, chairs, committee_seats, organisations, partnerships, persons, proofs
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from engine.projects import dossiers
from engine.runtime import tasks
from engine.runtime.models import Task
from forms import catalogue

if TYPE_CHECKING:
    from engine.benchmark.raw_bound import Asked
    from engine.documents.store import Store
    from engine.documents.workshop import Workshop
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

GOAL = "P11"
READABLE = 2000.0  # Milliseconds: once the tick begins, the letters of an act are there.
BYTES = 32_000  # What an act may send: the smallest of its files weighs more.
# The acts that ask for documents, and one that asks for none.
ACTS = {
    "accept_prescription": "acceptation d’une prescription, sans document",
    "accept_mandate": "acceptation d’un mandat, qui demande sa lettre de mission",
    "sign_off_decision": "validation d’une décision, qui demande ses courriers",
    "prepare_agreement": "préparation d’une convention, qui en demande le texte",
    "sign_agreement": "signature d’une convention",
}
FIRM = {
    "siret": "00000001800002", "name": "Firme de mesure (démo)", "contact_name": "Camille Démo",
    "contact_email": "firme@exemple.test", "contact_phone": "01 99 00 11 22",
    "need": "Trouver un responsable de production.", "information_read": True,
}  # fmt: skip
DIAGNOSTIC = {
    "summary": "Un atelier veut doubler sa production.", "bearer_rating": "strong",
    "project_rating": "strong", "impact_rating": "medium", "jobs_to_create": 4, "jobs_to_sustain": 8,
    "needs": [{"domain": "production", "days": "6"}], "opinion": "favourable", "has_interest": False,
    "subsidiarity": "Les autres dispositifs ne financent pas de jours d’expert.", "deadweight": "later",
}  # fmt: skip
Answers = Mapping[str, object]
ADDRESS = "192.0.2.1"  # Of the documentation’s own network: nobody’s.


@dataclass(slots=True)
class Lives:
    """Projects played from their intake to a signed agreement; some acts are timed on the way."""

    bench: Bench
    workshop: Workshop
    store: Store
    people: dict[str, UUID] = field(default_factory=dict)
    lender: UUID = field(default_factory=new_id)
    case_id: UUID = field(default_factory=new_id)
    session_id: str = ""
    turn: int = 0
    times: dict[tuple[str, str], Times] = field(default_factory=lambda: defaultdict(Times))
    counts: dict[str, int] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    readable: dict[str, Times] = field(default_factory=lambda: defaultdict(Times))

    @property
    def manners(self) -> list[str]:
        """The engine, then its bounds: SQLite has no round trip to save."""
        return ["engine", "one by one"] + ([] if self.bench.database.is_sqlite else ["pipelined"])

    def settle(self) -> None:
        """Seat those who are missing, plan a session for today."""
        bench = self.bench
        common: dict[str, Any] = {"basin_id": bench.basin_id, "from_date": LONG_AGO}
        self.people = {name: bench.people[name] for name in ("operator", "mandatary", "expert", "prescriber")}
        with bench.database.start_work(Actor(self.people["operator"])) as work:
            self.lender = organisations.add(work, name="Entreprise prêteuse (démo)", from_date=LONG_AGO).id
            assignments.assign(work, role=Role.PARTNER_COMPANY, organisation_id=self.lender, **common)
            self.people["lender"] = persons.add(
                work, full_name="Prêteur (démo)", email="preteur@exemple.test"
            ).id
            for name in ("prescriber", "lender"):
                committee_seats.give_seat(
                    work, person_id=self.people[name], organisation_id=self.lender, **common
                )
            today = work.today(PARIS)
            chair = chairs.chair_in_force(work, bench.basin_id, today)
            if chair is None:
                raise RuntimeError("nobody presides over the bench's basin")
            self.people["chair"] = chair.person_id
            partnerships.sign(work, basin_id=bench.basin_id, starts_on=today, charter_version="2010")
            sessions.plan(work, basin_id=bench.basin_id, answers={"held_on": today, "kind": "meeting"})
            self.session_id = str(sessions.open_for_decisions(work, bench.basin_id, today)[0].id)

    def live(self) -> None:
        """One project, from its intake to the last signature; its acts in the manner of this turn."""
        self.open()
        qualified = {
            "outcome": "continue", "prescriber_id": str(self.people["prescriber"]),
            "category": "development", "headcount": 12, "commune": "54528",
        }  # fmt: skip
        self.complete("qualify", "operator", qualified)
        self.complete("accept_prescription", "prescriber", {"accepted": True})
        self.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
        self.complete("check_completeness", "operator", {"outcome": "complete"})
        self.complete("committee_decision", "operator", self.decision())
        self.complete("sign_off_decision", "chair", {"decision": "sign"})
        sent_on = self.bench.clock.now().astimezone(PARIS).date().isoformat()
        self.complete("notify_decision", "operator", {"channel": "email", "sent_on": sent_on})
        self.complete("accept_mandate", "mandatary", {"accepted": True})
        text = {"means_changed": False, "objective": "Une ligne de plus.", "signatories": self.signatories()}
        self.complete("prepare_agreement", "operator", text)
        while task := self.open_task("sign_agreement"):
            self.sign(task)
        self.turn += 1

    def open(self) -> None:
        """The officer opens a dossier."""
        bench = self.bench
        with bench.database.start_work(Actor(self.people["operator"])) as work:
            asked = operations.page_context(work, "intake", basin_id=bench.basin_id, channel="json")
            answers = catalogue.load("intake", FIRM, asked)
            self.case_id = dossiers.open_project(work, basin_id=bench.basin_id, answers=answers)

    def decision(self) -> dict[str, object]:
        """What the committee decides: six days of a lender, and a mandatary."""
        means = [{"company_id": str(self.lender), "domain": "production", "days": "6"}]
        return {
            "session_id": self.session_id, "outcome": "approved", "human_means": means,
            "mandatary_id": str(self.people["mandatary"]),
        }  # fmt: skip

    def signatories(self) -> list[dict[str, object]]:
        """The lines that the page proposes."""
        task_id = self.require("prepare_agreement").id
        with self.bench.database.start_work(Actor(self.people["operator"])) as work:
            found = tasks.find(work, task_id=task_id).task
            lines: Any = operations.context(work, found, channel="json").prefill["signatories"]
        return [{name: str(value) for name, value in line.items() if value is not None} for line in lines]

    def sign(self, task: Task) -> None:
        """The person of a line signs what they are shown, having just given a code."""
        person_id = task.assignee_id or self.people["chair"]
        self.people["signatory"] = person_id
        with self.bench.database.start_work(Actor(person_id, "web", ADDRESS)) as work:
            proofs.prove(
                work, person_id=person_id, means=proofs.Means.TASK_CODE, task_id=task.id, address=ADDRESS
            )
        with self.bench.database.start_reading(Actor(person_id, "web")) as work:
            texts = presenting.texts_of(work, tasks.find(work, task_id=task.id).task)
            shown = [proving.signed_hash(text) for text in texts]
        answers = {"answer": "accept", "consent": True, **dict(zip(signatures.DIGESTS, shown, strict=False))}
        self.complete("sign_agreement", "signatory", answers)

    def open_task(self, step: str) -> Task | None:
        """The first open task of a step."""
        with self.bench.database.start_reading() as work:
            found = sa.select(Task).where(
                Task.case_id == self.case_id, Task.step == step, Task.closed_at.is_(None)
            )
            return work.database.scalars(found.order_by(Task.position)).first()

    def require(self, step: str) -> Task:
        """The first open task of a step that must be open."""
        task = self.open_task(step)
        if task is None:
            raise RuntimeError(f"{step} is not open")
        return task

    def complete(self, step: str, by: str, answers: Answers) -> None:
        """Complete a step; the acts that are measured, in the manner of this turn, then their papers."""
        task = self.require(step)

        def start(database: Database) -> UnitOfWork:
            return database.start_work(Actor(self.people[by]))

        def act(work: UnitOfWork) -> None:
            tasks.complete(work, task_id=task.id, answers=answers, channel="json")

        manner = self.manners[self.turn % len(self.manners)]
        if step in ACTS and manner != "engine":
            rehearsals = self.bench.rehearsals
            asked = raw_bound.rehearsed(rehearsals, lambda: start(rehearsals), act)
            self.counts[step] = max(len(asked), self.counts.get(step, 0))
            self.weights[step] = max(weight(asked), self.weights.get(step, 0))
            taken = raw_bound.replayed(self.bench.database, asked, pipelined=manner == "pipelined")
        else:
            started = time.perf_counter()
            with start(self.bench.database) as work:
                act(work)
            taken = time.perf_counter() - started
        if step in ACTS:
            self.times[step, manner].seconds.append(taken)
        self.print(step)

    def print(self, step: str) -> None:
        """What the tick does, once its turn has come: make the papers of an act, until they can be read."""
        started, done, bench = time.perf_counter(), 0, self.bench
        while made := making.make_due(
            bench.database, bench.engine.settings, self.workshop, self.store, operations.paper_hooks()
        ):
            done += made
        if not done or step not in ACTS:
            return
        with bench.database.start_reading() as work:
            wanted = sa.select(paper.c.content_hash).where(paper.c.chain_id == self.case_id)
            for file_hash in work.connection.scalars(wanted):
                self.store.read(file_hash)
        self.readable[step].seconds.append(time.perf_counter() - started)


def weight(asked: list[Asked]) -> int:
    """How many bytes of texts and contents these statements send."""

    def of(value: Any) -> int:
        if isinstance(value, Mapping):
            return sum(of(each) for each in value.values())
        if isinstance(value, list | tuple):
            return sum(of(each) for each in value)
        return len(value) if isinstance(value, str | bytes) else 0

    return sum(of(each.values) for each in asked)


def measure(bench: Bench, workshop: Workshop, store: Store, *, lives: int) -> list[Figure]:
    """The acts of an agreement: beside their bounds, what they send, how soon their papers are there."""
    # The child that seals asks the machine for the time, and a certificate of another day would not do.
    bench.clock.wall_instant = RealClock().wall()
    played = Lives(bench, workshop, store)
    played.settle()
    for _life in range(lives * len(played.manners)):
        played.live()
    send_what_was_written(bench, store)
    return figures_of(played)


def send_what_was_written(bench: Bench, store: Store) -> None:
    """Let the mails of these lives leave while their papers are there; other measures find none to send."""
    transport, hooks = MailboxTransport(bench.database), operations.mail_hooks(bench.database, store)
    while deliver_due(bench.database, bench.engine.settings, transport, hooks=hooks):
        pass


def figures_of(played: Lives) -> list[Figure]:
    """The figures of the acts that ask for documents."""
    name, figures = played.bench.name, []
    for step, words in ACTS.items():
        times = {manner: played.times[step, manner] for manner in played.manners}
        engine, raw = times["engine"], times["one by one"]
        figures += [
            Figure(GOAL, name, words, engine.median, "ms", note=engine.note),
            Figure(GOAL, name, f"{step} : borne brute, instructions une à une", raw.median, "ms",
                   note=raw.note),
            Figure(GOAL, name, f"{step} : moteur / borne brute une à une", engine.median / raw.median, "×"),
            Figure(GOAL, name, f"{step} : instructions SQL", played.counts[step], ""),
            Figure(GOAL, name, f"{step} : écrit par l’acte, aucun fichier", played.weights[step], "octets",
                   BYTES),
        ]  # fmt: skip
        if "pipelined" in times:
            ratio = engine.median / times["pipelined"].median
            figures.append(
                Figure(GOAL, name, f"{step} : moteur / borne brute en un aller-retour", ratio, "×")
            )
        if step in played.readable:
            readable = played.readable[step]
            figures.append(Figure(GOAL, name, f"{step} : papiers lisibles, le battement venu",
                                  readable.median, "ms", READABLE, note=readable.note))  # fmt: skip
    return figures
