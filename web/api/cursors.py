"""Where a page of a list ends, as a word that a client gives back."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

from engine import errors
from engine.i18n import mark as _

UNKNOWN = _("Cette page n’existe pas : reprenez la liste.")


def written(place: tuple[datetime, UUID] | None) -> str | None:
    """A place in an order as a cursor."""
    if place is None:
        return None
    instant, identifier = place
    return base64.urlsafe_b64encode(f"{instant.isoformat()} {identifier.hex}".encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime, UUID] | None:
    """The place that a cursor says, None at the start. Raises `errors.InvalidAnswers`."""
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        instant, identifier = base64.urlsafe_b64decode(padded).decode().split(" ")
        return datetime.fromisoformat(instant).astimezone(UTC), UUID(identifier)
    except (ValueError, OverflowError) as error:  # What base64 and UTF-8 refuse are values too.
        raise errors.InvalidAnswers({"cursor": [UNKNOWN]}) from error
