"""Put right what a form recorded: the form that asked for it asks again, starting from the record (D21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.operations.contexts import page_context
from forms import catalogue
from forms.choices import Coded

if TYPE_CHECKING:
    from engine.operations.contexts import Channel
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.corrections import Found
    from forms.context import Context

# The form that asked for a record's answers asks for the right ones too.
ASKED_BY = {
    "report": "follow_up_report",
    "firm_alert": "firm_alert",
    "final_review": "final_review",
    "diagnostic": "preliminary_diagnostic",
    "intervention_day": "intervention_day",
}


def record_context(work: UnitOfWork, found: Found, *, channel: Channel = "html") -> Context:
    """The context of the form that asked for a record, starting from the record itself."""
    record, key = found.record, ASKED_BY[found.kind]
    context = page_context(work, key, basin_id=record.basin_id, case_id=record.project_id, channel=channel)
    known = {
        name: value
        for name in catalogue.form(key).questions(context).asked()
        if (value := getattr(record, name, None)) is not None
    }
    return replace(
        context,
        prefill={**context.prefill, **known},
        limits={**context.limits, "nothing_new_allowed": False, "schemes_declared": False},
    )


def changes_of(found: Found, clean: Mapping[str, object]) -> dict[str, object]:
    """What differs between a record and the right answers, of what may be changed of it."""
    return {
        name: stored(clean[name])
        for name in found.fields
        if name in clean and stored(clean[name]) != getattr(found.record, name)
    }


def stored(value: object) -> object:
    """A clean answer as its column holds it."""
    return value.value if isinstance(value, Coded) else value
