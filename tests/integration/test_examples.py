"""What a parameter would give is what happens once the basin has given it that value."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.committee import limits, sessions, votes
from engine.escalation import climbing
from engine.examples import compared
from engine.people import assignments, basins, committee_seats
from engine.persistence.unit_of_work import Actor
from engine.projects import grid
from engine.registry import current, parameters
from engine.registry.wording import Said
from forms import catalogue
from tests.integration.programme import Programme

FIRST, OPENS = "Premier compte rendu attendu", "Il s’ouvre"


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def tried(programme, key, value=None):
    with programme.database.start_reading(Actor(programme.people["officer"])) as work:
        return compared(work, basin_id=programme.basin_id, key=key, value=value)


def told(found):
    """The lines of an example by what they tell: « Séance du 2026-12-10 »."""
    return {label(row.line.label): row.line.value for row in found.rows}


def label(said):
    return said.template.format(**said.values)


def day_of(found, key):
    """The day that a rung's line gives."""
    return told(found)[parameters.BY_KEY[key].label]


def change(programme, key, value):
    programme.clock.advance(minutes=1)
    with programme.work_as("officer") as work:
        current.change(work, basin_id=programme.basin_id, key=key, value=value, reason="Vote du comité")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("follow_up.cadence_months", 4),
        ("ladder.early", -20),
        ("calendar.quiet_periods", [["02-01", "02-05"]]),
    ],
)
def test_a_report_opens_and_is_due_on_the_days_told(programme, key, value):
    change(programme, key, value)
    foreseen = told(tried(programme, "follow_up.cadence_months"))

    programme.label()
    programme.play_until(foreseen[OPENS] - timedelta(days=1))
    assert "follow_up_report" not in programme.steps()
    programme.play_until(foreseen[OPENS])
    report = programme.task("follow_up_report")

    assert (foreseen[FIRST], foreseen[OPENS]) == (report.due_on, report.opened_on)


def test_the_value_tried_is_told_before_it_is_given_and_the_one_in_force_beside(programme):
    found = tried(programme, "follow_up.cadence_months", 4)
    today = tried(programme, "follow_up.cadence_months")
    change(programme, "follow_up.cadence_months", 4)

    assert (found.is_tried, today.is_tried) == (True, False)
    assert told(found) == told(tried(programme, "follow_up.cadence_months"))
    assert {label(row.line.label): row.before for row in found.rows} == told(today)
    assert all(row.before is None for row in today.rows)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ladder.reminder", 14),
        ("ladder.call", 33),
        ("ladder.chair", 60),
        ("calendar.quiet_periods", [["02-20", "03-14"]]),
    ],
)
def test_a_late_report_climbs_its_ladder_on_the_days_told(programme, key, value):
    change(programme, key, value)
    foreseen = tried(programme, "ladder.chair")
    programme.label()

    opened = {}
    for step, rung in (
        ("follow_up_report", "early"),
        ("call_mandatary", "call"),
        ("keep_or_replace", "chair"),
    ):
        programme.play_until(day_of(foreseen, f"ladder.{rung}") - timedelta(days=1))
        assert step not in programme.steps()
        programme.play_until(day_of(foreseen, f"ladder.{rung}"))
        opened[step] = programme.task(step).opened_on
    with programme.database.start_reading() as work:
        sent = {each.rung: each.sent_on for each in climbing.rungs_of_case(work, programme.case_id)}

    assert opened == {
        "follow_up_report": day_of(foreseen, "ladder.early"),
        "call_mandatary": day_of(foreseen, "ladder.call"),
        "keep_or_replace": day_of(foreseen, "ladder.chair"),
    }
    assert sent == {rung: day_of(foreseen, f"ladder.{rung}") for rung in ("due", "reminder")}


def test_a_quiet_period_that_goes_and_one_that_comes_are_both_told(programme):
    change(programme, "calendar.quiet_periods", [["12-24", "01-02"], ["08-01", "08-20"]])
    found = tried(programme, "calendar.quiet_periods", [["12-24", "01-02"], ["08-01", "08-31"]])

    assert [(row.line.label.values["last"], row.is_new) for row in found.rows] == [
        (date(2027, 1, 2), False),
        (date(2027, 8, 31), True),
        (date(2027, 8, 20), False),
    ]
    assert found.rows[0].before is None
    assert found.rows[2].line.value.template == "n’y est plus"
    assert found.rows[2].before.values["day"] == date(2027, 8, 23)


def test_an_agenda_is_due_on_the_day_told(programme):
    held_on = date(2027, 1, 14)
    with programme.work_as("officer") as work:
        session = sessions.plan(
            work, basin_id=programme.basin_id, answers={"held_on": held_on, "kind": "meeting"}
        )
    foreseen = told(tried(programme, "committee.notice_days", 10))
    change(programme, "committee.notice_days", 10)
    with programme.work_as("officer") as work:
        moved = sessions.move(
            work, session.id, answers={"held_on": held_on + timedelta(days=1), "kind": "meeting"}
        )
        sessions.move(work, moved.id, answers={"held_on": held_on, "kind": "meeting"})
    programme.case_id = session.id

    assert foreseen[f"Séance du {held_on}"] == programme.task("prepare_agenda").due_on == date(2026, 12, 30)


