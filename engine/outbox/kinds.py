"""Every kind of mail: how it is announced, where it leads, what it needs to know."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.i18n import mark as _

# Codes, numbers, dates, paths; a name or a sentence has a blank or an accent and is refused.
PLAIN_TEXT = re.compile(r"[A-Za-z0-9_./:+-]{0,120}", re.ASCII)


class UnknownKind(LookupError):
    """No mail of this kind exists: see `engine.outbox.kinds.KINDS`."""


class WrongData(ValueError):
    """A mail was given too much, too little, or personal text to remember."""


class Link(enum.StrEnum):
    """Where the button of a mail leads."""

    TASK = "task"
    PROJECT = "project"
    SESSION = "session"
    DOSSIER = "dossier"
    SIGN_IN = "sign_in"
    LATE = "late"
    NOWHERE = "nowhere"


class Purpose(enum.StrEnum):
    """What is expected of the reader: the first words of the subject."""

    ACTION = _("Pour action")
    INFORMATION = _("Pour information")
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mail; its words are in `templates/<language>/<key>.j2`.

    `needs` and `options` are the keys of `data`. A `reminder` leaves on the basin's open days only.
    `is_dated` joins the due day as a calendar entry. `is_secret` forgets its data once sent.
    `was_asked_for` leaves at any hour, whatever became of its task, even to an address marked invalid:
    its owner is waiting for it.
    `to_former_address` leaves to the address kept in the row, which is no longer the person's.
    `asks_again` is not for somebody away: it never leaves on a day of their absence (D9).
    """

    key: str
    purpose: Purpose = Purpose.ACTION
    link: Link = Link.TASK
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    is_reminder: bool = False
    is_dated: bool = False
    is_digest: bool = False
    is_secret: bool = False
    was_asked_for: bool = False
    to_former_address: bool = False
    asks_again: bool = False


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("task_opened", is_dated=True),
        Kind("report_opened", needs=("report_number",), options=("due_on",), is_reminder=True, is_dated=True),
        Kind("report_due_day", needs=("report_number", "due_on"), is_reminder=True, asks_again=True),
        Kind("report_late", needs=("report_number", "due_on"), is_reminder=True, asks_again=True),
        Kind("reminder_expert", is_reminder=True, asks_again=True),
        Kind("reminder_prescriber", is_reminder=True, asks_again=True),
        Kind("reminder_signatories", is_reminder=True, asks_again=True),
        Kind("task_reminded", options=("report_number", "due_on"), is_reminder=True, asks_again=True),
        Kind("task_reassigned", is_dated=True),
        Kind("task_taken_over", Purpose.INFORMATION, Link.NOWHERE),
        Kind("handed_over", Purpose.INFORMATION, Link.NOWHERE, needs=("handed_over_on",)),
        Kind(
            "decision_notified",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("outcome",),
            options=("decided_on", "decision_number"),
        ),
        Kind("project_withdrawn", Purpose.INFORMATION, Link.PROJECT, needs=("withdrawn_on",)),
        Kind("project_ended", Purpose.INFORMATION, Link.PROJECT, needs=("ended_on",), options=("outcome",)),
        Kind(
            "agreement_effective",
            Purpose.INFORMATION,
            Link.PROJECT,
            needs=("effective_on",),
            options=("follow_up_ends_on",),
        ),
        Kind(
            "agreement_archived",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("number", "version", "agreement"),
            options=("text",),
        ),
        Kind(
            "agreement_redrafted",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("version",),
            options=("number", "text", "reason"),
        ),
        Kind(
            "agreement_voided",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("number", "version", "cause"),
            options=("signed_as",),
        ),
        Kind(
            "firm_in_difficulty",
            Purpose.INFORMATION,
            Link.PROJECT,
            needs=("noticed_on",),
            options=("difficulty", "seriousness", "report_number"),
        ),
        Kind("interest_to_confirm", Purpose.INFORMATION, Link.PROJECT, needs=("declared_on",)),
        Kind("amendment_dropped", Purpose.INFORMATION, Link.PROJECT, options=("cause", "signed_as")),
        Kind(
            "amendment_voided",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("number", "cause"),
            options=("signed_as",),
        ),
        Kind("amendment_stands", Purpose.INFORMATION, Link.PROJECT, needs=("number",)),
        Kind("intervention_requested", Purpose.INFORMATION, Link.PROJECT, needs=("requested_on",)),
        Kind("minutes_available", Purpose.INFORMATION, Link.SESSION, needs=("session_id", "held_on")),
        Kind("erratum_recorded", Purpose.INFORMATION, Link.SESSION, needs=("session_id", "number")),
        # On a session or on a project: `session_id` says where the button leads.
        Kind("observation_written", Purpose.INFORMATION, Link.PROJECT, options=("session_id",)),
        Kind("observation_answered", Purpose.INFORMATION, Link.PROJECT, options=("session_id",)),
        Kind(
            "session_invitation",
            Purpose.INFORMATION,
            Link.SESSION,
            needs=("session_id", "sequence", "held_on"),
        ),
        Kind(
            "session_moved",
            Purpose.INFORMATION,
            Link.SESSION,
            needs=("session_id", "sequence", "held_on"),
            options=("before_on",),
        ),
        Kind(
            "session_cancelled",
            Purpose.INFORMATION,
            Link.SESSION,
            needs=("session_id", "sequence", "held_on"),
        ),
        Kind(
            "session_agenda",
            Purpose.ACTION,
            Link.DOSSIER,
            needs=("session_id", "sequence", "held_on", "version"),
        ),
        Kind(
            "code",
            Purpose.PLAIN,
            Link.NOWHERE,
            needs=("code", "expires_at"),
            is_secret=True,
            was_asked_for=True,
        ),
        Kind("invitation", Purpose.PLAIN, Link.SIGN_IN, options=("path",), was_asked_for=True),
        Kind(
            "address_changed",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("changed_on",),
            to_former_address=True,
        ),
        # Who does somebody's tasks while they are away: to both, once, but to whoever decided it.
        Kind(
            "substitute_named",
            Purpose.INFORMATION,
            Link.SIGN_IN,
            needs=("substitution", "starts_on", "ends_on"),
            options=("path",),
        ),
        Kind(
            "substitution_ended",
            Purpose.INFORMATION,
            Link.SIGN_IN,
            needs=("substitution", "starts_on", "ends_on", "reason"),
            options=("path",),
        ),
        # All that somebody who leaves held, to whoever takes it: one mail, with the list.
        Kind("holdings_taken", Purpose.ACTION, Link.SIGN_IN, needs=("lines",), options=("path",)),
        Kind("paper_waiting", Purpose.INFORMATION, Link.NOWHERE, needs=("reason", "waiting_on")),
        Kind(
            "history_anchored",
            Purpose.INFORMATION,
            Link.NOWHERE,
            needs=("anchored_on", "root"),
            options=("number",),
        ),
        # What a rule of retention will archive or erase: to officers by basin, to a person for their own.
        Kind("retention_due", Purpose.ACTION, Link.SIGN_IN, needs=("path", "lines")),
        Kind("retention_own", Purpose.INFORMATION, Link.SIGN_IN, needs=("rule", "planned_on")),
        Kind("charter_broken", Purpose.ACTION, Link.PROJECT, needs=("line", "article")),
        # A basin's process: `path` is the page where it is read.
        Kind("variant_submitted", Purpose.ACTION, Link.SIGN_IN, needs=("path",)),
        Kind("variant_reviewed", Purpose.INFORMATION, Link.SIGN_IN, needs=("path", "outcome")),
        Kind(
            "variant_published",
            Purpose.INFORMATION,
            Link.SIGN_IN,
            needs=("path", "number", "effective_on"),
        ),
        Kind(
            "digest_late",
            Purpose.INFORMATION,
            Link.LATE,
            needs=("month", "lines"),
            is_reminder=True,
            is_digest=True,
        ),
    )
}


def find(key: str) -> Kind:
    """Give the kind of mail of that name, or raise `UnknownKind`."""
    try:
        return KINDS[key]
    except KeyError:
        raise UnknownKind(key) from None


def clean_data(kind: Kind, data: Mapping[str, object]) -> dict[str, object]:
    """Give what the row keeps of `data`: plain values, as JSON holds them.

    Raises `WrongData` when a key is missing or unknown, or when a text could be personal.
    """
    missing = set(kind.needs) - set(data)
    unknown = set(data) - set(kind.needs) - set(kind.options)
    if missing or unknown:
        raise WrongData(f"{kind.key}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    return {name: plain(value) for name, value in data.items()}


def plain(value: object) -> object:
    """Give `value` as JSON holds it, or raise `WrongData` when it could be personal text."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, (UUID, date, datetime)):
        value = value.hex if isinstance(value, UUID) else value.isoformat()
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str) and PLAIN_TEXT.fullmatch(value):
        return value
    raise WrongData(f"not a code, a number or a date: {value!r}")
