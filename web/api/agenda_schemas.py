"""What the API answers about a session's agenda and who received it, as JSON Schemas."""

from __future__ import annotations

from engine.committee.item_kinds import Kind
from web.api.schema_words import (
    DAY,
    IDENTIFIER,
    INSTANT,
    SWITCH,
    TEXT,
    WHOLE,
    Schema,
    list_of,
    maybe,
    record,
    words,
)

KIND = words(*(kind.value for kind in Kind))
READY = record(key=TEXT, kind=KIND, title=maybe(TEXT), project_id=maybe(IDENTIFIER), since=DAY)
SCHEMAS: dict[str, Schema] = {
    "Agenda": record(
        session_id=IDENTIFIER,
        is_diffused=SWITCH,
        items=list_of(
            record(
                number=WHOLE, key=TEXT, kind=KIND, title=maybe(TEXT), project_id=maybe(IDENTIFIER),
                item_id=maybe(IDENTIFIER), since=maybe(DAY), is_late=SWITCH,
            )
        ),
        left_out=list_of(WHOLE),
        removed=list_of(record(key=TEXT, reason=maybe(TEXT))),
        ready=list_of(READY),
        held_back=list_of(record(key=TEXT, project_id=maybe(IDENTIFIER), why=TEXT, until=maybe(DAY))),
    ),
    "ReceiptList": record(
        items=list_of(
            record(
                seat_id=IDENTIFIER, person=TEXT, organisation=maybe(TEXT), guest=SWITCH, sent_on=DAY,
                acknowledged_at=maybe(INSTANT), paper_id=maybe(IDENTIFIER),
            )
        )
    ),
}  # fmt: skip
