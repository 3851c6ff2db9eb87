"""A variant rehearsed on an imaginary project: to closure, by every turn, always in the same way."""

from __future__ import annotations

import functools
from datetime import date

import pytest

from engine import clock
from engine.registry import changes, library, overlay, points
from engine.rehearsal import rehearsing, told
from engine.rehearsal.setting import Choices, Ending, Otherwise, Pace
from engine.rehearsal.told import How, Kind, Rehearsal
from forms import extras
from tests.applied import place_of

MONDAY = date(2026, 1, 5)


@functools.cache
def files_of(slug: str) -> dict[str, bytes]:
    """What the basin publishes: its parameters, its steps, its questions."""
    return library.basin(slug).apply(library.reference())


@functools.cache
def usual(months: int = 24) -> Rehearsal:
    """A life in which everything goes as it does most often, played once for those who look at it."""
    return rehearsed(months=months)


def rehearsed(
    slug: str = "terres-de-lorraine", *, files=None, months: int = 24, seed: int = 1, **chosen
) -> Rehearsal:
    return rehearsing.play(
        files or files_of(slug), place_of(slug), Choices(**chosen), starts_on=MONDAY, months=months, seed=seed
    )


def titles(played: Rehearsal, *kinds: Kind) -> list[str]:
    return [each.title for each in played.entries if each.kind in kinds]


def elements(played: Rehearsal, *kinds: Kind) -> list[str]:
    return [each.element for each in played.entries if each.kind in kinds]


def before_the_end(played: Rehearsal) -> set[str]:
    return {each.element for each in played.entries if each.kind is Kind.DONE}


# To the end.


@pytest.mark.parametrize("slug", library.slugs())
def test_each_basin_plays_to_its_closure_and_never_before_its_follow_up_is_over(slug):
    played = rehearsed(slug, months=30)

    assert (played.how, played.end) == (How.ENDED, "Projet clos"), played.sentence.written()
    own = {each.id for each in library.basin(slug).changes if each.kind == "step"}
    assert own <= before_the_end(played)
    assert played.summary.closed_on == played.ended_on
    assert played.summary.labelled_on is not None
    follow_up = int(place_of(slug).current["follow_up.months"])
    assert played.ended_on >= clock.add_months(played.summary.labelled_on, max(18, follow_up))
    assert not titles(played, Kind.REFUSED)


def test_a_life_is_told_by_dated_tasks_mails_sessions_and_its_end():
    played = usual()

    assert [each.on for each in played.entries] == sorted(each.on for each in played.entries)
    assert elements(played, Kind.OPENED)[0] == "qualify"
    assert elements(played, Kind.END) == ["closed"]
    assert titles(played, Kind.SESSION) == ["Séance du comité d’agrément"]
    assert elements(played, Kind.DONE).count("follow_up_report") == 6
    mails = [each for each in played.entries if each.kind is Kind.MAIL]
    assert all(each.who.endswith("(imaginaire)") for each in mails)
    assert {each.role for each in mails} >= {"operator", "chair", "prescriber", "mandatary", "sme_head"}
    assert sum(played.summary.mails.values()) == len(mails)
    assert sum(played.summary.tasks.values()) == len(titles(played, Kind.DONE))


def test_what_was_played_is_marked_on_the_diagrams_and_the_rest_is_not():
    played = rehearsed(outcomes={"decision_outcome": "rejected"})

    assert {"committee_decision", "sign_off_decision", "decision_needed"} <= set(played.passed["decision"])
    assert "engagement" in played.passed["project"]
    assert "not_pursued" in played.passed["project"]
    assert "labelling" not in played.passed["project"]
    assert not {"agreement", "follow_up", "report", "closure", "amendment"} & set(played.passed)


def test_a_part_that_was_carried_through_shows_its_end_and_one_that_never_began_is_not_there():
    played = usual()

    assert {"execution_join", "execution_done", "closed"} <= set(played.passed["project"])
    assert {"file_ready", "accompaniment_done", "follow_up_completed", "all_signed"} <= {
        element for elements in played.passed.values() for element in elements
    }
    assert not {"amendment", "intervention_request", "late_report", "completion"} & set(played.passed)


# By every turn.

TURNS = {
    "rejected": ({"decision_outcome": "rejected"}, ["notify_decision"]),
    "adjourned": ({"decision_outcome": "adjourned"}, ["complete_file", "label_firm"]),
    "complementary": (
        {"decision_outcome": "complementary_diagnostic"},
        ["complementary_diagnostic", "label_firm"],
    ),
    "conditions": ({"decision_outcome": "approved_with_conditions"}, ["lift_conditions", "label_firm"]),
    "declined": ({"mandate_accepted": "no"}, ["reassign_mandate", "label_firm"]),
    "sent back": ({"decision_signed": "send_back"}, ["sign_off_decision", "label_firm"]),
    "refused": ({"signature": "refuse"}, ["sign_agreement", "label_firm"]),
}


@pytest.mark.parametrize("turn", TURNS)
def test_each_turn_that_is_chosen_is_taken(turn):
    outcomes, steps = TURNS[turn]

    played = rehearsed(outcomes=outcomes, months=9)

    happened = elements(played, Kind.DONE, Kind.EVENT)
    assert [each for each in steps if each in happened] == steps, played.sentence.written()
    assert (played.end == "Projet sans suite") is (turn == "rejected")


def test_a_report_may_ask_for_another_intervention_which_is_granted_and_done():
    played = rehearsed(outcomes={"report": "new_intervention"}, months=14)

    steps = elements(played, Kind.DONE)
    assert steps.index("review_request") < len(steps) - 1 - steps[::-1].index("carry_out_intervention")