def test_the_quorum_told_is_that_of_the_seats_in_force(programme):
    found = told(tried(programme, "committee.quorum_percent", 70))

    assert found["Présents ou représentés qu’il faut"] == votes.quorum(4, 70) == 3
    with programme.work_as("officer") as work:
        change_seat(work, programme)
    found = told(tried(programme, "committee.quorum_percent", 70))
    assert found["Présents ou représentés qu’il faut"] == votes.quorum(3, 70) == 3
    assert found["Si un membre s’est retiré du projet"] == votes.quorum(2, 70) == 2


def change_seat(work, programme):
    """The successor leaves the committee."""
    [held] = committee_seats.seats_of(
        work, programme.people["successor"], programme.basin_id, programme.today
    )
    assignments.end(work, held.assignment_id, reason="départ")


@pytest.mark.parametrize(("majority", "needed"), [("simple", 3), ("absolute", 3), ("two_thirds", 3)])
def test_the_votes_told_carry_and_one_less_does_not(programme, majority, needed):
    found = told(tried(programme, "committee.majority", majority))
    yes = found["Voix pour qu’il faut, les autres étant contre"]

    kind = votes.Majority.of(majority)
    assert votes.has_majority(kind, yes, 4 - yes, 4)
    assert not votes.has_majority(kind, yes - 1, 5 - yes, 4)
    assert yes == needed
    of_two = found["Si deux membres s’abstiennent"]
    if majority == "absolute":  # Two seats out of four are no majority of those that are there.
        assert of_two.template == "aucun nombre de voix ne suffit"
    else:
        assert votes.has_majority(kind, of_two, 2 - of_two, 4)


def test_nothing_new_is_told_enough_when_the_form_takes_it(programme):
    change(programme, "follow_up.nothing_new_in_a_row", 2)
    lines = [row.line for row in tried(programme, "follow_up.nothing_new_in_a_row").rows]
    foreseen = [line.value.template for line in lines]
    programme.label()

    happened = []
    for line in lines[:4]:
        programme.play_until(line.label.values["day"] - timedelta(days=1))
        try:
            programme.report(nothing_new=True)
            happened.append("« rien de nouveau » suffit")
        except (errors.InvalidAnswers, catalogue.InvalidAnswers):
            programme.report()
            happened.append("un point complet est demandé")

    assert happened == foreseen[:4]


def test_the_last_instalment_told_is_the_schedule_s(programme):
    found = told(tried(programme, "advance.ceiling_cents", 1_500_000))
    with programme.work_as("officer") as work:
        current.change(
            work, basin_id=programme.basin_id, key="advance.ceiling_cents", value=1_500_000, reason="Budget"
        )
        bounds = limits.on(work, programme.basin_id, programme.today)

    months = bounds["advance_months_max"]
    assert found["Première échéance"] == grid.add_months(programme.today, 1)
    assert found["Dernière échéance"] == grid.add_months(programme.today, months)
    assert found["Remboursement"].values["parts"](locale="fr") == "24 mensualités de 625,00\xa0€"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("advance.floor_cents", 50_000, "Le montant doit être d’au moins 500,00\xa0€."),
        ("advance.ceiling_cents", 1_500_000, "Le montant ne peut pas dépasser 15 000,00\xa0€."),
        ("advance.requires_skills", True, "Ce bassin n’accorde pas d’avance sans compétences"),
        ("jobs.required", True, "Ce bassin lie son aide à l’emploi"),
        ("perimeter.communes", ["54528"], "Cette commune n’est pas dans le périmètre du bassin"),
        ("committee.written_consultation", False, "sans consultation écrite"),
    ],
)
def test_what_a_form_would_refuse_is_told_in_its_own_words(programme, key, value, text):
    def notes(found):
        return " ".join(label(row.line.note) for row in found.rows if row.line.note)

    assert text not in notes(tried(programme, key))
    assert text in notes(tried(programme, key, value))


@pytest.mark.parametrize(
    ("key", "value"),
    [("ladder.reminder", 21), ("follow_up.months", 12), ("committee.quorum_percent", 101),
     ("committee.decision_mode", "lottery"), ("advance.floor_cents", 9_000_000)],
)  # fmt: skip
def test_a_value_that_may_not_be_chosen_has_no_example(programme, key, value):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        tried(programme, key, value)

    assert set(refusal.value.messages) == {"value"}


def test_a_published_parameter_has_its_example_in_the_draft(programme):
    with pytest.raises(current.ChangesWithVersion):
        tried(programme, "follow_up.minimum", "P24M")


@pytest.mark.parametrize("key", parameters.defaults(parameters.Kind.CURRENT))
def test_each_parameter_of_a_new_basin_has_something_to_show(programme, key):
    found = tried(programme, key)

    assert found.rows or found.example.notes or key == "amendment.signed_by"  # Nothing took effect yet.
    assert all(isinstance(row.line.label, Said) for row in found.rows)


def test_an_amendment_of_all_is_signed_by_more_than_those_concerned(programme):
    programme.label()
    concerned = told(tried(programme, "amendment.signed_by"))
    everybody = told(tried(programme, "amendment.signed_by", "all"))

    assert (concerned["Signatures demandées"], everybody["Signatures demandées"]) == (2, 4)


def test_no_act_follows_a_value_that_nobody_gave(programme):
    with programme.work_as("officer") as work, pytest.raises(ValueError, match="only a unit that looks"):
        basins.suppose(work, programme.basin_id, "ladder.call", 30)
    tried(programme, "ladder.call", 30)

    with programme.work_as("officer") as work:
        assert basins.parameter(work, programme.basin_id, "ladder.call", default=None) is None
        assert current.in_force(work, programme.basin_id)["ladder.call"] == 21
