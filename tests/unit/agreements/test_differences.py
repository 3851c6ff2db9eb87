"""What an amendment changes: nothing left out, nothing said that did not change."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.agreements.differences import Change, between

MEANS = st.lists(
    st.fixed_dictionaries(
        {
            "company": st.sampled_from(["Forges (démo)", "Verre (démo)", None]),
            "domain": st.sampled_from(["production", "quality"]),
            "quarter_days": st.integers(0, 40),
        }
    ),
    max_size=4,
)
SIGNATORIES = st.lists(
    st.fixed_dictionaries(
        {
            "capacity": st.sampled_from(["beneficiary", "chair", "partner_company", "mandatary"]),
            "organisation": st.sampled_from(["Forges (démo)", "Verre (démo)", None]),
            "person": st.sampled_from(["M. A", "Mme B", None]),
        }
    ),
    max_size=4,
)
NUMBERS = st.none() | st.integers(0, 5)
FACTS = st.fixed_dictionaries(
    {
        "objective": st.sampled_from(["Un objet", "Un autre", "", None]),
        "jobs_target": NUMBERS, "advance_cents": NUMBERS, "advance_months": NUMBERS,
        "advance_deferral_months": NUMBERS, "follow_up_months": NUMBERS, "cadence_months": NUMBERS,
        "mandatary": st.sampled_from(["Mme M", "M. N", None]),
        "mandatary_organisation": st.sampled_from(["Pont (démo)", None]),
        "means": MEANS, "signatories": SIGNATORIES,
    }
)  # fmt: skip
SIGNED = {
    "objective": "Une ligne de plus", "jobs_target": 4, "advance_cents": 2_500_000, "advance_months": 24,
    "advance_deferral_months": None, "follow_up_months": 18, "cadence_months": 3, "mandatary": "Mme M",
    "mandatary_organisation": "Pont (démo)",
    "means": [
        {"company": "Forges (démo)", "domain": "production", "quarter_days": 24},
        {"company": "Verre (démo)", "domain": "quality", "quarter_days": 6},
    ],
    "signatories": [
        {"capacity": "beneficiary", "person": "M. Chef", "organisation": "Scierie (démo)"},
        {"capacity": "chair", "person": "Mme Présidente", "organisation": "Verre (démo)"},
        {"capacity": "partner_company", "person": "M. Forge", "organisation": "Forges (démo)"},
    ],
}  # fmt: skip


@given(facts=FACTS)
def test_a_text_does_not_differ_from_itself(facts):
    assert between(facts, json.loads(json.dumps(facts))) == []


@given(one=FACTS, other=FACTS)
def test_there_and_back_is_the_same_seen_from_the_other_side(one, other):
    def key(change):
        return change.name, tuple(each or "" for each in change.about)

    there = sorted(between(one, other), key=key)
    back = sorted(between(other, one), key=key)

    assert [Change(each.name, each.after, each.before, each.about) for each in there] == back
    assert all(each.before != each.after for each in there)


@given(one=FACTS, other=FACTS)
def test_each_fact_is_told_once_and_can_be_kept(one, other):
    found = between(one, other)

    assert len({(each.name, each.about) for each in found}) == len(found)
    assert [
        Change(**row | {"about": tuple(row["about"])})
        for row in json.loads(json.dumps([asdict(each) for each in found]))
    ] == found


@given(one=FACTS, other=FACTS)
def test_the_days_told_lead_from_one_text_to_the_other(one, other):
    def by_key(facts):
        days = {}
        for row in facts["means"]:
            key = (row["company"], row["domain"])
            days[key] = days.get(key, 0) + row["quarter_days"]
        return {key: count for key, count in days.items() if count}

    led = by_key(one)
    for change in between(one, other):
        if change.name == "means":
            assert led.pop(change.about, None) == change.before
            if change.after is not None:
                led[change.about] = change.after

    assert led == by_key(other)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"advance_cents": 1_500_000}, [Change("advance_cents", 2_500_000, 1_500_000)]),
        (
            {"advance_cents": None, "advance_months": None},
            [Change("advance_cents", 2_500_000, None), Change("advance_months", 24, None)],
        ),
        ({"advance_deferral_months": 3}, [Change("advance_deferral_months", None, 3)]),
        ({"advance_deferral_months": 0}, []),
        ({"follow_up_months": 24, "cadence_months": 2},
         [Change("follow_up_months", 18, 24), Change("cadence_months", 3, 2)]),
        ({"mandatary": "M. N"}, [Change("mandatary", "Mme M (Pont (démo))", "M. N (Pont (démo))")]),
        ({"mandatary_organisation": None}, [Change("mandatary", "Mme M (Pont (démo))", "Mme M")]),
        (
            {"means": [{"company": "Forges (démo)", "domain": "production", "quarter_days": 30},
                       {"company": "Acier (démo)", "domain": "sales", "quarter_days": 2}]},
            [Change("means", 24, 30, ("Forges (démo)", "production")),
             Change("means", 6, None, ("Verre (démo)", "quality")),
             Change("means", None, 2, ("Acier (démo)", "sales"))],
        ),
    ],
)  # fmt: skip
def test_a_change_says_what_was_and_what_is(changed, told):
    assert between(SIGNED, SIGNED | changed) == told


def test_another_person_at_the_chair_changes_no_word_and_at_a_company_does():
    lines = [dict(each) for each in SIGNED["signatories"]]
    lines[1]["person"], lines[2]["person"] = "M. Intérim", "Mme Suite"

    assert between(SIGNED, SIGNED | {"signatories": lines}) == [
        Change("signatory", "M. Forge", "Mme Suite", ("partner_company", "Forges (démo)"))
    ]
