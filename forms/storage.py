"""What a database keeps: clean answers as JSON values, and unfinished ones as far as they can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

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


def json_value(value: object) -> Any:
    """Give a clean value as JSON has it: amounts in cents, exact numbers and dates as texts."""
    if isinstance(value, Mapping):
        return {str(name): json_value(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
