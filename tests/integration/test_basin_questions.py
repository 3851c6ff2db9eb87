"""A basin's own steps and questions, from its published diagrams to the answers read again."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.committee import agenda, dossier, readiness, sessions
from engine.operations import context, session_papers
from engine.people import basins
from engine.projects.models import Diagnostic
from engine.runtime import tasks
from engine.runtime.models import Draft, Submission
from forms import catalogue, extras, json_schema
from tests.integration.asking import ANSWERED, BANK, OPINION, Asking
from tests.integration.programme import DIAGNOSTIC, Programme
from tests.integration.test_hot_path import watched

BANK_ALONE = {name: value for name, value in BANK.items() if name != "questions"}


@pytest.fixture
def asking(database, clock):
    """A basin with a step of its own and two questions on the diagnostic."""
    return Asking(database, clock).install()


def at_the_diagnostic(asking):
    """A dossier whose diagnostic is asked for, the basin's step done."""
    asking.open()
    asking.complete("qualify", "officer", asking.qualification())
    asking.complete("accept_prescription", "prescriber", {"accepted": True})
    asking.complete("basin_bank", "officer", OPINION)
    asking.clock.advance(minutes=20)
    return asking.task("preliminary_diagnostic")


def test_a_dossier_goes_through_them_to_the_committee(asking):
    asking.diagnose()
    asking.complete("check_completeness", "officer", {"outcome": "complete"})
    asking.decide()

    assert "accept_mandate" in asking.steps()
    diagnostic = asking.rows(Diagnostic)[0]
    assert diagnostic.summary == DIAGNOSTIC["summary"]
    kept = asking.kept()
    assert kept["basin_bank"].answers["opinion"] == "reserved"
    assert kept["basin_bank"].extras == {"extra_branch": "Toul (démo)"}
    assert kept["preliminary_diagnostic"].answers == {}
    assert kept["preliminary_diagnostic"].extras == ANSWERED


def test_what_was_answered_is_told_in_words_in_either_language(asking):
    asking.diagnose()

    bank, diagnostic = asking.given()
    assert (bank.title, bank.process, bank.step, bank.is_step) == (
        "Avis de la banque", "appraisal", "basin_bank", True,
    )  # fmt: skip
    assert [(each.label, each.text) for each in bank.answers] == [
        ("Avis", "Réservé"), ("Pourquoi", "Le bail court jusqu’en juin."),
        ("Quelle agence\u202f?", "Toul (démo)"),
    ]  # fmt: skip
    assert not diagnostic.is_step
    assert [each.text.replace("\u202f", " ").replace("\xa0", " ") for each in diagnostic.answers] == [
        "12 000,00 €", "Non",
    ]  # fmt: skip
    assert diagnostic.by == asking.people["prescriber"]
    assert [each.text for each in asking.given("en")[1].answers] == ["€12,000.00", "No"]


def test_the_history_says_so(asking):
    asking.diagnose()

    kinds = asking.kinds()
    assert kinds.count("projects.basin_step.recorded") == 1
    assert kinds.count("runtime.questions.answered") == 1, "the basin's own step says it once"
    assert kinds.index("projects.diagnostic.recorded") < kinds.index("runtime.questions.answered")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"extra_rent": None}, "extra_rent"),
        ({"extra_rent": "12 000"}, "extra_rent"),
        ({"extra_rent": -1}, "extra_rent"),
        ({"extra_rent": 10**400}, "extra_rent"),
        ({"extra_owner": "\x00"}, "extra_owner"),
        ({"extra_owner": {"a": [1]}}, "extra_owner"),
        ({"extra_bank": "?"}, "extra_bank"),
        ({"summary": "\u202e\x00"}, "summary"),
    ],
)
def test_a_refused_answer_changes_nothing(asking, changes, wrong):
    at_the_diagnostic(asking)

    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        asking.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, **ANSWERED, **changes})

    assert list(refusal.value.messages) == [wrong]
    assert asking.steps() == ["preliminary_diagnostic"]
    assert "preliminary_diagnostic" not in asking.kept()
    assert asking.rows(Diagnostic) == []


def test_words_from_right_to_left_are_kept_as_they_were_typed(asking):
    asking.open()
    asking.complete("qualify", "officer", asking.qualification())
    asking.complete("accept_prescription", "prescriber", {"accepted": True})
    asking.complete("basin_bank", "officer", OPINION | {"extra_branch": "بنك 👩\u200d👩\u200d👧 <b>\u202e"})

    assert asking.kept()["basin_bank"].extras["extra_branch"] == "بنك 👩\u200d👩\u200d👧 <b>\u202e"


