"""What the API answers about documents made and texts signed, as JSON Schemas."""

from __future__ import annotations

from engine.agreements.known_papers import Finding, Standing
from engine.agreements.standing import State
from engine.documents.requests import Progress
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
)

KNOWN = record(
    kind=TEXT, name=TEXT, number=maybe(TEXT), version=maybe(WHOLE), latest_version=maybe(WHOLE),
    standing=maybe(one_of(Standing)), effective_on=maybe(DAY), made_at=maybe(INSTANT),
)  # fmt: skip
LINE = record(
    id=IDENTIFIER, position=WHOLE, capacity=TEXT, person=maybe(TEXT), organisation=maybe(TEXT), way=TEXT,
    state=one_of(State), task_id=maybe(IDENTIFIER), since=maybe(DAY), signed_on=maybe(DAY),
    refused_on=maybe(DAY), mode=maybe(TEXT), attested=SWITCH, last_mail_on=maybe(DAY),
)  # fmt: skip
TEXT_SIGNED = record(
    id=IDENTIFIER, kind=TEXT, number=TEXT, version=WHOLE, state=TEXT, prepared_on=DAY,
    effective_on=maybe(DAY), voided_at=maybe(INSTANT), language=TEXT, digest=TEXT, words=TEXT,
    paper_id=maybe(IDENTIFIER), envelope_id=maybe(IDENTIFIER),
)  # fmt: skip
SCHEMAS: dict[str, Schema] = {
    "Paper": record(
        id=IDENTIFIER, kind=TEXT, name=TEXT, version=WHOLE, language=TEXT, progress=one_of(Progress),
        requested_at=INSTANT, made_at=maybe(INSTANT), content_hash=maybe(TEXT), size=maybe(WHOLE),
        pages=maybe(WHOLE), standard=maybe(TEXT), is_specimen=SWITCH, is_sealed=SWITCH, is_timestamped=SWITCH,
    ),
    "AgreementIssue": record(
        text=TEXT_SIGNED, beside=list_of(TEXT_SIGNED), earlier=list_of(TEXT_SIGNED), lines=list_of(LINE),
        changes=list_of(record(label=TEXT, before=maybe(TEXT), after=maybe(TEXT))),
    ),
    "AgreementList": record(items=list_of(ref("AgreementIssue"))),
    "Verdict": record(
        finding=one_of(Finding), content_hash=TEXT, known=maybe(KNOWN),
        seal=maybe(record(by=TEXT, at=maybe(INSTANT), is_whole=SWITCH, is_timestamped=SWITCH)),
    ),
    "Scan": record(
        document_id=IDENTIFIER, text_id=IDENTIFIER, kind=TEXT, number=TEXT, version=WHOLE,
        lines=list_of(record(task_id=IDENTIFIER, signatory_id=IDENTIFIER, capacity=TEXT, person=maybe(TEXT))),
    ),
}  # fmt: skip
