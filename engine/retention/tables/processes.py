"""The register's lines about processes alive: instances, tasks, answers, incidents, and history itself."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.retention.register import Fate, entry, impersonal

TIME = "the project's time"
DRAWN = "words about a process, written for the basin and the programme"

ENTRIES = (
    entry(
        "history", _("Historique"), persons="actor_id on_behalf_of",
        why="what was done, by whom, when: the programme's proof",
        until="the content: the project's time, or erasure; the rest, which names nobody, stays in its chain",
        own="content", hidden="salt", plain="capacity kind data content_digest hash",
    ),
    impersonal("chain_head", "heads of chains", "hash"),
    impersonal("anchor", "proof that history was not cut", "previous_root root"),
    impersonal("anchor_leaf", "idem", "hash"),
    entry(
        "instance", _("Processus"), case="case_id", why="where a project stands: routing only", until=TIME,
        told="firm", plain="process reference zone state marking awaited history_hash end_event",
        at_end=Fate.EMPTY,
    ),
    entry(
        "task", _("Tâches"), person="assignee_id", persons="closed_by on_behalf_of substitute_id",
        case="case_id", why="who was asked what, and how long it took (figures)",
        until="the words: the project's time; the durations: without end",
        told="firm search_text awaiting_reason late_reason",
        plain="process step title form role capacity charter_step waits_for reference awaiting outcome "
        "questions",
        at_end=Fate.EMPTY,
    ),
    entry(
        "submission", _("Réponses à des formulaires"), persons="recorded_by", case="case_id",
        why="what a form says that no other table keeps", until=TIME, told="answers extras",
        plain="form questions", at_end=Fate.DROP, about_head=True,
    ),
    entry(
        "draft", _("Brouillons"), person="person_id", case=("task", "task_id"),
        why="not to lose what was typed", until="until it is sent, or erasure", own="answers", plain="form",
        at_erasure=Fate.DROP, at_end=Fate.DROP,
    ),
    entry(
        "incident", _("Incidents"), persons="actor_id resolved_by", case="case_id",
        why="to repair what failed; a trace may quote what was typed", until=TIME, told="error trace",
        plain="process step operation resolution", at_end=Fate.EMPTY,
    ),
    impersonal("process_version", DRAWN,
               "content_hash files parameters charter_version changes drawn reasons",
               persons="published_by"),
    impersonal("variant_draft", DRAWN, "state parameters reasons changes drawn reason review_note",
               persons="opened_by submitted_by reviewed_by closed_by"),
    impersonal("variant_edit", DRAWN, "what subject", persons="made_by"),
    impersonal("version_change", DRAWN, "reason", persons="ordered_by"),
    entry(
        "version_change_line", _("Changements de version"), persons="undone_by", case="case_id",
        why="to undo a change of version", until=TIME, told="told", plain="outcome before",
        at_end=Fate.EMPTY,
    ),
    impersonal("shared_rehearsal", "an invented project's life", "title content_hash asked result",
               persons="shared_by"),
    impersonal("installation", "which environment this is, and where it serves", "environment address"),
    impersonal("simulated_clock", "the time of a demonstration"),
    impersonal("lease", "which process does what", "name holder"),
    impersonal("tick_mark", "idem", "tick period"),
    impersonal("tick_run", "idem", "tick process_name last_error"),
    impersonal("closed_month", "figures"),
    impersonal("fact_class", "figures", "process step waits_for classes"),
    entry(
        "rung_climbed", _("Rappels envoyés"), person="recipient_id", case="case_id",
        why="no more than three mails for one report", until=TIME, plain="rung outcome",
    ),
)  # fmt: skip
