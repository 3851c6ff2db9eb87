"""A variant rehearsed on an imaginary project: to closure, by every turn, always in the same way."""

from __future__ import annotations

from datetime import date

import pytest

from engine import clock
from engine.registry import library, overlay
from engine.rehearsal import rehearsing, told
from engine.rehearsal.setting import Choices, Ending, Otherwise, Pace, Place
from engine.rehearsal.told import How, Kind, Rehearsal

MONDAY = date(2026, 1, 5)


def place_of(slug: str) -> Place:
    about = library.basin(slug).parameters
    return Place(
        about.name, about.code, about.zone, about.territory, about.charter_version, about.current,
        about.published,
    )  # fmt: skip


def rehearsed(slug: str = "terres-de-lorraine", *, months: int = 24, seed: int = 1, **chosen) -> Rehearsal:
    about = library.basin(slug).parameters
    files = overlay.substitute(library.reference(), about)
    return rehearsing.play(
        files, place_of(slug), Choices(**chosen), starts_on=MONDAY, months=months, seed=seed
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
    played = rehearsed(slug, months=36)

    assert (played.how, played.end) == (How.ENDED, "Projet clos"), played.sentence.written()
    assert played.summary.closed_on == played.ended_on
    assert played.summary.labelled_on is not None
    follow_up = int(place_of(slug).current["follow_up.months"])
    assert played.ended_on >= clock.add_months(played.summary.labelled_on, max(18, follow_up))
    assert not titles(played, Kind.REFUSED)


def test_a_life_is_told_by_dated_tasks_mails_sessions_and_its_end():
    played = rehearsed()

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
    assert not {"agreement", "follow_up", "report", "closure"} & set(played.passed)


# By every turn.

TURNS = {
    "rejected": ({"decision_outcome": "rejected"}, "Projet sans suite", {"notify_decision"}),
    "adjourned": ({"decision_outcome": "adjourned"}, "Projet clos", {"complete_file", "sign_closure"}),
    "complementary": (
        {"decision_outcome": "complementary_diagnostic"},
        "Projet clos",
        {"complementary_diagnostic", "sign_closure"},
    ),
    "conditions": (
        {"decision_outcome": "approved_with_conditions"},
        "Projet clos",
        {"lift_conditions", "sign_closure"},
    ),
    "declined": (
        {"mandate_accepted": "no"},
        "Projet clos",
        {"reassign_mandate", "sign_closure"},
    ),
    "new days": ({"report": "new_intervention"}, "Projet clos", {"review_request", "sign_closure"}),
}


@pytest.mark.parametrize("turn", TURNS)
def test_each_turn_that_is_chosen_is_taken(turn):
    outcomes, end, steps = TURNS[turn]

    played = rehearsed(outcomes=outcomes, months=36)

    assert (played.how, played.end) == (How.ENDED, end), played.sentence.written()
    assert steps <= before_the_end(played)


def test_a_project_withdrawn_ends_there():
    played = rehearsed(ending=Ending.WITHDRAWAL, ending_after=1)

    assert played.end == "Projet retiré"
    assert titles(played, Kind.EVENT) == ["L’entreprise se retire"]
    assert played.summary.labelled_on is None


def test_an_early_end_is_signed_by_the_chair():
    played = rehearsed(ending=Ending.TERMINATION, ending_after=9)

    assert played.end == "Fin anticipée"
    assert "sign_termination" in before_the_end(played)
    assert played.summary.closed_on is None


def test_a_withdrawal_after_the_signature_is_refused_in_a_sentence_and_the_project_goes_on():
    played = rehearsed(ending=Ending.WITHDRAWAL, ending_after=9)

    [refusal] = [each for each in played.entries if each.kind is Kind.REFUSED]
    assert refusal.detail.written().startswith("La convention est signée")
    assert played.end == "Projet clos"


def test_a_report_that_stays_missing_climbs_every_rung_up_to_the_chair():
    played = rehearsed(outcomes={"report": "late"})

    rungs = elements(played, Kind.RUNG)
    order = [each for each in rungs if each in {"begin_ladder", "recall_due_date", "remind_mandatary",
                                                "call_mandatary", "keep_or_replace"}]  # fmt: skip
    assert order == ["begin_ladder", "recall_due_date", "remind_mandatary", "call_mandatary",
                     "keep_or_replace"]  # fmt: skip
    asked = [each for each in played.entries if each.element == "keep_or_replace"]
    assert asked[0].role == "chair"


def test_signatures_that_never_come_bring_the_project_back_to_the_committee():
    played = rehearsed(outcomes={"signature": "silent"}, months=12)

    assert elements(played, Kind.DONE).count("committee_decision") == 2
    assert elements(played, Kind.DROPPED).count("sign_agreement") >= 1


def test_a_file_that_nobody_completes_stops_with_a_sentence_that_names_the_step():
    played = rehearsed(outcomes={"decision_outcome": "adjourned", "file_completed": "silent"})

    assert played.how is How.STUCK
    assert "Compléter le dossier" in played.sentence.written()


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
    chosen = {"otherwise": Otherwise.RANDOM, "pace": Pace.RANDOM, "months": 9}

    lives = [told.as_mapping(rehearsed(seed=seed, **chosen)) for seed in (7, 7, 8)]

    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


def test_a_rehearsal_is_kept_as_json_and_read_again():
    played = rehearsed(outcomes={"qualification_outcome": "drop"})

    assert told.from_mapping(told.as_mapping(played)) == played


def test_nobody_real_is_named():
    played = rehearsed(months=6)

    assert all(who.endswith("(imaginaire)") for who in (*played.people.values(), played.firm))
    assert all(each.who.endswith("(imaginaire)") for each in played.entries if each.who)
