"""What a rehearsal gives: dated entries, how it ended, the choice it waits for; plain values throughout."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from engine.i18n import translate

FORMAT = 1


class Kind(enum.StrEnum):
    """What an entry tells."""

    OPENED = "task_opened"
    DONE = "task_done"
    DROPPED = "task_dropped"
    MAIL = "mail"
    RUNG = "escalation"
    TIMER = "timer"
    SESSION = "session"
    EVENT = "event"
    REFUSED = "refused"
    END = "end"


class How(enum.StrEnum):
    """How a rehearsal stopped."""

    ENDED = "ended"  # The project came to an end of its process.
    MONTHS_OVER = "months_over"  # The months to play are over, and the project goes on.
    WAITING = "waiting"  # A choice is to be made.
    STUCK = "stuck"  # Something refused to go on.


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: a marked template and its values, written in the reader's language when it is shown."""

    template: str
    values: Mapping[str, str | date | Said] = field(default_factory=dict)

    def written(self, locale: str = "fr") -> str:
        """The sentence in a language."""
        return translate(
            self.template, locale, **{name: _written(value, locale) for name, value in self.values.items()}
        )


def _written(value: str | date | Said, locale: str) -> str:
    if isinstance(value, Said):
        return value.written(locale)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: on which local day, what, whose, due when, where in the diagrams."""

    on: date
    at: str  # HH:MM, local.
    kind: Kind
    title: str
    role: str = ""
    who: str = ""
    due_on: date | None = None
    process: str = ""
    element: str = ""
    detail: Said | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """The choice that a guided rehearsal waits for."""

    key: str
    title: str
    role: str
    who: str
    on: date
    process: str
    element: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a rehearsal comes to, by role: tasks done, mails, minutes given to forms; the longest wait."""

    tasks: Mapping[str, int]
    mails: Mapping[str, int]
    minutes: Mapping[str, int]
    longest_wait_days: int = 0
    longest_wait: str = ""
    labelled_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A life played to its end, or to where it stopped."""

    starts_on: date
    until: date
    how: How
    ended_on: date | None
    end: str  # How the end is called in the diagram.
    sentence: Said
    entries: tuple[Entry, ...]
    summary: Summary
    passed: Mapping[str, tuple[str, ...]]  # By process, the elements that were played.
    people: Mapping[str, str]  # Who plays which role, all imaginary.
    firm: str
    choice: OpenChoice | None = None
    chosen: tuple[tuple[str, str], ...] = ()  # Step and answer: the choices that were made, in order.


def as_mapping(played: Rehearsal) -> dict[str, Any]:
    """Give a rehearsal as JSON values."""
    written = {"sentence": _kept(played.sentence), "entries": [_entry_kept(each) for each in played.entries]}
    return {"format": FORMAT, **_plain({**asdict(played), **written})}


def _entry_kept(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "detail": None if entry.detail is None else _kept(entry.detail)}


def _kept(said: Said) -> dict[str, Any]:
    """A sentence as JSON values: what is a day or a sentence within it says so."""
    return {"template": said.template, "values": {name: _value(value) for name, value in said.values.items()}}


def _value(value: str | date | Said) -> str | dict[str, Any]:
    if isinstance(value, Said):
        return _kept(value)
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def from_mapping(kept: Mapping[str, Any]) -> Rehearsal:
    """Give again the rehearsal that was kept as JSON values."""
    summary = kept["summary"]
    return Rehearsal(
        starts_on=date.fromisoformat(kept["starts_on"]),
        until=date.fromisoformat(kept["until"]),
        how=How(kept["how"]),
        ended_on=_day(kept["ended_on"]),
        end=kept["end"],
        sentence=_said(kept["sentence"]),
        entries=tuple(_entry(each) for each in kept["entries"]),
        summary=Summary(
            **{
                **summary,
                "labelled_on": _day(summary["labelled_on"]),
                "closed_on": _day(summary["closed_on"]),
            }
        ),
        passed={name: tuple(found) for name, found in kept["passed"].items()},
        people=kept["people"],
        firm=kept["firm"],
        choice=None if kept["choice"] is None else _choice(kept["choice"]),
        chosen=tuple((step, answer) for step, answer in kept["chosen"]),
    )


def _entry(kept: Mapping[str, Any]) -> Entry:
    return Entry(
        **{
            **kept,
            "on": date.fromisoformat(kept["on"]),
            "kind": Kind(kept["kind"]),
            "due_on": _day(kept["due_on"]),
            "detail": None if kept["detail"] is None else _said(kept["detail"]),
        }
    )


def _said(kept: Mapping[str, Any]) -> Said:
    return Said(kept["template"], {name: _read(value) for name, value in kept["values"].items()})


def _read(value: str | Mapping[str, Any]) -> str | date | Said:
    if isinstance(value, str):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else _said(value)


def _choice(kept: Mapping[str, Any]) -> OpenChoice:
    options = tuple(Option(**each) for each in kept["options"])
    return OpenChoice(**{**kept, "on": date.fromisoformat(kept["on"]), "options": options})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
