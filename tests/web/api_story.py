"""A served installation, used by programs alone: tokens for passwords, JSON over HTTP, one key per write."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from engine import app as engine_app
from engine import scheduler
from engine.app import Engine
from engine.clock import FrozenClock
from engine.outbox.models import CapturedMail
from engine.people import assignments, organisations, passwords
from engine.people.models import Role
from engine.persistence import stored_clock
from tests.conftest import START, command, new_postgres
from tests.printing import print_papers
from tests.web import installation
from tests.web.api_client import EVERYTHING, INTAKE, PREFIX, Program
from tests.web.installation import LONG_AGO, LORRAINE, PASSWORD, World

PARIS = ZoneInfo("Europe/Paris")
SCAN = b"%PDF-1.4 une page et une signature"


def postgres_url(server: str) -> Iterator[str]:
    """A database of one test, dropped afterwards."""
    with new_postgres(server) as url:
        # Eighteen months are some five thousand commits, and nothing here outlives the test.
        command(server, f"ALTER DATABASE {sa.make_url(url).database} SET synchronous_commit = off")
        yield url


@dataclass
class Answer:
    """What came back, as the contract looks at it."""

    status_code: int
    mimetype: str
    data: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.data)


class Quiet(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: a test that fails shows what it asked itself."""


class Served(Program):
    """Programs of several people, over HTTP; every answer is held against the API's own document."""

    def __init__(self, flask: Flask, engine: Engine, world: World) -> None:
        super().__init__(flask, engine, world.people)
        self.world = world
        self.port = 0

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """Serve the application on a free port."""
        server = make_server("127.0.0.1", 0, self.flask, threaded=True, request_handler=Quiet)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def token(self, who: str, scopes: tuple[str, ...] = EVERYTHING) -> str:
        """A token for somebody's password."""
        if (who, scopes) not in self.tokens:
            asked = {"email": self.world.emails[who], "password": PASSWORD, "scopes": scopes}
            given = self.call(None, "POST", "/tokens", json=asked)
            assert given.status_code == 201, given.text
            self.tokens[who, scopes] = given.json["token"]
        return self.tokens[who, scopes]

    def call(self, who: str | None, verb: str, path: str, **how: Any) -> Any:
        """Send a request and check its answer; a write carries a key of its own unless told otherwise."""
        headers = dict(how.get("headers") or {})
        if who is not None:
            headers["Authorization"] = f"Bearer {self.token(who)}"
        if verb == "POST":
            headers["Idempotency-Key"] = how.get("key") or uuid4().hex
        body = how.get("data")
        if "json" in how:
            body, headers["Content-Type"] = json.dumps(how["json"]), "application/json"
        elif "content_type" in how:
            headers["Content-Type"] = how["content_type"]
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(verb, f"{PREFIX}{path}", body, headers)
            came = connection.getresponse()
            mimetype = (came.headers.get("Content-Type") or "").partition(";")[0]
            answer = Answer(came.status, mimetype, came.read(), dict(came.headers))
        finally:
            connection.close()
        self.contract.check(verb, path, answer)  # type: ignore[arg-type]
        return answer


@contextmanager
def served(folder: Path, url: str) -> Iterator[Served]:
    """A basin at work on a database, its clock simulated, its application served."""
    from web import app as web_app

    engine, world = installation.build(folder, FrozenClock(START), database_url=url)
    with engine.database.start_work() as work:
        lender = organisations.add(work, name="Prêteuse de compétences (démo)", fictitious=True).id
        common: dict[str, Any] = {
            "basin_id": world.basin_id,
            "organisation_id": lender,
            "from_date": LONG_AGO,
        }
        assignments.assign(work, role=Role.PARTNER_COMPANY, **common)
        expert = installation.known(work, world, "expert", passwords.hash_secret(PASSWORD))
        assignments.assign(work, role=Role.EXPERT, person_id=expert, **common)
        world.companies.append(lender)
        operator = organisations.add(work, name="Maison de l’emploi (démo)", fictitious=True).id
        assignments.assign(
            work, role=Role.OPERATOR_ORGANISATION, basin_id=world.basin_id, organisation_id=operator,
            from_date=LONG_AGO,
        )  # fmt: skip
        stored_clock.set_instant(work.connection, START)
    engine.close()
    engine = engine_app.build(installation.settings_for(folder, clock="simulated", database_url=url))
    flask = web_app.create_app(engine)
    for limiter in flask.extensions["limiter"]:
        limiter.enabled = False  # Nine people ask for a token from one address within a second.
    try:
        with Served(flask, engine, world).serving() as program:
            yield program
    finally:
        engine.close()


