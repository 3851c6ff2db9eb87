"""What keeps a draft from being published: judged outside of any act, in the child with limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import errors, installing
from engine.registry import versions
from engine.variants import composing

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.problems import Problem
    from engine.variants.models import VariantDraft


@dataclass(frozen=True, slots=True)
class Composed:
    """The diagrams of a draft, or why its changes cannot be put into the reference."""

    files: Mapping[str, bytes]
    refusal: errors.EngineError | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a draft may be published, and all that is wrong with it."""

    problems: Sequence[Problem] = ()
    refusal: errors.EngineError | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether nothing keeps it from being published."""
        return self.refusal is None and not self.problems


def composed(work: UnitOfWork, draft: VariantDraft) -> Composed:
    """Put a draft together as it would run, to be judged once the database is left alone."""
    return composed_of(
        versions.files_of(work, draft.reference_id),
        published=draft.parameters,
        changes=draft.changes,
        drawn=composing.in_bytes(draft.drawn),
    )


def composed_of(
    reference: Mapping[str, bytes],
    *,
    published: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, bytes],
) -> Composed:
    """Put together what may not be right: a refusal is an answer as well."""
    try:
        return Composed(composing.compose(reference, published=published, changes=changes, drawn=drawn))
    except errors.EngineError as refusal:
        return Composed({}, refusal)


def judge(whole: Composed) -> Verdict:
    """Judge diagrams as publishing them will; the same diagrams are judged once."""
    if whole.refusal is not None:
        return Verdict(refusal=whole.refusal)
    return Verdict(installing.problems_of(tuple(whole.files.items())))
