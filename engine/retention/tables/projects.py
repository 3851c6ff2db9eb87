"""The register's lines about a project's file up to its agreement."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.retention.register import Fate, entry, impersonal

TIME = "the project's time; then nothing of it but what figures need"
FILE = "to study and follow a firm's project"
BY = "recorded_by on_behalf_of"

ENTRIES = (
    entry(
        "project", _("Projets"), person="sme_head_id",
        persons="opened_by brought_by_id known_member_id mandatary_id", case="id", why=FILE, until=TIME,
        own="contact_name contact_email contact_phone",
        told="firm city siret search_text need commune out_of_perimeter_reason group_name "
        "qualification_note reoriented_to end_reason",
        plain="reference status activity_code category schemes charter_version "
        "decision_number end_kind end_cause",
        also="sme_head_id brought_by_id known_member_id mandatary_id headcount_on created_on",
        at_erasure=Fate.EMPTY, at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "diagnostic", _("Diagnostics"), persons=f"prescriber_id {BY}", case="project_id",
        why="what the prescriber found, opinions on the bearer's ability included", until=TIME,
        told="summary market bearer_comment project_comment impact_comment financing_plan subsidiarity risks "
        "interest",
        plain="bearer_rating project_rating impact_rating deadweight opinion",
        also="visited_on", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "skill_need", _("Besoins en compétences"), case=("diagnostic", "diagnostic_id"), why=FILE, until=TIME,
        told="description", plain="domain", at_end=Fate.EMPTY,
    ),
    entry(
        "completeness_check", _("Contrôles de complétude"), persons=BY, case="project_id", why=FILE,
        until=TIME, told="missing note", plain="outcome", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "file_completion", _("Compléments"), persons=BY, case="project_id", why=FILE, until=TIME,
        told="completion", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "complementary_diagnostic", _("Avis d’experts"), person="expert_id", persons=f"ordered_by {BY}",
        case="project_id", why=FILE, until=TIME, told="question findings conditions",
        plain="ordered_in recommendation", at_end=Fate.EMPTY, about_head=True,
    ),
    impersonal("committed_means", "days of skills, by company", "domain"),
    entry(
        "document", _("Documents"), persons=BY, case="project_id", why=FILE,
        until="the project's time; sent by a person erased since to a project that ended unsigned: at once",
        told="name content_hash", plain="kind audience content_type", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "note", _("Notes"), persons=BY, case="project_id", why=FILE, until=TIME, told="text",
        plain="audience", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "phone_call", _("Appels"), persons=BY, case="project_id", why=FILE, until=TIME,
        told="correspondent summary", plain="direction audience", at_end=Fate.EMPTY, about_head=True,
    ),
    entry(
        "correction", _("Corrections"), persons="recorded_by", case="project_id", why="to put a record right",
        until=TIME, told="reason correction followed", plain="kind", at_end=Fate.EMPTY,
    ),
    entry(
        "paper", _("Papiers"), persons="requested_by", case="project_id",
        why="documents that the programme makes", until=TIME, told="name content_hash",
        plain="kind locale variant audience state failure template standard sealed_by",
        at_end=Fate.EMPTY, about_head=True,
    ),
)  # fmt: skip
