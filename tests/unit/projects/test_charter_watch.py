"""The watch reads a project's history and says which lines of the charter it did not keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.projects import charter_watch
from engine.projects.charter_watch import Happened

SIGNED = date(2026, 1, 31)


def signature(capacity: str) -> Happened:
    return Happened("agreements.agreement.signed", SIGNED, capacity, {"signed_as": capacity})


# A project closed in due form, by the names under which the tests take an entry out or change it.
LIFE = {
    "diagnostic": Happened("projects.diagnostic.recorded", date(2025, 10, 1), "prescriber", {"version": 1}),
    "decision": Happened("committee.decision.recorded", date(2025, 11, 6), "operator", {"outcome": "approved"}),
    "sign_off": Happened("committee.decision.signed", date(2025, 11, 12), "chair", {"outcome": "approved"}),
    "text": Happened("agreements.agreement.prepared", date(2025, 12, 1), "operator"),
    "firm": signature("beneficiary"),
    "chair": signature("chair"),
    "mandatary": signature("mandatary"),
    "label": Happened(
        "agreements.firm.labelled", SIGNED, "operator", {"effective_on": SIGNED.isoformat()}
    ),
    "ladder": Happened("escalation.ladder.started", date(2026, 4, 30), None, {"report_number": 1}),
    "report": Happened(
        "projects.report.recorded", date(2026, 5, 4), "mandatary",
        {"number": 1, "last_number": 1, "days_late": 4},
    ),
    "closure": Happened("projects.closure.signed", date(2027, 7, 31), "chair"),
    "end": Happened("projects.project.ended", date(2027, 7, 31), None, {"end": "closed"}),
}  # fmt: skip


def life(*without: str, **changed: Happened) -> list[Happened]:
    return [each for name, each in ({**LIFE, **changed}).items() if name not in without]


def lines(entries: list[Happened]) -> list[str]:
    return [breach.line for breach in charter_watch.breaches(entries)]


def ending(end: str, **figures: object) -> Happened:
    return Happened("projects.project.ended", date(2026, 9, 1), None, {"end": end, **figures})


def test_a_project_closed_in_due_form_breaks_nothing():
    assert charter_watch.breaches(life()) == []


@pytest.mark.parametrize(
    ("without", "line"),
    [
        ("diagnostic", "diagnostic"), ("sign_off", "decision"), ("firm", "signatures"),
        ("chair", "signatures"), ("report", "reports"), ("closure", "closure"), ("ladder", "escalation"),
    ],
)  # fmt: skip
def test_what_never_happened_is_said(without, line):
    assert line in lines(life(without))


@pytest.mark.parametrize(
    ("name", "capacity", "line"),
    [("diagnostic", "operator", "prescriber"), ("sign_off", "operator", "sign_off"),
     ("closure", "operator", "closure")],
)  # fmt: skip
def test_what_somebody_else_did_is_said(name, capacity, line):
    assert lines(life(**{name: replace(LIFE[name], capacity=capacity)})) == [line]


def test_eighteen_months_are_counted_from_the_last_signature_and_clamped():
    assert lines(life(end=replace(LIFE["end"], on=date(2027, 7, 30)))) == ["follow_up"]
    assert lines(life(end=replace(LIFE["end"], on=date(2027, 7, 31)))) == []


def test_a_rejected_project_is_not_labelled():
    rejected = replace(LIFE["sign_off"], figures={"outcome": "rejected"})
    assert lines(life(sign_off=rejected)) == ["decision", "decision"]


def test_an_agreement_sent_back_counts_no_more():
    entries = life("closure", "end", "report", "ladder", "label")
    back = Happened("agreements.project.returned", SIGNED)
    assert lines([*entries, back, LIFE["label"]]) == ["decision"]


def test_signatures_of_an_older_text_do_not_count():
    entries = life("closure", "end", "report", "ladder", "label")
    assert lines([*entries, LIFE["text"], LIFE["label"]]) == ["signatures"]


def test_an_early_end_is_signed_by_the_chair():
    entries = life("closure", "end")
    signed = Happened("projects.termination.signed", date(2026, 9, 1), "chair")
    assert lines([*entries, ending("terminated")]) == ["termination"]
    assert lines([*entries, signed, ending("terminated")]) == []


def test_a_labelled_firm_is_not_simply_dropped():
    assert lines([*life("closure", "end"), ending("withdrawn")]) == ["follow_up"]


def test_a_project_rejected_or_withdrawn_before_the_agreement_breaks_nothing():
    before = [
        LIFE["diagnostic"],
        LIFE["decision"],
        replace(LIFE["sign_off"], figures={"outcome": "rejected"}),
    ]
    assert lines([*before, ending("rejected")]) == []
    assert lines([ending("withdrawn")]) == []


def test_a_project_that_waits_for_steering_is_said():
    waits = Happened("runtime.task.opened", SIGNED, None, {"role": "steering"})
    assert lines([waits]) == ["steering"]
