"""What the API answers about running projects that change version, as JSON Schemas."""

from __future__ import annotations

from engine.runtime.version_change import Outcome
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
    page_of,
    record,
    words,
)

OUTCOME = words("waiting", "undone", *(each.value for each in Outcome))
AWAITED = record(process=TEXT, step=TEXT, name=TEXT, due_on=DAY)
CHANGE: dict[str, Schema] = {
    "id": IDENTIFIER,
    "basin": TEXT,
    "to": WHOLE,
    "reason": TEXT,
    "ordered_at": INSTANT,
    "ordered_by": maybe(TEXT),
    "ended_at": maybe(INSTANT),
    "counts": {
        "type": "object",
        "propertyNames": OUTCOME,
        "additionalProperties": {"type": "integer", "minimum": 1},
    },
}

SCHEMAS: dict[str, Schema] = {
    "VersionProspect": record(
        project=record(id=IDENTIFIER, reference=TEXT, firm=TEXT),
        version=WHOLE,
        may_move=SWITCH,
        reasons=list_of(TEXT),
        remarks=list_of(TEXT),
        kept=list_of(AWAITED),
        begun=list_of(AWAITED),
        later=list_of(
            record(process=TEXT, step=TEXT, name=TEXT, kind=words("timer", "due"), before=TEXT, after=TEXT)
        ),
    ),
    "VersionProspectList": page_of("VersionProspect"),
    "VersionChangeSummary": record(**CHANGE),
    "VersionChangeList": page_of("VersionChangeSummary"),
    "VersionChange": record(
        **CHANGE,
        projects=list_of(
            record(
                project=record(id=IDENTIFIER, reference=TEXT, firm=TEXT),
                outcome=OUTCOME,
                reasons=list_of(TEXT),
                former_version=maybe(WHOLE),
                settled_at=maybe(INSTANT),
                may_undo=SWITCH,
                undone_at=maybe(INSTANT),
                undone_by=maybe(TEXT),
                acted_at=maybe(INSTANT),
                acted_by=maybe(TEXT),
            )
        ),
    ),
}
