"""Who may complete which task, written by hand: every user task of the shipped diagrams, person by person (D17)."""

from __future__ import annotations

PEOPLE = (
    "officer", "chair", "deputy", "prescriber", "mandatary", "successor", "expert", "expert2", "head",
    "steering", "administrator", "auditor", "coordinator", "stranger",
)  # fmt: skip

# Done by their holder alone, whoever asks on whose behalf (D18).
PERSONAL = {
    "answer_consultation", "sign_minutes",
    "accept_mandate", "reassign_mandate", "sign_agreement", "sign_off_decision", "sign_closure",
    "sign_termination", "keep_or_replace", "name_mandatary", "approve_request",
}  # fmt: skip

# .  may, in their own name     -  403, they see the project     0  404, the task does not exist for them
TABLE = """
appraisal/qualify                                   .-----00----00
appraisal/accept_prescription                       ---.--00----00
appraisal/preliminary_diagnostic                    ---.--00----00
appraisal/check_completeness                        .-----00----00
complementary/complementary_diagnostic              ------.0----00
committee_session/prepare_agenda                    .-----000---00
committee_session/answer_consultation               -.----000---00
committee_session/hold_session                      .-----000---00
committee_session/draft_minutes                     .-----000---00
committee_session/sign_minutes                      -.----000---00
decision/committee_decision                         .------0----00
decision/sign_off_decision                          -.-----0----00
decision/notify_decision                            .------0----00
completion/complete_file                            ---.---0----00
agreement/lift_conditions                           .-----00----00
agreement/accept_mandate                            ----.-00----00
agreement/reassign_mandate                          -.----00----00
agreement/prepare_agreement                         .-----00----00
convention_signature/sign_agreement/beneficiary     -------0.---00
convention_signature/sign_agreement/chair           -.-----0----00
convention_signature/sign_agreement/partner_company ------.0----00
convention_signature/sign_agreement/mandatary       -----.-0----00
accompaniment/plan_interventions                    .------0----00
accompaniment/carry_out_intervention                ------.0----00
accompaniment/review_accompaniment                  .------0----00
invalid_address/call_person                         .------0----00
report/follow_up_report                             ----.--0----00
late_report/call_mandatary                          .------0----00
late_report/keep_or_replace                         -.-----0----00
intervention_request/review_request                 .------0----00
intervention_request/approve_request                -.-----0----00
intervention_request/carry_out_intervention         ------.0----00
amendment/prepare_amendment                         .------0----00
signatory_loss/settle_signatory                     .------0----00
project/sign_termination                            -.-----0----00
closure/final_review                                ----.--0----00
closure/sign_closure                                -.-----0----00
acting_chair/designate_acting_chair                 .-----00----00
mandatary_seat_lost/name_mandatary                  -.----00----00
prescriber_seat_lost/choose_prescriber              .-----00----00
"""


def rows() -> dict[str, str]:
    """Step (with its process, and the capacity of a signature) → what each of `PEOPLE` meets."""
    return dict(text.split() for text in TABLE.splitlines() if text.strip())