def test_a_project_withdrawn_ends_there():
    played = rehearsed(ending=Ending.WITHDRAWAL, ending_after=1)

    assert played.end == "Projet retiré"
    assert titles(played, Kind.EVENT) == ["L’entreprise se retire"]
    assert played.summary.labelled_on is None


def test_an_early_end_is_signed_by_the_chair():
    played = rehearsed(ending=Ending.TERMINATION, ending_after=6)

    assert played.end == "Fin anticipée"
    assert "sign_termination" in before_the_end(played)
    assert played.summary.closed_on is None


def test_a_withdrawal_after_the_signature_is_refused_in_a_sentence_and_the_project_goes_on():
    played = rehearsed(ending=Ending.WITHDRAWAL, ending_after=6, months=8)

    [refusal] = [each for each in played.entries if each.kind is Kind.REFUSED]
    assert refusal.detail.written().startswith("La convention est signée")
    assert played.how is How.MONTHS_OVER


def test_a_report_that_stays_missing_climbs_every_rung_up_to_the_chair():
    played = rehearsed(outcomes={"report": "late"}, months=10)

    rungs = elements(played, Kind.RUNG)
    order = [each for each in rungs if each in {"begin_ladder", "recall_due_date", "remind_mandatary",
                                                "call_mandatary", "keep_or_replace"}]  # fmt: skip
    assert order == ["begin_ladder", "recall_due_date", "remind_mandatary", "call_mandatary",
                     "keep_or_replace"]  # fmt: skip
    asked = [each for each in played.entries if each.element == "keep_or_replace"]
    assert asked[0].role == "chair"


def test_signatures_that_never_come_bring_the_project_back_to_the_committee():
    played = rehearsed(outcomes={"signature": "silent"}, months=10)

    assert elements(played, Kind.DONE).count("committee_decision") == 2
    assert elements(played, Kind.DROPPED).count("sign_agreement") >= 1


def test_a_file_that_nobody_completes_stops_with_a_sentence_that_names_the_step():
    played = rehearsed(outcomes={"decision_outcome": "adjourned", "file_completed": "silent"})

    assert played.how is How.STUCK
    assert "Compléter le dossier" in played.sentence.written()


# What a basin adds.

QUESTIONS = extras.read_all(
    [
        {"key": "why", "label": "Pourquoi ?", "type": "text", "mandatory": True},
        {"key": "how_many", "label": "Combien ?", "type": "number", "mandatory": True},
        {"key": "price", "label": "À quel prix ?", "type": "money", "mandatory": True},
        {"key": "when", "label": "Quand ?", "type": "date", "mandatory": True},
        {"key": "sure", "label": "Sûr ?", "type": "yes_no", "mandatory": True},
        {
            "key": "which", "label": "Lequel ?", "type": "choice", "mandatory": True,
            "choices": [{"value": "one", "label": "L’un"}, {"value": "two", "label": "L’autre"}],
        },
    ]
)  # fmt: skip
FORMS = ("basin_note", "basin_opinion", "basin_visit", "basin_questions")


def test_a_step_at_each_point_with_every_kind_of_question_is_played():
    made = [
        changes.Step(
            point=point.key, id=f"basin_step_{number}", name=f"Étape {number}", role="operator", due="P10D",
            form=FORMS[number % len(FORMS)], questions=QUESTIONS, reason="Essai.",
        )
        for number, point in enumerate(points.POINTS)
    ]  # fmt: skip
    asked = changes.Questions(form="qualification", questions=QUESTIONS, reason="Essai.")
    files = overlay.apply(
        library.reference(), published=place_of("terres-de-lorraine").published, changes=[*made, asked]
    )

    played = rehearsed(files=files)

    assert played.end == "Projet clos", played.sentence.written()
    assert {each.id for each in made} <= before_the_end(played)
    assert not titles(played, Kind.REFUSED)


# Chosen one by one.


def test_a_guided_rehearsal_stops_at_each_choice_and_goes_on_with_the_one_that_is_made():
    first = rehearsed(otherwise=Otherwise.ASK)
    assert first.how is How.WAITING
    assert (first.choice.key, first.choice.element) == ("qualification_outcome", "qualify")
    assert [each.value for each in first.choice.options] == ["continue", "reorient", "drop"]

    second = rehearsed(otherwise=Otherwise.ASK, decided=("continue",))
    assert second.choice.key == "prescription_accepted"
    assert second.entries[: len(first.entries)] == first.entries

    dropped = rehearsed(otherwise=Otherwise.ASK, decided=("drop",))
    assert (dropped.how, dropped.choice) == (How.ENDED, None)


def test_an_answer_that_is_not_proposed_is_asked_for_again():
    played = rehearsed(otherwise=Otherwise.ASK, decided=("nothing like it",))

    assert played.choice.key == "qualification_outcome"


# Always the same, and plain.


def test_the_same_seed_gives_the_same_life_and_another_one_another():
    chosen = {"otherwise": Otherwise.RANDOM, "pace": Pace.RANDOM, "months": 5}

    lives = [told.as_mapping(rehearsed(seed=seed, **chosen)) for seed in (7, 7, 8)]

    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


def test_a_rehearsal_is_kept_as_json_and_read_again():
    played = rehearsed(outcomes={"qualification_outcome": "drop"})

    assert told.from_mapping(told.as_mapping(played)) == played


def test_nobody_real_is_named():
    played = usual()

    assert all(who.endswith("(imaginaire)") for who in (*played.people.values(), played.firm))
    assert all(each.who.endswith("(imaginaire)") for each in played.entries if each.who)