def test_a_draft_keeps_them_until_the_task_is_done(asking):
    task = at_the_diagnostic(asking)
    typed = {"summary": "Un at", "extra_rent": "douze mille", "extra_gone": "?"}

    with asking.work_as("prescriber") as work:
        view = tasks.find(work, task_id=task.id).task
        tasks.save_draft(work, task_id=task.id, answers=catalogue.draft(view.form, typed, view.extras()))
    with asking.work_as("prescriber") as work:
        kept = tasks.read_draft(work, task_id=task.id)
        assert kept is not None
        assert kept.answers == {"summary": "Un at", "extra_rent": "douze mille"}

    asking.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, **ANSWERED})
    with asking.database.start_reading() as work:
        assert work.database.scalars(sa.select(Draft)).all() == []


def test_the_form_of_the_task_is_described_with_them(asking):
    task = at_the_diagnostic(asking)

    with asking.work_as("prescriber") as work:
        view = tasks.find(work, task_id=task.id).task
        asked = context(work, view, channel="json")
        described = json_schema.schema_of(catalogue.form(view.form), asked)

    assert described["properties"]["extra_rent"]["title"] == "Loyer annuel"
    assert {"extra_rent", "extra_owner"} <= set(described["required"])
    assert len(catalogue.form(view.form).questions(asked).mandatory_at_first()) == 12


def test_what_has_begun_keeps_its_questions_and_its_answers_outlive_them(asking):
    at_the_diagnostic(asking)
    with asking.work_as("officer") as work:
        chain = basins.find(work, asking.basin_id).chain_id
        asking.publish_with(work, chain, [BANK_ALONE])

    asking.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, **ANSWERED})
    assert [each.label for each in asking.given()[1].answers] == [
        "Loyer annuel", "Le dirigeant est-il propriétaire\u202f?",
    ]  # fmt: skip
    stored = asking.kept()["preliminary_diagnostic"]
    assert [each.key for each in extras.kept(stored.questions)] == ["rent", "owner"]

    asking.open(siret="00000002600005", name="Autre atelier (démo)")
    asking.complete("qualify", "officer", asking.qualification())
    asking.complete("accept_prescription", "prescriber", {"accepted": True})
    assert asking.task("basin_bank").questions is None


def test_a_form_without_them_costs_and_keeps_what_it_did(database, clock):
    programme = Programme(database, clock).install()
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    with watched(database) as seen:
        programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)

    assert not [each for each in seen.statements if " submission" in each]
    assert programme.task("check_completeness").questions is None
    with database.start_reading() as work:
        nothing = work.connection.execute(
            sa.select(sa.func.count()).select_from(Submission).where(Submission.extras.is_not(sa.null()))
        )
        assert nothing.scalar_one() == 0


def test_their_answers_cost_one_statement(asking):
    at_the_diagnostic(asking)
    with watched(asking.database) as seen:
        asking.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, **ANSWERED})

    assert sum(" submission" in each for each in seen.statements) == 1


def test_the_committee_reads_the_answers_with_the_diagnostic(asking):
    asking.appraise()
    with asking.work_as("officer") as work:
        session = sessions.find(work, UUID(asking.session_id()))
        agenda.freeze(work, session)
    with asking.work_as("chair") as work:
        session = sessions.find(work, UUID(asking.session_id()))
        found = dossier.of(work, session)
        told = session_papers.item(session_papers.reader(work, session), found.entries[0])

    by_title = {each["title"]: each for each in told["sections"]}
    titles = list(by_title)
    assert titles.index("Appréciations du prescripteur") < titles.index("Avis de la banque")
    assert by_title["Avis de la banque"]["facts"][0] == {"name": "Avis", "text": "Réservé"}
    assert [each["name"] for each in by_title["Questions du bassin"]["facts"]] == [
        "Loyer annuel", "Le dirigeant est-il propriétaire\u202f?",
    ]  # fmt: skip


def test_a_dossier_is_not_ready_for_the_committee_while_its_basin_waits_for_a_step(asking):
    asking.open()
    asking.complete("qualify", "officer", asking.qualification())
    asking.complete("accept_prescription", "prescriber", {"accepted": True})

    with asking.database.start_reading() as work:
        found = readiness.of_basins(work, [asking.basin_id])[0]
    assert found.ready == []
    assert [each.title for each in found.missing] == ["Avis de la banque"]


def test_questions_left_unanswered_leave_nothing_behind(asking):
    asking.open()
    asking.complete("qualify", "officer", asking.qualification())
    asking.complete("accept_prescription", "prescriber", {"accepted": True})
    asking.complete("basin_bank", "officer", {"opinion": "reserved", "reasons": "Le bail court."})

    kept = asking.kept()["basin_bank"]
    assert (kept.extras, kept.questions) == (None, None)
    assert [each.label for each in asking.given()[0].answers] == ["Avis", "Pourquoi"]
