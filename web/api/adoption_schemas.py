"""What the API answers about projects that would be taken over, as JSON Schemas."""

from __future__ import annotations

from forms.adoption import Stage
from web.api.schema_words import DAY, TEXT, Schema, list_of, maybe, one_of, record

SCHEMAS: dict[str, Schema] = {
    "AdoptionForeseen": record(
        firm=TEXT,
        stage=one_of(Stage),
        tasks=list_of(record(title=TEXT, role=TEXT, person=maybe(TEXT), due_on=DAY)),
        next_report_on=maybe(DAY),
        closing_from=maybe(DAY),
    ),
}
