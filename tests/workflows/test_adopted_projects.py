"""A project taken over at an entry lives in a database as any other, from its own days on (D15)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.clock import add_months
from engine.outbox import notify
from engine.outbox.models import Message
from engine.people import holders, partnerships
from engine.people.models import Role
from engine.persistence import history
from engine.persistence.base import new_id
from engine.projects import charter_watch, dossiers, grid
from engine.projects.models import Project
from engine.projects.routing import INITIAL_ROUTING
from engine.projects.statuses import Status
from engine.registry import library, versions
from engine.runtime import advance, instances, timers
from engine.runtime.acts import Act
from engine.runtime.adopting import NoSuchEntry
from engine.runtime.models import Instance
from tests.integration.migrating import migrate, published, report
from tests.integration.programme import FIRM, PARIS, REVIEW, Programme

ENTRIES = ("awaiting_session", "signing", "follow_up")
STATUSES = {
    "awaiting_session": Status.READY_FOR_COMMITTEE, "signing": Status.APPROVED, "follow_up": Status.LABELLED,
}  # fmt: skip


@pytest.fixture
def programme(database, clock) -> Programme:
    """A basin on its first morning."""
    return Programme(database, clock).install()


def registered(work, programme: Programme, entry: str, signed_on: date | None) -> Project:
    """The rows of a project that began before Alizé, as whoever declares it would write them."""
    today = programme.today
    opened_on = add_months(signed_on or today, -4)
    agreement = partnerships.require_in_force(work, programme.basin_id, today)
    firm = dossiers.organisations.find_or_add(work, name=FIRM["name"], siret=FIRM["siret"], city="Toul")
    project = Project(
        id=new_id(), basin_id=programme.basin_id, adopted=True, **dossiers.asked(work, FIRM),
        **dossiers.named(work, programme.basin_id, firm, today), status=STATUSES[entry].value,
        opened_at=work.now, opened_by=work.actor.person_id, opened_on=opened_on,
        partnership_agreement_id=agreement.id, charter_version=agreement.charter_version,
        follow_up_months=18, cadence_months=3, effective_on=signed_on,
        follow_up_ends_on=grid.ends_on(signed_on, 18) if signed_on else None,
    )  # fmt: skip
    work.database.add(project)
    work.database.flush()
    dossiers.hold_first_roles(work, project)
    for role, name in ((Role.PRESCRIBER, "prescriber"), (Role.MANDATARY, "mandatary")):
        holders.hold(
            work, role=role, case_id=project.id, basin_id=project.basin_id,
            person_id=programme.people[name], from_date=today,
        )  # fmt: skip
    project.mandatary_id = programme.people["mandatary"]
    return project


def routing(entry: str, today: date, signed_on: date | None) -> dict[str, Any]:
    """What the way to an entry would have left."""
    found: dict[str, Any] = {**INITIAL_ROUTING, "follow_up_months": 18, "cadence_months": 3}
    if entry != "awaiting_session":
        found |= {"decision_outcome": "approved", "decision_signed": True}
    if signed_on is not None:
        planned = grid.Grid(signed_on, 3, grid.ends_on(signed_on, 18))
        found |= {
            "effective_on": signed_on.isoformat(), "follow_up_ends_on": planned.ends_on.isoformat(),
            "report_number": planned.first_after(today) - 1,
        }  # fmt: skip
    return found


def adopt(programme: Programme, entry: str, *, months: int = 7, signed_on: date | None = None) -> None:
    """Take one project over, signed so many months ago, or on a day, where it is followed."""
    if entry == "follow_up":
        signed_on = signed_on or add_months(programme.today, -months)
    with programme.work_as("officer") as work:
        project = registered(work, programme, entry, signed_on)
        instances.adopt(
            work, case_id=project.id, basin_id=programme.basin_id, zone=PARIS, process="project",
            reference=project.reference, firm=project.firm, entry=entry,
            routing=routing(entry, programme.today, signed_on),
        )  # fmt: skip
        programme.case_id = project.id


def entries_of(programme: Programme) -> list[Any]:
    """The history of the project, in order."""
    table = history.history
    with programme.database.start_reading() as work:
        return list(
            work.connection.execute(
                sa.select(table).where(table.c.chain_id == programme.case_id).order_by(table.c.number)
            )
        )


@pytest.mark.parametrize(
    ("entry", "steps"),
    [
        ("awaiting_session", ["committee_decision"]), ("signing", ["accept_mandate"]),
        ("follow_up", ["plan_interventions"]),
    ],
)  # fmt: skip
def test_a_project_taken_over_waits_for_what_comes_next(programme, entry, steps):
    adopt(programme, entry)

    assert programme.steps() == steps
    assert all(each.opened_on == programme.today for each in programme.open_tasks())
    assert all(each.due_on > programme.today for each in programme.open_tasks() if entry != ENTRIES[0])


def test_its_history_says_who_declared_it_and_what_is_taken_as_done(programme):
    adopt(programme, "follow_up", months=7)

    [told] = [each for each in entries_of(programme) if each.kind == "projects.project.adopted"]

    said = json.loads(told.data)
    assert told.actor_id == programme.people["officer"]
    assert told.occurred_on == programme.today
    assert said["entry"] == "follow_up"
    assert said["effective_on"] == add_months(programme.today, -7).isoformat()
    assert {"committee_decision", "convention_signature", "labelling"} <= set(said["asserted"].split())
    assert "minimum_follow_up" not in said["asserted"]


def test_whoever_has_a_task_is_told_and_nobody_else(programme):
    adopt(programme, "signing")
    assert [(each.kind, each.recipient_id) for each in programme.mails()] == [
        ("task_opened", programme.people["mandatary"])
    ]

    adopt(programme, "awaiting_session")
    assert programme.mails() == []

    adopt(programme, "follow_up")
    assert programme.mails() == []


def test_what_an_operation_says_of_the_past_is_not_written(programme, monkeypatch):
    schedule = programme.database.domain.operations["projects.schedule_report"]
    seen = []

    def talkative(act: Act) -> Any:
        seen.append(act.entry)
        notify.notify(
            act.work, kind="project_ended", recipient_id=programme.people["mandatary"], case_id=act.case.id,
            basin_id=act.case.basin_id, data={"ended_on": act.today},
        )  # fmt: skip
        return schedule(act)

    monkeypatch.setitem(programme.database.domain.operations, "projects.schedule_report", talkative)
    adopt(programme, "follow_up", months=7)
    assert (seen, programme.mails()) == (["follow_up"], [])

    programme.play_until(add_months(programme.today, 2))
    programme.report()
    assert seen == ["follow_up", None]
    assert len(programme.mails("project_ended")) == 1


def test_silence_ends_with_what_was_to_be_silent(programme):
    def one(work: Any) -> None:
        notify.notify(
            work, kind="project_ended", recipient_id=programme.people["mandatary"],
            basin_id=programme.basin_id, data={"ended_on": programme.today},
        )  # fmt: skip

    def written() -> int:
        with programme.database.start_reading() as work:
            return int(work.connection.scalar(sa.select(sa.func.count()).select_from(Message)) or 0)

    before = written()
    with programme.work_as("officer") as work:
        with pytest.raises(ZeroDivisionError), notify.silently(work):
            with notify.silently(work):
                one(work)
            one(work)
            raise ZeroDivisionError
        one(work)

    assert written() == before + 1


def test_a_report_that_would_be_open_already_opens_tomorrow_and_is_asked_for_then(programme):
    due_on = programme.today + timedelta(days=5)
    adopt(programme, "follow_up", signed_on=add_months(due_on, -9))
    assert "follow_up_report" not in programme.steps()

    programme.play_until(programme.today + timedelta(days=1))

    assert programme.task("follow_up_report").due_on == due_on
    assert [each.kind for each in programme.mails()] == ["report_opened"]
    assert "escalation.ladder.started" not in programme.kinds()


def lived_to_its_review(programme: Programme) -> None:
    """The accompaniment is over already: the officer says so; the report that comes next is given."""
    programme.complete("plan_interventions", "officer", {"nothing_to_plan": True})
    programme.complete("review_accompaniment", "officer", {"complete": True})
    while "final_review" not in programme.steps():
        if "follow_up_report" in programme.steps():
            programme.report()
            continue
        with programme.database.start_reading() as work:
            due = timers.next_due(work)
        programme.play_until(due.astimezone(PARIS).date())


@pytest.mark.parametrize("months", [1, 17, 20])
def test_a_follow_up_closes_once_its_review_is_done_and_not_before_its_own_eighteen_months(programme, months):
    adopt(programme, "follow_up", months=months)
    signed_on, began = programme.project().effective_on, programme.today

    lived_to_its_review(programme)
    assert programme.today >= add_months(signed_on, 18)
    programme.complete("final_review", "mandatary", REVIEW)
    programme.complete("sign_closure", "chair", {"decision": "sign"})

    project = programme.project()
    assert (project.status, project.end_kind) == (Status.CLOSED.value, "closed")
    assert project.ended_on <= max(add_months(signed_on, 18), add_months(began, 4)) + timedelta(days=31)
    with programme.database.start_reading() as work:
        assert charter_watch.breaches(charter_watch.lived(work, programme.case_id)) == []


def test_an_entry_that_no_version_has_is_refused_and_nothing_stays(programme):
    with pytest.raises(NoSuchEntry):
        adopt_at(programme, "half_way")

    with programme.database.start_reading() as work:
        assert (
            work.connection.scalars(sa.select(Instance.id).where(Instance.process == "project")).all() == []
        )


def adopt_at(programme: Programme, entry: str, **changes: Any) -> None:
    """Take over at an entry, with the rows of one that waits for the committee."""
    with programme.work_as("officer") as work:
        project = registered(work, programme, "awaiting_session", None)
        instances.adopt(
            work, case_id=project.id, basin_id=programme.basin_id, zone=PARIS,
            process="project", reference=project.reference, firm=project.firm, entry=entry,
            routing={**INITIAL_ROUTING, **changes},
        )  # fmt: skip


def test_a_signature_without_its_day_takes_nothing_over(programme):
    with pytest.raises(advance.OperationFailed):
        adopt_at(programme, "follow_up")

    with programme.database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Project)) == 0


class OlderProgramme(Programme):
    """The same on the reference as it was before any entry was declared."""

    def publish(self, work: Any, chain: Any) -> None:
        """Publish it."""
        files = {
            name: content.replace(b'alize:entry="', b'alize:former="')
            for name, content in library.reference().items()
        }
        versions.publish(
            work, basin_id=self.basin_id, files=files, parameters={}, charter_version="2010",
            effective_on=date(2020, 1, 1), chain=chain,
        )  # fmt: skip


def test_a_version_of_before_entries_takes_nobody_over(database, clock):
    older = OlderProgramme(database, clock)
    older.install()

    with pytest.raises(NoSuchEntry) as refusal:
        adopt(older, "signing")

    assert "signing" in str(refusal.value)


def test_a_project_taken_over_moves_to_another_version(programme):
    adopt(programme, "follow_up", months=7)
    before = instance_of(programme)
    target = published(programme)

    [line] = report(programme, migrate(programme, target)).lines

    after = instance_of(programme)
    assert line.outcome == "moved", [each.told() for each in line.told]
    assert (after.version_id, after.due_at) == (target, before.due_at)
    assert programme.steps() == ["plan_interventions"]


def instance_of(programme: Programme) -> Instance:
    """The project's own instance."""
    with programme.database.start_reading() as work:
        return work.database.get_one(Instance, programme.case_id)
