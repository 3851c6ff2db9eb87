"""Put a draft together: the reference, a basin's parameters, its changes, what it drew itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.registry import changes as registry_changes
from engine.registry import overlay

LONGEST_TEXT = 10_000  # Longer than any sentence somebody types: a diagram.


def compose(
    reference: Mapping[str, bytes],
    *,
    published: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Give the diagrams of a variant, as they would run.

    Raises what `overlay.apply` raises: a change whose place the reference no longer has.
    """
    return overlay.apply(
        reference,
        published=published,
        changes=registry_changes.read({"changes": changes}, drawn),
        drawn=drawn,
    )


def in_bytes(drawn: Mapping[str, str]) -> dict[str, bytes]:
    """The drawn diagrams that a row keeps as texts."""
    return {name: text.encode("utf-8") for name, text in drawn.items()}
