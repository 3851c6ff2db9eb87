"""Put what a basin drew into the reference, in a child with limits: anybody may have drawn anything."""

# A drawing that reads well may still take minutes to be put in order: a few hundred loops of parallel parts,
# under ten thousand shapes. Pages and acts wait for it here, some of them with the database in their hands.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from engine import errors, isolation
from engine.registry import inserting, overlay, reading
from engine.registry.changes import Change, Diagram

CHILD = "engine.registry.applying_isolated"
MEGABYTES = 200
SECONDS = 3.0  # Thirty times what the drawings of a basin take.
# Any byte of a file as a character of JSON, and back.
ANY_BYTE = "latin-1"

Question = tuple[dict[str, bytes], dict[str, Any], tuple[Change, ...], dict[str, bytes]]
Refusal = overlay.AnchorVanished | inserting.IdentifierTaken | overlay.UnknownParameter | reading.Unreadable

# A page shows a draft and judges it, then an act takes it up.
CHILDREN = isolation.Remembering(CHILD, answers=8)


class TooIntricate(errors.Conflict):
    """Ce que le bassin a dessiné n’a pas pu être mis en ordre dans les limites prévues : dessinez plus simplement."""  # noqa: E501


def applied(
    reference: Mapping[str, bytes],
    *,
    published: Mapping[str, Any],
    changes: Sequence[Change],
    drawn: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Give the diagrams of a basin as `overlay.apply` does, within limits where it drew some itself.

    Raises what `overlay.apply` raises, and `TooIntricate`.
    """
    if not drawn:
        return overlay.apply(reference, published=published, changes=changes)
    question = (dict(reference), dict(published), tuple(map(as_drawn, changes)), dict(drawn))
    answer = CHILDREN.ask(question, SECONDS)
    if answer is None:
        raise TooIntricate
    told = orjson.loads(answer)
    if "refused" in told:
        raise refusal_of(told, changes)
    return {**reference, **{name: text.encode(ANY_BYTE) for name, text in told["changed"].items()}}


def as_drawn(change: Change) -> Change:
    """A change without what makes no difference to a drawing: the same, kept with its reason, is known."""
    return replace(change, reason="", since=None) if isinstance(change, Diagram) else change


def refusal_of(told: Mapping[str, Any], changes: Sequence[Change]) -> Refusal:
    """The refusal that the child met, from what it tells of it."""
    details = told["details"]
    match told["refused"]:
        case overlay.AnchorVanished.__name__:
            change = changes[told["change"]]
            return overlay.AnchorVanished(change, details["why"], details["what_to_do"])
        case inserting.IdentifierTaken.__name__:
            return inserting.IdentifierTaken(**details)
        case overlay.UnknownParameter.__name__:
            return overlay.UnknownParameter(**details)
    return reading.Unreadable(told["code"], **details)


# ── The child's part: what it answers is read as data ───────────────────────────────────────────────────────


def answer(question: Question) -> bytes:
    """Put a basin's diagrams together: those that are not the reference's, or why it cannot be done."""
    reference, published, changes, drawn = question
    try:
        whole = overlay.apply(reference, published=published, changes=changes, drawn=drawn)
    except reading.Unreadable as refusal:
        values = dict(refusal.problem.values)
        return orjson.dumps({"refused": "Unreadable", "code": refusal.problem.code, "details": values})
    except overlay.AnchorVanished as refusal:
        place = changes.index(refusal.change)
        return orjson.dumps({"refused": type(refusal).__name__, "details": refusal.details, "change": place})
    except (inserting.IdentifierTaken, overlay.UnknownParameter) as refusal:
        return orjson.dumps({"refused": type(refusal).__name__, "details": refusal.details})
    changed = {name: text for name, text in whole.items() if text != reference[name]}
    return orjson.dumps({"changed": {name: text.decode(ANY_BYTE) for name, text in changed.items()}})
