"""Read again what was stored: each kind of question knows the value behind its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from forms import fields, quantities
from forms.questions import Answers, Questions
from forms.rows import Rows
from forms.texts import printable


LONGEST_DRAFT = 20_000
DEEPEST_DRAFT = 3
MOST_DRAFT_ROWS = 100


def storable(raw: object, depth: int = DEEPEST_DRAFT) -> object:
    """Give what a database can keep of something typed or sent, whatever it is."""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, int):
        return raw if abs(raw) < 2**53 else str(raw)[:40] if abs(raw) < 10**40 else None
    if isinstance(raw, Mapping) and depth:
        kept = list(raw.items())[:MOST_DRAFT_ROWS]
        return {printable(str(name))[:60]: storable(value, depth - 1) for name, value in kept}
    if isinstance(raw, list | tuple) and depth:
        return [storable(value, depth - 1) for value in raw[:MOST_DRAFT_ROWS]]
    if isinstance(raw, Mapping | list | tuple):
        return None
    return printable(raw.isoformat() if isinstance(raw, date) else str(raw))[:LONGEST_DRAFT]


def revive(questions: Questions, stored: Mapping[str, object]) -> Answers:
    """Give the clean answers behind stored ones; a question added since has no answer."""
    return {name: value_of(field, stored.get(name)) for name, field in questions.asked().items()}


def value_of(field: fields.Field[Any], stored: Any) -> Any:
    """Give the clean value of one question."""
    if stored is None:
        return field.nothing()
    if isinstance(field, Rows):
        return [revive(field.questions(), row) for row in stored]
    if isinstance(field, fields.References):
        return [UUID(one) for one in stored]
    if isinstance(field, fields.Reference):
        return UUID(stored)
    if isinstance(field, fields.Code):
        return field.coded.of(stored)
    if isinstance(field, quantities.Day):
        return date.fromisoformat(stored)
    return Decimal(stored) if isinstance(field, quantities.Days) else stored
