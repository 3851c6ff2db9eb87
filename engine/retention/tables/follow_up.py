"""The register's lines about a project's life after its last signature."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.retention.register import Fate, entry, impersonal

TIME = "the project's time; then nothing of it but what figures need"
FOLLOWING = "to follow the firm for the months of its agreement"
BY = "recorded_by on_behalf_of"

ENTRIES = (
    entry(
        "report", _("Comptes rendus"), persons=f"mandatary_id {BY}", case="project_id", why=FOLLOWING,
        until=TIME, told="progress intervention_purpose difficulties",
        plain="weather intervention_domain", at_end=Fate.EMPTY, about_head=True,
    ),
    impersonal("report_period", "lateness, for figures"),
    entry(
        "firm_alert", _("Alertes"), persons=BY, case="project_id", why=FOLLOWING, until=TIME,
        told="statement proposal", plain="difficulty seriousness", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "accompaniment_review", _("Points sur l’accompagnement"), persons=BY, case="project_id",
        why=FOLLOWING, until=TIME, told="comment", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "final_review", _("Bilans"), persons=BY, case="project_id", why=FOLLOWING, until=TIME,
        told="certification lessons testimony", plain="evidence satisfaction",
        at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "mandatary_replacement", _("Remplacements de mandataires"),
        persons="from_person_id to_person_id recorded_by", case="project_id", why=FOLLOWING, until=TIME,
        told="reason", at_end=Fate.EMPTY,
    ),
    entry(
        "intervention", _("Interventions"), person="expert_id", persons="planned_by", case="project_id",
        why=FOLLOWING, until=TIME, told="objective place not_done_reason summary deliverables",
        plain="domain state satisfaction", at_end=Fate.EMPTY,
    ),
    entry(
        "intervention_day", _("Jours d’intervention"), persons=BY, case="project_id", why=FOLLOWING,
        until=TIME, told="activity", at_end=Fate.EMPTY,
    ),
    entry(
        "intervention_request", _("Demandes d’intervention"), person="expert_id",
        persons="recorded_by reviewed_by", case="project_id", why=FOLLOWING, until=TIME,
        told="purpose review_reason review_note", plain="domain", at_end=Fate.EMPTY,
    ),
    entry(
        "end_request", _("Demandes de fin"), persons="recorded_by decided_by", case="project_id",
        why=FOLLOWING, until=TIME, told="reason decision_reason", plain="kind requested_by cause",
        at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "address_problem", _("Adresses qui n’aboutissent pas"), person="person_id", persons="closed_by",
        case="project_id", why="to call who cannot be written to", until=TIME, own="address", told="note",
        plain="outcome", at_erasure=Fate.EMPTY, at_end=Fate.EMPTY,
    ),
)  # fmt: skip
