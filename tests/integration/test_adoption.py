"""A basin's running projects are taken over at their stage, and go on as any other (D15)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.adoption import files
from engine.agreements import amended_facts, annex
from engine.agreements.models import AdvancePayment
from engine.analytics import indicators
from engine.analytics.questions import Question
from engine.clock import FrozenClock, add_months
from engine.outbox.models import Message
from engine.people import partnerships
from engine.people.models import Role
from engine.persistence import history
from engine.persistence.database import Database
from engine.projects import dossiers, firms
from engine.projects.follow_up_models import Report
from engine.projects.models import Project
from engine.skills import interventions
from tests.faults.lives import Life
from tests.integration import adopting
from tests.integration.adopting import awaiting, eighteen, followed, refused, signing, take_over, written
from tests.integration.programme import Programme


@pytest.fixture
def programme(database: Database, clock: FrozenClock) -> Programme:
    """A basin whose former partnership agreement is recorded too."""
    return begun_earlier(Programme(database, clock).install())


def begun_earlier(made: Programme) -> Programme:
    """The same basin, with the agreement under which its projects began."""
    with made.work_as("officer") as work:
        partnerships.sign(
            work, basin_id=made.basin_id, starts_on=date(2023, 1, 1), ends_on=date(2025, 12, 31),
            charter_version="2010", reason="essai",
        )  # fmt: skip
    return made


@pytest.fixture
def on_sqlite(sqlite: Database, clock: FrozenClock) -> Programme:
    """The same on SQLite alone, for what does not depend on the database."""
    return begun_earlier(Programme(sqlite, clock).install())


def test_eighteen_projects_each_enter_at_their_stage_with_their_own_days(programme: Programme) -> None:
    today = programme.today
    found = take_over(programme, eighteen(today)).taken_over
    assert [each.stage.value for each in found] == (
        ["awaiting_session"] * 3 + ["signing"] * 3 + ["follow_up"] * 12
    )
    by_line = {each.number: each for each in found}
    assert [task.title for task in by_line[2].tasks] == ["Consigner la décision"]
    assert [task.title for task in by_line[5].tasks] == ["Accepter le mandat"]
    assert [task.title for task in by_line[9].tasks] == ["Planifier les interventions"]
    for number, months in zip(range(8, 18), (0, 1, 2, 4, 5, 7, 9, 11, 13, 16), strict=True):
        signed_on = add_months(today, -months)
        assert by_line[number].closing_from == add_months(signed_on, 18)
        assert by_line[number].next_report_on == add_months(signed_on, months // 3 * 3 + 3)
    past_term = by_line[19]
    assert past_term.next_report_on == today + timedelta(days=14), "its last report, before it closes"


def test_nobody_is_mailed_about_what_is_past(programme: Programme) -> None:
    take_over(programme, eighteen(programme.today))
    with programme.database.start_reading() as work:
        kinds = set(
            work.database.scalars(sa.select(Message.kind).where(Message.case_id.in_(sa.select(Project.id))))
        )
    assert kinds <= {"task_opened", "report_opened"}, "what is to be done now, and nothing else"


def test_the_history_says_who_declared_each_project(programme: Programme) -> None:
    found = take_over(programme, [followed(1, programme.today, 7)]).taken_over[0]
    table = history.history
    with programme.database.start_reading() as work:
        entry = work.connection.execute(
            sa.select(table.c.actor_id, table.c.kind).where(
                table.c.chain_id == found.project_id, table.c.kind == "projects.project.adopted"
            )
        ).one()
    assert entry.actor_id == programme.people["officer"]


@pytest.mark.parametrize("seed", [3, 11])
def test_every_adopted_project_is_lived_to_its_end(programme: Programme, seed: int) -> None:
    found = take_over(programme, eighteen(programme.today)).taken_over
    dice = random.Random(seed)
    chosen = [found[0], found[4], found[6], found[dice.randrange(7, 16)], found[16], found[17]]
    for each in chosen:
        programme.case_id = each.project_id
        end = Life(programme, dice).go_on()
        project = programme.project()
        assert project.adopted
        if end == "closed":
            assert project.ended_on >= project.follow_up_ends_on
            assert programme.rows(Report), "at least one report between the entry and the closure"


def test_what_was_given_before_is_counted_and_not_planned_again(on_sqlite: Programme) -> None:
    found = take_over(on_sqlite, [followed(1, on_sqlite.today, 7)]).taken_over[0]
    on_sqlite.case_id = found.project_id
    with on_sqlite.database.start_reading() as work:
        assert interventions.days_of(work, found.project_id) == (Decimal("2.5"), Decimal("2.5"))
        [(company_id, domain, quarters)] = interventions.to_plan(work, found.project_id)
        context = work.domain.context(work, on_sqlite.task("plan_interventions"))
    assert (company_id, domain, quarters) == (on_sqlite.firms["lender"], "production", 14)
    assert [row["planned_days"] for row in context.prefill["interventions"]] == [Decimal("3.5")]


def test_all_days_given_leave_nothing_to_plan(on_sqlite: Programme) -> None:
    row = followed(1, on_sqlite.today, 7) | {"Jours déjà faits 1": "6"}
    on_sqlite.case_id = take_over(on_sqlite, [row]).taken_over[0].project_id
    on_sqlite.complete("plan_interventions", "officer", {"nothing_to_plan": True})
    on_sqlite.complete("review_accompaniment", "officer", {"complete": True, "summary": "Tout est fait."})


def test_an_advance_may_be_paid_and_the_agreement_amended_afterwards(on_sqlite: Programme) -> None:
    row = followed(1, on_sqlite.today, 1)
    found = take_over(on_sqlite, [row]).taken_over[0]
    with on_sqlite.database.start_reading() as work:
        annex.require_signed(work, found.project_id)
        agreement = amended_facts.in_force(work, found.project_id)
    assert agreement is not None
    assert agreement.text["means"][0]["quarter_days"] == 24
    assert "L’original" in agreement.body


def test_an_advance_paid_before_is_known_as_paid(on_sqlite: Programme) -> None:
    on_sqlite.case_id = take_over(on_sqlite, [followed(1, on_sqlite.today, 5)]).taken_over[0].project_id
    [payment] = on_sqlite.rows(AdvancePayment)
    assert (payment.amount_cents, payment.paid_on) == (1_500_000, on_sqlite.project().advance_paid_on)


def test_figures_show_adopted_projects_apart(on_sqlite: Programme) -> None:
    take_over(on_sqlite, [followed(1, on_sqlite.today, 7), awaiting(2, on_sqlite.today)])
    on_sqlite.appraise()
    with on_sqlite.database.start_reading() as work:
        asked = Question(date(2020, 1, 1), on_sqlite.today, (on_sqlite.basin_id,))
        figures = indicators.read(work, asked)
    assert (figures.own.total, figures.adopted.total) == (1, 2)
    assert (figures.adopted.labelled, figures.adopted.jobs.created) == (1, 2)


def test_the_same_file_again_takes_nothing_over_twice(programme: Programme) -> None:
    rows = eighteen(programme.today)
    take_over(programme, rows)
    again = take_over(programme, rows)
    assert (len(again.taken_over), len(again.already)) == (0, 18)
    longer = take_over(programme, [*rows, followed(40, programme.today, 3)])
    assert (len(longer.taken_over), len(longer.already)) == (1, 18)


def test_one_wrong_line_takes_nothing_over(programme: Programme) -> None:
    rows = eighteen(programme.today)
    rows[9]["Dernière signature le"] = "31/02/2025"
    [told] = refused(programme, *rows)
    assert told == (
        "Ligne 11, colonne « Dernière signature le » : Cette date n’existe pas dans le calendrier. "
        "Lu : « 31/02/2025 »."
    )
    with programme.database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Project)) == 0


def test_a_dry_run_leaves_nothing_behind(programme: Programme) -> None:
    table = adopting.table_of(eighteen(programme.today))
    with pytest.raises(files.Rehearsed) as shown, programme.work_as("officer") as work:
        raise files.Rehearsed(files.take_over(work, table, basin_id=programme.basin_id))
    assert len(shown.value.outcome.taken_over) == 18
    with programme.database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Project)) == 0
    assert len(take_over(programme, eighteen(programme.today)).taken_over) == 18


Change = Callable[[Programme], dict[str, str]]
WRONG: dict[str, tuple[Callable[[Programme], dict[str, str]], str]] = {
    "unknown member": (
        lambda one: signing(1, one.today) | {"Mandataire (courriel)": "personne@exemple.test"},
        "colonne « Mandataire (courriel) » : « personne@exemple.test » ne tient pas de siège délibératif",
    ),
    "unknown company": (
        lambda one: signing(1, one.today) | {"Entreprise prêteuse 1": "Nulle part"},
        "colonne « Entreprise prêteuse 1 » : « Nulle part » n’est pas une entreprise partenaire",
    ),
    "unknown expert": (
        lambda one: followed(1, one.today, 7) | {"Intervenant 1": "nul@exemple.test"},
        "« nul@exemple.test » n’est pas un intervenant connu",
    ),
    "above the ceiling": (
        lambda one: signing(1, one.today) | {"Avance accordée (€)": "90 000", "Durée du remboursement (mois)": "24"},
        "colonne « Avance accordée (€) » : Le montant ne peut pas dépasser",
    ),
    "follow-up too short": (
        lambda one: signing(1, one.today) | {"Durée du suivi (mois)": "12"},
        "Indiquez un nombre entre 18 et 60",
    ),
    "report off the grid": (
        lambda one: followed(1, one.today, 7) | {"Prochain compte rendu dû le": written(one.today + timedelta(days=3))},
        "en attend le",
    ),
    "decided before it was diagnosed": (
        lambda one: signing(1, one.today) | {"Diagnostic du": written(one.today)},
        "colonne « Décision du comité du » : Ce jour précède ce dont il découle",
    ),
    "report after the end": (
        lambda one: followed(1, one.today, 7)
        | {"Prochain compte rendu dû le": written(add_months(one.today, 17))},
        "aucun compte rendu n’est dû après ce jour",
    ),
    "more days given than granted": (
        lambda one: followed(1, one.today, 7) | {"Jours déjà faits 1": "60"},
        "colonne « Jours déjà faits 1 » : Plus de jours faits que de jours accordés",
    ),
    "deferred past its repayment": (
        lambda one: signing(1, one.today)
        | {"Avance accordée (€)": "15 000", "Durée du remboursement (mois)": "6", "Différé (mois)": "24"},
        "colonne « Différé (mois) » : Le différé doit être plus court que le remboursement",
    ),
    "a SIREN for a SIRET": (
        lambda one: signing(1, one.today) | {"SIRET": "732829320"}, "Un SIRET a 14 chiffres. Lu : « 732829320 »",
    ),
    "report before the first": (
        lambda one: followed(1, one.today, 1) | {"Dernier compte rendu remis le": written(one.today)},
        "Le premier compte rendu n’est dû que le",
    ),
    "signed before it was decided": (
        lambda one: followed(1, one.today, 7) | {"Décision du comité du": written(one.today)},
        "Ce jour précède ce dont il découle",
    ),
    "signed tomorrow": (
        lambda one: followed(1, one.today, 7) | {"Dernière signature le": written(one.today + timedelta(days=1))},
        "Cette date ne peut pas être à venir",
    ),
    "filled at another stage": (
        lambda one: awaiting(1, one.today) | {"Dernière signature le": written(one.today)},
        "À l’étape « À présenter au comité », cette colonne reste vide",
    ),
    "no agreement on that day": (
        lambda one: awaiting(1, one.today) | {"Demande reçue le": "01/02/2015", "Diagnostic du": "01/03/2015"},
        "Aucune convention de partenariat enregistrée",
    ),
    "the mandatary's own head": (
        lambda one: signing(1, one.today)
        | {"Dirigeant": "Mandatary (démo)", "Courriel du dirigeant": "mandatary@exemple.test"},
        "Cette personne dirige l’entreprise du projet",
    ),
    "nothing given": (
        lambda one: signing(1, one.today)
        | dict.fromkeys(("Entreprise prêteuse 1", "Domaine 1", "Jours accordés 1"), ""),
        "Une approbation accorde des jours ou une avance",
    ),
    "unknown stage": (lambda one: awaiting(1, one.today) | {"Étape": "En cours"}, "possibles : À présenter au comité, Convention à signer, En suivi"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_a_line_may_not_say_is_told_at_its_column(on_sqlite: Programme, case: str) -> None:
    row_of, expected = WRONG[case]
    told = refused(on_sqlite, row_of(on_sqlite))
    assert any(expected in each for each in told), told
    assert all(each.startswith("Ligne 2") for each in told)


def test_two_lines_for_one_project_are_refused(on_sqlite: Programme) -> None:
    row = followed(1, on_sqlite.today, 7)
    told = refused(on_sqlite, row, signing(2, on_sqlite.today) | {"SIRET": row["SIRET"]})
    assert "Ligne 3, colonne « Entreprise » : Même entreprise que la ligne 2" in told[0]


def test_a_firm_followed_already_is_refused(on_sqlite: Programme) -> None:
    on_sqlite.appraise()
    row = followed(1, on_sqlite.today, 7) | {
        "SIRET": "00000001800002", "Entreprise": "Mécanique du Grand Pré (démo)",
    }  # fmt: skip
    assert "déjà suivie ici" in refused(on_sqlite, row)[0]


def test_a_member_who_sits_twice_is_asked_for_whom(on_sqlite: Programme) -> None:
    with on_sqlite.work_as("officer") as work:
        from engine.people import committee_seats

        committee_seats.give_seat(
            work, basin_id=on_sqlite.basin_id, person_id=on_sqlite.people["mandatary"],
            organisation_id=on_sqlite.firms["lender"],
        )  # fmt: skip
    row = signing(1, on_sqlite.today)
    assert "siège pour" in refused(on_sqlite, row)[0]
    told = row | {"Mandataire (courriel)": "mandatary@exemple.test / Entreprise lender (démo)"}
    on_sqlite.case_id = take_over(on_sqlite, [told]).taken_over[0].project_id
    assert on_sqlite.project().mandatary_organisation_id == on_sqlite.firms["lender"]


def test_everybody_has_their_part_from_the_first_day(on_sqlite: Programme) -> None:
    found = take_over(on_sqlite, [followed(1, on_sqlite.today, 7)]).taken_over[0]
    with on_sqlite.database.start_reading() as work:
        from engine.people import assignments

        held = {each.role for each in assignments.of_case(work, found.project_id, on_sqlite.today)}
    assert held >= {
        Role.BENEFICIARY.value, Role.SME_HEAD.value, Role.PRESCRIBER.value, Role.MANDATARY.value, Role.EXPERT.value,
    }  # fmt: skip


def test_the_officer_s_own_number_finds_the_project_whatever_its_firm_is_called(on_sqlite: Programme) -> None:
    found = take_over(on_sqlite, [followed(7, on_sqlite.today, 7)]).taken_over[0]
    on_sqlite.case_id = found.project_id
    with on_sqlite.work_as("officer") as work:
        firms.correct(work, on_sqlite.project().organisation_id, name="Forge nouvelle (démo)")
    with on_sqlite.database.start_reading() as work:
        for words in ("2024-07", "forge nouvelle"):
            assert [each.id for each in dossiers.list_projects(work, q=words).projects] == [found.project_id]


def test_zero_where_nothing_was_given_is_nothing(on_sqlite: Programme) -> None:
    row = followed(1, on_sqlite.today, 1) | {"Jours déjà faits 1": "0", "Avance accordée (€)": "0,00 €"}
    row |= {"Avance versée le": "", "Référence du versement": "", "Durée du remboursement (mois)": ""}
    on_sqlite.case_id = take_over(on_sqlite, [row]).taken_over[0].project_id
    assert on_sqlite.project().advance_cents == 0
    with on_sqlite.database.start_reading() as work:
        assert interventions.days_of(work, on_sqlite.case_id) == (Decimal(0), Decimal(0))


@pytest.mark.parametrize("signed_on", ["29/02/2024", "31/08/2025"])
def test_months_are_counted_from_the_last_day_of_a_month_as_the_calendar_has_them(
    on_sqlite: Programme, signed_on: str
) -> None:
    day = date(*map(int, reversed(signed_on.split("/"))))
    row = followed(1, on_sqlite.today, 1) | {
        "Demande reçue le": signed_on, "Décision du comité du": signed_on, "Dernière signature le": signed_on,
    }  # fmt: skip
    [found] = take_over(on_sqlite, [row]).taken_over
    assert found.closing_from == add_months(day, 18)
    assert found.next_report_on in {add_months(day, 3 * each) for each in range(1, 20)}


def test_a_week_after_nobody_has_heard_of_anything_but_what_has_just_become_due(programme: Programme) -> None:
    counted = sa.select(Message.kind, sa.func.count()).group_by(Message.kind)

    def written_so_far() -> dict[str, int]:
        with programme.database.start_reading() as work:
            return {row[0]: row[1] for row in work.connection.execute(counted)}

    before = written_so_far()
    take_over(programme, eighteen(programme.today))
    programme.play_until(programme.today + timedelta(days=7))
    since = {kind: count - before.get(kind, 0) for kind, count in written_so_far().items()}
    assert {kind for kind, count in since.items() if count} == {"task_opened", "report_opened"}
    assert since["task_opened"] == 3, "the mandates to accept"
