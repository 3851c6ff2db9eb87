"""What is kept has its time: warned of, put off with a reason, then archived or reduced to a skeleton."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.analytics import basin_cards, bottlenecks, closed_months, indicators
from engine.analytics.questions import Question
from engine.people import permissions, persons
from engine.people.models import Organisation, Person
from engine.persistence import anchors, claims, history
from engine.persistence.base import Base
from engine.projects import archived, documents, dossiers, everyday
from engine.projects.models import Project
from engine.retention import emptying, erasing, plans, replaying, skeletons
from engine.retention.models import Erasure, Plan
from engine.runtime import cases
from engine.runtime.models import Task
from tests.integration.forgetting import play, problems, warnings
from tests.integration.programme import FIRM, Programme

FAR = (date(2026, 1, 1), date(2040, 12, 31))


@pytest.fixture
def rejected(programme, store) -> Programme:
    """A project that the committee rejects, with a note that names its head and a file."""
    programme.appraise()
    with programme.work_as("officer") as work:
        everyday.write_note(
            work, project_id=programme.case_id, text="Mme Dupré hésite.", audience="committee"
        )
        documents.add(work, store, project_id=programme.case_id, name="bilan.pdf", content=b"%PDF-1.4 bilan")
    programme.decide("rejected", reason="quality", explanation="Camille Dupré n’a pas convaincu.")
    programme.print_papers()
    return programme


def figures(programme, as_of=None):
    with programme.database.start_reading() as work:
        question = Question(*FAR, (programme.basin_id,), as_of)
        return (
            indicators.read(work, question),
            told_of(bottlenecks.read(work, question)),
            basin_cards.read(work, None, on=date(2026, 11, 16)),
        )


def told_of(found):
    return found.steps, found.whom, found.completed, found.total_seconds


def words(programme) -> str:
    """Every text of every row, but for the register's own."""
    with programme.database.start_reading() as work:
        found = []
        for table in Base.metadata.sorted_tables:
            found += [str(dict(row._mapping)) for row in work.connection.execute(sa.select(table))]
    return "\n".join(found)


def anchor(programme):
    with programme.database.start_work() as work:
        for table, chain in (
            (history.chain_head, history.chain_head.c.chain_id),
            (cases.instance, cases.instance.c.id),
        ):
            leaves = anchors.anchor_basin(work, basin_id=programme.basin_id, table=table, chain=chain)
            anchors.add(work, basin_id=programme.basin_id, leaves=leaves)


def test_a_rejected_project_is_a_skeleton_after_two_years_and_two_warnings(rejected, store):
    anchor(rejected)
    before, as_of = figures(rejected), rejected.clock.now()
    rejected.clock.advance(days=365 * 2 - 40)
    assert play(rejected, store, days=5) == 0

    play(rejected, store, days=60)

    assert len(warnings(rejected)) == 2
    project = rejected.project()
    assert (project.firm, project.contact_name, project.need) == (
        "Entreprise effacée",
        "Personne effacée",
        "",
    )
    assert project.erased_at is not None
    assert project.end_kind == "rejected"
    assert project.headcount == 10
    said = words(rejected)
    for gone in ("Dupré", "dirigeant@", "Grand Pré", "double", "00000001800002", "bilan.pdf", "hésite"):
        assert gone not in said, gone
    assert not [each for each in store.folder.rglob("*") if each.is_file()]
    assert problems(rejected) == []
    after = figures(rejected)
    assert after == before
    assert figures(rejected, as_of) == before


def test_the_country_s_closed_months_are_the_same_before_and_after(rejected, store):
    rejected.clock.advance(days=365 * 2 + 1)
    with rejected.database.start_work() as work:
        while closed_months.close_month(work):
            pass

    def national():
        with rejected.database.start_reading() as work:
            return indicators.read(work, Question(*FAR)), told_of(bottlenecks.read(work, Question(*FAR)))

    before = national()
    play(rejected, store, days=40)
    assert rejected.project().erased_at is not None
    assert national() == before


def test_the_head_of_the_firm_goes_with_the_last_project_of_theirs(rejected, store):
    head = rejected.project().sme_head_id
    rejected.clock.advance(days=365 * 2)
    play(rejected, store, days=40)

    with rejected.database.start_reading() as work:
        person = work.database.get_one(Person, head)
        assert (person.full_name, person.email, person.phone) == ("Personne effacée", None, None)
        kinds = set(work.connection.scalars(sa.select(Erasure.kind)))
        assert kinds == {"skeleton", "person"}
        assert "Grand Pré" not in " ".join(work.connection.scalars(sa.select(Organisation.name)))


