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
        return field.coded(stored)
    if isinstance(field, quantities.Day):
        return date.fromisoformat(stored)
    return Decimal(stored) if isinstance(field, quantities.Days) else stored