@dataclass
class Life:
    """One project, told by requests alone. Whatever is asked is done, or the test fails."""

    api: Served
    id: str = ""
    today: date = date(2026, 11, 16)

    @property
    def path(self) -> str:
        """Its address."""
        return f"/projects/{self.id}"

    def person(self, name: str) -> str:
        """Somebody's id."""
        return str(self.api.people[name])

    def done(self, who: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A write that must succeed; gives what it answered."""
        answer = self.api.post(who, path, body)
        assert answer.status_code in {200, 201}, f"{path} by {who}: {answer.status_code} {answer.text}"
        return answer.json

    def refused(self, who: str, path: str, body: dict[str, Any] | None = None) -> int:
        """A write that must not succeed; gives its status."""
        status: int = self.api.post(who, path, body).status_code
        assert status in {401, 403, 404, 409, 422}, f"{path} by {who}: {status}"
        return status

    def show(self) -> Any:
        """The project as its officer reads it."""
        return self.api.get("officer", self.path).json

    def steps(self) -> list[str]:
        """What is awaited, by step."""
        return sorted(each["step"] for each in self.show()["next"])

    def task(self, step: str, who: str = "officer", **wanted: object) -> Any:
        """The open task of a step, as somebody sees it."""
        for each in self.show()["next"]:
            if each["step"] == step:
                found = self.api.get(who, f"/tasks/{each['task_id']}").json
                if all(found[name] == value for name, value in wanted.items()):
                    return found
        raise AssertionError(f"{step} is not open: {self.steps()}")

    def complete(self, who: str, step: str, answers: dict[str, Any], **more: Any) -> Any:
        """Complete the open task of a step."""
        return self.done(who, f"/tasks/{self.task(step)['id']}/complete", {"answers": answers, **more})

    def advance(self, by: str) -> date:
        """Move the clock on."""
        now = self.done("administrator", "/clock/advance", {"by": by})["now"]
        self.today = datetime.fromisoformat(now).astimezone(PARIS).date()
        return self.today

    def advance_to(self, day: date) -> None:
        """Move the clock on to a day."""
        self.advance(f"P{(day - self.today).days}D")
        assert self.today == day

    def mails(self, kind: str) -> list[tuple[str, str]]:
        """The mails of a kind that left: to whom, on which day."""
        found = self.api.get("officer", f"{self.path}/mails").json["items"]
        return [
            (each["recipient"], each["sent_at"][:10])
            for each in found
            if each["kind"] == kind and each["sent_at"]
        ]

    def history(self) -> list[str]:
        """The kinds of its history, the latest first."""
        return [
            each["kind"] for each in self.api.get("officer", f"{self.path}/history?limit=200").json["items"]
        ]

    # The stretches of a life that are told the same way each time.

    def open(self, **changes: Any) -> None:
        """The officer opens it."""
        opened = self.done("officer", "/projects", {"basin": LORRAINE, "answers": {**INTAKE, **changes}})
        self.id = opened["id"]

    def prescribe(self) -> None:
        """Qualified, and taken by its prescriber."""
        self.complete("officer", "qualify", {
            "outcome": "continue", "prescriber_id": self.person("member"), "category": "development",
            "headcount": 12, "commune": "54528",
        })  # fmt: skip
        self.complete("member", "accept_prescription", {"accepted": True})

    def session(self, kind: str = "meeting") -> str:
        """A session of today."""
        answers = {"held_on": self.today.isoformat(), "kind": kind, "starts_at": "14:00"}
        if kind == "written":
            del answers["starts_at"]
        return str(self.done("officer", "/sessions", {"basin": LORRAINE, "answers": answers})["id"])

    def lent(self, days: str = "6") -> list[dict[str, Any]]:
        """Days lent by the partner company."""
        return [{"company_id": str(self.api.world.companies[-1]), "domain": "production", "days": days}]

    def decide(self, session: str, **answers: Any) -> None:
        """Recorded, signed off, notified."""
        self.complete("officer", "committee_decision", {"session_id": session, **answers})
        self.complete("chair", "sign_off_decision", {"decision": "sign"})
        self.complete("officer", "notify_decision", {"channel": "email", "sent_on": self.today.isoformat()})

    def prepare_agreement(self) -> None:
        """The officer drafts the agreement with the lines proposed."""
        rows = self.lines_proposed(self.task("prepare_agreement")["prefill"])
        self.complete("officer", "prepare_agreement", {
            "means_changed": False, "objective": "Une seconde ligne.", "signatories": rows,
        })  # fmt: skip
        print_papers(self.api.engine.database, self.api.engine.store)

    def amend(self) -> None:
        """The officer drafts the amendment as proposed, and each person concerned signs it."""
        proposed = self.task("prepare_amendment")["prefill"]
        kept = {name: value for name, value in proposed.items() if value is not None}
        self.complete("officer", "prepare_amendment", {**kept, "signatories": self.lines_proposed(proposed)})
        print_papers(self.api.engine.database, self.api.engine.store)
        self.sign_everything()

    def lines_proposed(self, prefill: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines of a text as its page proposes them, the expert named where nobody sits for a company."""
        rows = [
            {name: value for name, value in row.items() if value is not None}
            for row in prefill["signatories"]
        ]
        for row in rows:
            row.setdefault("person_id", self.person("expert"))
        return rows

    def sign(self, who: str, capacity: str) -> None:
        """Somebody signs their line on the text that they were shown."""
        task = self.task("sign_agreement", who, capacity=capacity)
        digests = {name: task["prefill"][name] for name in ("document_digest", "annex_digest")
                   if task["prefill"].get(name)}  # fmt: skip
        answers = {"answer": "accept", "consent": True, **digests}
        signing = {"answers": answers}
        assert self.refused(who, f"/tasks/{task['id']}/complete", signing) == 403
        assert self.api.post(who, f"/tasks/{task['id']}/signature-code", {}).status_code == 202
        self.done(who, f"/tasks/{task['id']}/signature-proof", {"code": self.code_mailed(who)})
        self.done(who, f"/tasks/{task['id']}/complete", signing)

    def code_mailed(self, who: str) -> str:
        """The last code that somebody received."""
        scheduler.deliver_mail(self.api.engine)
        with self.api.engine.database.start_reading() as work:
            found = work.database.scalars(
                sa.select(CapturedMail)
                .where(CapturedMail.recipient_id == self.api.people[who], CapturedMail.kind == "code")
                .order_by(CapturedMail.captured_at)
            ).all()
        return re.findall(r"\b\d{6}\b", found[-1].text)[0]

    def sign_on_paper(self) -> None:
        """The head of the firm, who has no account, has signed on paper; the officer says so, with the scan."""
        task = self.task("sign_agreement", capacity="beneficiary")
        scan = self.api.post(
            "officer",
            f"{self.path}/documents?name=page-signee.pdf",
            data=SCAN,
            content_type="application/pdf",
        ).json
        signed = {"signed_on": self.today.isoformat(), "document_id": scan["id"]}
        self.done("officer", f"/tasks/{task['id']}/sign-on-paper", signed)

    def label(self) -> None:
        """From a file ready for the committee to a labelled firm."""
        self.decide(
            self.session(), outcome="approved", mandatary_id=self.person("member2"), human_means=self.lent()
        )
        self.complete("member2", "accept_mandate", {"accepted": True})
        self.prepare_agreement()
        self.sign_everything()

    def sign_everything(self) -> None:
        """Each signs their own line."""
        self.sign_on_paper()
        names = {str(person_id): name for name, person_id in self.api.people.items()}
        for each in self.show()["next"]:
            if each["step"] == "sign_agreement":
                line = self.api.get("officer", f"/tasks/{each['task_id']}").json
                self.sign(names[line["assignee_id"]], line["capacity"])

    def report(self, who: str, **answers: Any) -> Any:
        """The mandataire reports."""
        said = {
            "weather": "green", "progress": "Le projet avance.", "jobs_created": 1, "jobs_sustained": 10,
            "new_intervention": False, "contact_on": self.today.isoformat(),
        }  # fmt: skip
        if answers.get("nothing_new"):
            said = {name: said[name] for name in ("weather", "jobs_created", "jobs_sustained")}
        more = {name: answers.pop(name) for name in ("occurred_on", "on_behalf_of") if name in answers}
        return self.complete(who, "follow_up_report", {**said, **answers}, **more)


DIAGNOSTIC = {
    "summary": "Un atelier de mécanique veut doubler sa production.",
    "bearer_rating": "strong", "project_rating": "strong", "impact_rating": "medium",
    "jobs_to_create": 4, "jobs_to_sustain": 8, "needs": [{"domain": "production", "days": "6"}],
    "subsidiarity": "Les autres dispositifs ne financent pas de jours d’expert.",
    "deadweight": "later", "opinion": "favourable", "has_interest": False,
}  # fmt: skip