def test_a_firm_that_comes_back_keeps_its_name_and_its_other_project(rejected, store):
    first = rejected.case_id
    rejected.clock.advance(days=365 * 2 - 20)
    rejected.open()
    play(rejected, store, days=60)

    with rejected.database.start_reading() as work:
        assert work.database.get_one(Project, first).firm == "Entreprise effacée"
        assert work.database.get_one(Project, first).organisation_id == skeletons.NOBODY_S
        second = work.database.get_one(Project, rejected.case_id)
        assert second.firm == FIRM["name"]
        assert second.contact_name == FIRM["contact_name"]
        assert persons.find(work, second.sme_head_id).full_name == FIRM["contact_name"]
        assert second.resubmission_of is None, "it would say whose the skeleton was"
        entries = history.history.c
        opened = sa.select(entries.content).where(
            entries.chain_id == rejected.case_id, entries.kind == "projects.project.opened"
        )
        assert FIRM["name"] in work.connection.execute(opened).scalar_one(), "its file keeps its words"


def test_warnings_leave_once_thirty_and_seven_days_before_grouped_by_officer(rejected, store):
    rejected.clock.advance(days=365 * 2 - 30)
    days = []
    for _day in range(31):
        count = len(warnings(rejected))
        plans.forget_due(rejected.database, store)
        plans.forget_due(rejected.database, store)
        days += [rejected.today] * (len(warnings(rejected)) - count)
        rejected.clock.advance(days=1)

    planned = rejected.rows(Plan)[0].planned_on
    assert days == [planned - timedelta(days=30), planned - timedelta(days=7)]


def test_what_was_missed_while_nothing_ran_is_put_off_and_still_warned_of(rejected, store):
    rejected.clock.advance(days=365 * 5)
    play(rejected, store, days=1)
    assert rejected.rows(Plan)[0].planned_on == rejected.today + timedelta(days=30)
    rejected.clock.advance(days=100)
    play(rejected, store, days=1)

    assert rejected.rows(Plan)[0].planned_on == rejected.today + timedelta(days=7)
    assert rejected.project().erased_at is None


def test_an_officer_puts_it_off_with_a_reason_within_limits_and_is_warned_anew(rejected, store):
    rejected.clock.advance(days=365 * 2 - 20)
    play(rejected, store, days=1)
    plan = rejected.rows(Plan)[0]
    later = plan.planned_on + timedelta(days=200)

    for until, reason, field in (
        (plan.planned_on, "Recours", "until"),
        (plan.due_on + timedelta(days=800), "Recours", "until"),
        (later, " ", "reason"),
        (later, "x" * 501, "reason"),
    ):
        with pytest.raises(errors.InvalidAnswers) as refused, rejected.work_as("officer") as work:
            plans.extend(work, plan.id, until=until, reason=reason)
        assert set(refused.value.messages) == {field}
    with pytest.raises(permissions.MissingPermission), rejected.work_as("chair") as work:
        plans.extend(work, plan.id, until=later, reason="Recours")
    with rejected.work_as("officer") as work:
        plans.extend(work, plan.id, until=later, reason="Un recours est en cours.")

    play(rejected, store, days=60)
    assert rejected.project().erased_at is None
    play(rejected, store, days=200)
    assert rejected.project().erased_at is not None
    assert len(warnings(rejected)) == 3
    with pytest.raises(plans.PlanDone), rejected.work_as("officer") as work:
        plans.extend(work, plan.id, until=later + timedelta(days=30), reason="Trop tard.")
    assert problems(rejected) == []


def test_a_request_that_nobody_pursued_is_kept_one_year(programme, store):
    programme.open()
    programme.complete(
        "qualify", "officer", {"outcome": "reorient", "reoriented_to": "PFIL", "reason": "Ailleurs."}
    )
    project = programme.project()
    assert project.ended_on is not None

    programme.clock.advance(days=360)
    play(programme, store, days=40)
    assert programme.project().erased_at is not None


def closed(programme) -> None:
    programme.label()
    with programme.database.start_work() as work:
        work.connection.execute(
            sa.update(Project)
            .where(Project.id == programme.case_id)
            .values(ended_on=programme.today, end_kind="closed", status="closed")
        )
        work.connection.execute(
            sa.update(cases.instance)
            .where(cases.instance.c.id == programme.case_id)
            .values(ended_at=programme.clock.now(), wake_at=None)
        )
        work.connection.execute(
            sa.update(Task).where(Task.closed_at.is_(None)).values(closed_at=work.now, outcome="withdrawn")
        )


