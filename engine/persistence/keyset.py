"""Pages of a long list: what the next one begins after, so that new lines disturb none."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in order, and after which the next begin; None at the end."""

    lines: list[Any]
    next: str | None


def cut(rows: list[Any], size: int, *, by: str) -> Page:
    """A page of the rows read, of which one too many says that there are more; `by` orders them."""
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], None if last is None else cursor(getattr(last, by), last.id))


def cursor(instant: datetime, identifier: UUID) -> str:
    """Where a page stops: what orders the list, then the identifier of its last line."""
    text = f"{instant.isoformat()} {identifier.hex}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str) -> tuple[datetime, UUID]:
    """Where to go on from. Raises `errors.InvalidAnswers` for what is not a cursor of ours."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        instant, identifier = base64.urlsafe_b64decode(padded).decode().split(" ")
        return datetime.fromisoformat(instant).astimezone(UTC), UUID(identifier)
    except (ValueError, OverflowError, UnicodeError, binascii.Error) as error:
        raise errors.InvalidAnswers(
            {"cursor": [_("Cette page n’existe pas : reprenez la liste.")]}
        ) from error


def place(after: str, instant: Any, identifier: Any) -> sa.Tuple:
    """A cursor as a statement compares it with two columns. Raises `errors.InvalidAnswers`."""
    moment, last = read(after)
    return sa.tuple_(sa.literal(moment, instant.type), sa.literal(last, identifier.type))
