"""What the API answers about minutes, errata and observations, as JSON Schemas."""

from __future__ import annotations

from engine.committee.item_kinds import Kind, Outcome
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
    one_of,
    record,
    ref,
    words,
)

SCHEMAS: dict[str, Schema] = {
    "Minutes": record(
        session_id=IDENTIFIER,
        number=maybe(TEXT),
        state=maybe(words("to_sign", "signed", "sent_back")),
        version=maybe(WHOLE),
        words=maybe(list_of(TEXT)),
        document_digest=maybe(TEXT),
        signed_on=maybe(DAY),
        signed_by=maybe(TEXT),
        sent_back_reason=maybe(TEXT),
        items=list_of(
            record(
                id=IDENTIFIER, number=WHOLE, kind=one_of(Kind), title=maybe(TEXT), is_decided=SWITCH,
                outcome=maybe(one_of(Outcome)), note=maybe(TEXT), decision_id=maybe(IDENTIFIER),
                decision_number=maybe(TEXT), words=list_of(TEXT),
            )
        ),
        errata=list_of(ref("Erratum")),
    ),
    "Erratum": record(
        id=IDENTIFIER, session_id=IDENTIFIER, item_id=maybe(IDENTIFIER), number=WHOLE, wrong=TEXT, right=TEXT,
        reason=TEXT, recorded_on=DAY, noted_in=maybe(IDENTIFIER),
    ),
    "Observation": record(
        id=IDENTIFIER, session_id=maybe(IDENTIFIER), project_id=maybe(IDENTIFIER), text=TEXT, written_by=TEXT,
        written_at=INSTANT, answer=maybe(TEXT), answered_by=maybe(TEXT), answered_at=maybe(INSTANT),
    ),
}  # fmt: skip