def test_a_closed_project_is_archived_then_a_skeleton_then_loses_its_accounting_pieces(programme, store):
    closed(programme)
    payment = emptying.table("advance_payment")
    with programme.database.start_work() as work:
        work.connection.execute(
            sa.insert(payment).values(
                id=programme.case_id,
                project_id=programme.case_id,
                basin_id=programme.basin_id,
                amount_cents=500_000,
                paid_on=programme.today,
                bank_reference="VIR 2026-118",
                occurred_on=programme.today,
                recorded_at=work.now,
                recorded_by=programme.people["officer"],
            )
        )
    before = figures(programme)
    programme.clock.advance(days=366)
    play(programme, store, days=40)

    project = programme.project()
    assert project.archived_at is not None
    assert project.firm == FIRM["name"]
    with programme.work_as("mandatary") as work:
        with pytest.raises(permissions.NotVisible):
            archived.require_readable(work, project)
        seen = dossiers.list_projects(
            work,
            basin_ids=[programme.basin_id],
            archives=permissions.permissions_of(work, programme.people["mandatary"]).basins_with(
                permissions.Permission.READ_ARCHIVE
            ),
        )
        assert not seen.projects
    with programme.work_as("officer") as work:
        archived.require_readable(work, project)

    programme.clock.advance(days=365 * 5)
    play(programme, store, days=40)
    assert programme.project().erased_at is not None
    with programme.database.start_reading() as work:
        kept = work.connection.execute(sa.select(payment)).one()
        assert (kept.amount_cents, kept.bank_reference) == (500_000, "VIR 2026-118")
        agreement = work.connection.execute(sa.select(emptying.table("agreement"))).first()
        assert agreement.body == ""
        assert agreement.text == {}
        assert agreement.text_hash
    programme.clock.advance(days=365 * 4)
    play(programme, store, days=40)
    with programme.database.start_reading() as work:
        kept = work.connection.execute(sa.select(payment)).one()
        assert (kept.amount_cents, kept.bank_reference) == (500_000, "")
    assert "Dupré" not in words(programme)
    assert figures(programme) == before
    assert problems(programme) == []


def test_an_agreement_and_a_paper_may_be_emptied_and_never_rewritten(programme):
    programme.label()
    agreement, paper = emptying.table("agreement"), emptying.table("paper")
    for table, values in (
        (agreement, {"body": "autre"}), (agreement, {"text": {}}), (agreement, {"file_hash": "0"}),
        (agreement, {"file_hash": None}), (paper, {"content_hash": "0"}), (paper, {"content_hash": None}),
    ):  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError), programme.database.start_work() as work:
            work.connection.execute(sa.update(table).values(values))
    with programme.database.start_work() as work:
        work.connection.execute(sa.update(paper).values(content_hash=None, state="erased"))
        work.connection.execute(sa.update(agreement).values(text={}, body="", file_hash=None))
    for values in ({"file_hash": "0"}, {"body": "autre"}, {"text": {"autre": 1}}):
        with pytest.raises(sa.exc.DBAPIError), programme.database.start_work() as work:
            work.connection.execute(sa.update(agreement).values(values))
    with pytest.raises(sa.exc.DBAPIError), programme.database.start_work() as work:
        work.connection.execute(sa.update(paper).values(content_hash="autre"))


def test_one_that_fails_stops_no_other_and_is_tried_again(rejected, store, monkeypatch):
    rejected.clock.advance(days=365 * 2)
    play(rejected, store, days=29)
    with monkeypatch.context() as broken:
        broken.setattr(skeletons, "forget_firm", lambda *_: 1 / 0)
        play(rejected, store, days=10)
        assert rejected.rows(Plan)[0].failure == "ZeroDivisionError"
        assert rejected.project().firm == FIRM["name"]
    play(rejected, store, days=1)
    assert rejected.project().erased_at is not None


def test_the_tick_looks_once_a_day_and_goes_on_with_what_was_begun(rejected, store, tmp_path):
    rejected.clock.advance(days=365 * 2 - 20)
    assert plans.forget_daily(rejected.database, store) > 0
    with rejected.database.start_work() as work:
        alone = persons.add(work, full_name="Jeanne Perdue").id
        erasing.begin(work, alone)
    assert plans.forget_daily(rejected.database, store) == 1
    assert plans.forget_daily(rejected.database, store) == 0
    assert [each["subject"] for each in replaying.read(tmp_path / replaying.FILE)] == [alone.hex]


def test_two_schedulers_warn_once(rejected, store):
    rejected.clock.advance(days=365 * 2 - 20)
    with rejected.database.start_work() as work:
        assert claims.take_lease(work, name=plans.TICK, holder="another", lasting=timedelta(hours=1))
    assert plans.forget_daily(rejected.database, store) == 0
    assert not warnings(rejected)
    rejected.clock.advance(hours=2)
    plans.forget_daily(rejected.database, store)
    assert len(warnings(rejected)) == 1
