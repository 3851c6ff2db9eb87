"""Put a draft together: the reference, a basin's parameters, its changes, what it drew itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine import errors
from engine.registry import applying, overlay, parameters, reading
from engine.registry import changes as registry_changes

LONGEST_TEXT = 10_000  # Longer than any sentence somebody types: a diagram.


class NotComposable(errors.Conflict):
    """Ce que contient le brouillon ne tient plus ensemble : {why}."""


def compose(
    reference: Mapping[str, bytes],
    *,
    published: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Give the diagrams of a variant, as they would run.

    Raises `overlay.AnchorVanished` for a change whose place the reference no longer has,
    `inserting.IdentifierTaken`, `applying.TooIntricate`, and `NotComposable` for what this release reads no
    more.
    """
    try:
        return applying.applied(
            reference,
            published=parameters.as_published(published),
            changes=registry_changes.read({"changes": changes}, drawn),
            drawn=drawn,
        )
    except reading.Unreadable as refusal:
        raise NotComposable(why=refusal.problem.message().removesuffix(".")) from refusal
    except (registry_changes.InvalidChanges, overlay.UnknownParameter) as refusal:
        raise NotComposable(why=refusal.message.removesuffix(".")) from refusal


def in_bytes(drawn: Mapping[str, str]) -> dict[str, bytes]:
    """The drawn diagrams that a row keeps as texts."""
    return {name: text.encode("utf-8") for name, text in drawn.items()}
