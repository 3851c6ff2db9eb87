"""What the API answers about absences and about people who leave, as JSON Schemas."""

from __future__ import annotations

from engine.departures.holdings import What
from engine.people.substitutions import EndReason
from web.api.schema_words import (
    DAY,
    IDENTIFIER,
    INSTANT,
    SWITCH,
    TEXT,
    Schema,
    list_of,
    maybe,
    one_of,
    record,
)

NAMED = record(id=IDENTIFIER, name=TEXT)
SUBSTITUTION = record(
    id=IDENTIFIER, absence_id=IDENTIFIER, basin=TEXT, person=NAMED, substitute=NAMED, first_day=DAY,
    last_day=DAY, ended=maybe(one_of(EndReason)),
)  # fmt: skip
ABSENCE = record(
    id=IDENTIFIER, person_id=IDENTIFIER, first_day=DAY, last_day=DAY, withdrawn=SWITCH,
    substitutions=list_of(SUBSTITUTION),
)  # fmt: skip
HELD: dict[str, Schema] = {
    "key": TEXT, "what": one_of(What), "role": TEXT, "basin": maybe(TEXT), "project_id": maybe(IDENTIFIER),
    "reference": TEXT, "firm": TEXT, "organisation": maybe(TEXT), "since": maybe(DAY), "until": maybe(DAY),
    "title": TEXT, "due_on": maybe(DAY), "tasks": list_of(TEXT),
}  # fmt: skip
SCHEMAS: dict[str, Schema] = {
    "Absence": ABSENCE,
    "AbsenceList": record(items=list_of(ABSENCE)),
    "Substitution": SUBSTITUTION,
    "SubstitutionList": record(items=list_of(SUBSTITUTION)),
    "Holdings": record(
        items=list_of(record(**HELD)),
        handed_over=list_of(record(at=INSTANT, what=one_of(What), role=TEXT, reference=TEXT, to=IDENTIFIER)),
    ),
    "HandoverCheck": record(items=list_of(record(**HELD, to=maybe(IDENTIFIER), refusal=maybe(TEXT)))),
}
