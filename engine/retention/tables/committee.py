"""The register's lines about committees: sessions, interests, votes, decisions, minutes."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.retention.register import Fate, entry, impersonal

MINUTES = "as long as the basin: the register of what its committee decided"
TIME = "the project's time; then nothing of it but what figures need"
DECIDING = "the committee's decisions, and how they were taken"

ENTRIES = (
    entry(
        "committee_session", _("Séances"), persons="planned_by chaired_by_id closed_by diffused_by",
        why=DECIDING, until=MINUTES, told="guests remarks",
        plain="kind starts_at place video_link note state present_seat_ids number late_diffusion_reason",
    ),
    entry(
        "attendance", _("Présences en séance"), person="person_id", persons="recorded_by", why=DECIDING,
        until=MINUTES, plain="presence",
    ),
    entry(
        "agenda_item", _("Ordre du jour"), persons="added_by removed_by outcome_by chaired_by_id",
        case="project_id", why=DECIDING, until=TIME, told="title note removed_reason outcome_note",
        plain="kind key outcome", at_end=Fate.EMPTY,
    ),
    entry(
        "ballot", _("Voix"), person="person_id", persons="cast_by", case=("agenda_item", "item_id"),
        why=DECIDING, until="the vote: as long as the minutes; its comment: the project's time",
        told="comment", plain="kind choice through", at_end=Fate.EMPTY,
    ),
    entry(
        "interest_declaration", _("Déclarations d’intérêts"), person="person_id",
        persons="recorded_by ended_by", case="project_id", why="nobody decides on what is theirs",
        until=TIME, told="details ended_reason", plain="situation through", at_end=Fate.EMPTY,
    ),
    entry(
        "decision", _("Décisions"),
        persons="mandatary_id expert_id recorded_by on_behalf_of signed_by sent_back_by notified_by",
        case="project_id", why=DECIDING, until=TIME,
        told="question reason explanation other_means remarks sent_back_reason notification",
        plain="outcome mode number signed_as notified_through reviewed", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "decision_condition", _("Conditions d’une décision"), persons="lifted_by",
        case=("decision", "decision_id"), why=DECIDING, until=TIME, told="text evidence", at_end=Fate.EMPTY,
    ),
    impersonal("decision_means", "days of skills, by company", "domain"),
    entry(
        "observation", _("Observations"), persons="written_by answered_by", case="project_id",
        why="what the steering committee remarks", until=TIME, told="text answer", plain="audience",
        at_end=Fate.EMPTY,
    ),
    entry(
        "minutes", _("Procès-verbaux"), persons="drafted_by submitted_by signed_by sent_back_by",
        why=DECIDING, until=MINUTES, told="body sent_back_reason",
        plain="state body_hash signed_as file_hash",
    ),
    entry(
        "erratum", _("Errata"), persons="recorded_by", why=DECIDING, until=MINUTES,
        told="wrong right_text reason",
    ),
    impersonal("extract", "what minutes bring about", "effect failure"),
    entry(
        "diffusion", _("Diffusion des dossiers de séance"), person="person_id",
        why="who was sent which file", until=MINUTES, plain="acknowledged_through",
    ),
)  # fmt: skip
