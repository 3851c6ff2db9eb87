"""The routing variables of the processes, each with its first value (D11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from forms import choices

if TYPE_CHECKING:
    from engine.runtime.acts import Routing

# A gateway that meets a name nobody has written raises: every variable starts here, at the value that
# keeps things where they are. Dates are local days, an empty text when there is none yet.
INITIAL_ROUTING: Mapping[str, Routing] = {
    # appraisal
    "qualification_outcome": "",
    "prescription_accepted": False,
    "completeness_outcome": "",
    "complementary_due_on": "",
    # decision
    "decision_outcome": "",
    "decision_signed": False,
    "conditions_due_on": "",
    "conditions_lapse_on": "",
    "follow_up_months": 0,
    "cadence_months": 0,
    # agreement
    "mandate_accepted": False,
    "means_changed": False,
    "signatory_count": 0,
    "signature_refused": False,
    "agreement_outcome": "",
    "effective_on": "",
    "follow_up_ends_on": "",
    # accompaniment
    "intervention_count": 0,
    "accompaniment_complete": False,
    # follow-up
    "report_number": 0,
    "report_opens_on": "",
    "report_due_on": "",
    "intervention_requested": False,
    "follow_up_over": False,
    # the ends
    "closure_signed": False,
    "termination_signed": False,
}

# Counted from the last signature: a suspension does not make a follow-up longer (D2, D7).
ANCHORED = frozenset({"effective_on", "follow_up_ends_on"})

# What an amendment starts with: it goes through the committee's decision, and its text is signed.
AMENDMENT_ROUTING: Mapping[str, Routing] = {
    **{
        name: INITIAL_ROUTING[name]
        for name in (
            "complementary_due_on", "decision_outcome", "decision_signed", "conditions_due_on",
            "conditions_lapse_on", "follow_up_months", "cadence_months", "signatory_count",
            "signature_refused",
        )
    },
    "amendment_decided": False,
    "amendment_prepared": False,
}  # fmt: skip

# What a request for a new intervention starts with: the chair may grant it alone, the committee otherwise,
# and what is granted is an amendment.
REQUEST_ROUTING: Mapping[str, Routing] = {
    "request_forwarded": False,
    "is_for_chair": False,
    "approved_alone": False,
    **AMENDMENT_ROUTING,
}

# What a session of the committee starts with.
SESSION_ROUTING: Mapping[str, Routing] = {
    "is_written": False,
    "seat_count": 0,
    "consultation_ends_on": "",
    "minutes_signed": False,
}

# What the question about a prescriber without a seat starts with.
SEAT_ROUTING: Mapping[str, Routing] = {"prescriber_kept": False}

# The words that operations write in the variables that are no day, number, yes or no: what a condition may
# compare them with.
WORDS: Mapping[str, frozenset[str]] = {
    "qualification_outcome": frozenset(map(str, choices.QualificationOutcome)),
    "completeness_outcome": frozenset(map(str, choices.CompletenessOutcome)),
    "decision_outcome": frozenset(map(str, choices.DecisionOutcome)),
    "agreement_outcome": frozenset({"signed", "returned"}),
}
