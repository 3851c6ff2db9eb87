"""Take a newer reference over into a draft: what the basin drew is carried, element by element."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from engine import errors
from engine.i18n import mark as _
from engine.registry import carrying, changes, versions
from engine.registry.carrying import Carried, Conflict, Side
from engine.variants import composing, drafts, following
from engine.variants.edits import Edit, What

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.following import Reference
    from engine.variants.models import VariantDraft

Settled = Mapping[tuple[str, str], Side]


class NothingNewer(errors.Conflict):
    """Ce brouillon s’appuie déjà sur la dernière référence du programme."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What taking a newer reference over would do: what both changed, what has no place any more."""

    reference: Reference
    conflicts: Sequence[Conflict]
    vanished: Sequence[errors.EngineError]
    drawn: Mapping[str, bytes]


def prospect(work: UnitOfWork, draft: VariantDraft, *, settled: Settled | None = None) -> Prospect:
    """Work out what taking the latest reference over would do; nothing is written.

    `settled` says whose side of an element is taken where both changed it. Raises `NothingNewer`.
    """
    newer = following.newer_than(following.references(work), draft.reference_id)
    if newer is None:
        raise NothingNewer
    target = versions.files_of(work, newer.id)
    carried = carried_to(work, draft, target, settled)
    made = changes.read({"changes": draft.changes}, draft.drawn)
    tried = carrying.reanchor(target, made, carried.files)
    return Prospect(newer, carried.conflicts, tried.vanished, carried.files)


def prepare(work: UnitOfWork, *, basin_id: int, settled: Settled) -> None:
    """Have the answer ready for `adopt`, which would else hold everybody's writes, and says what refuses."""
    with contextlib.suppress(errors.EngineError):
        prospect(work, drafts.required(work, basin_id), settled=settled)


def carried_to(
    work: UnitOfWork, draft: VariantDraft, target: Mapping[str, bytes], settled: Settled | None
) -> Carried:
    """What the basin drew, upon a new reference."""
    base = versions.files_of(work, draft.reference_id)
    return carrying.carry_over(base, composing.in_bytes(draft.drawn), target, settled)


def adopt(work: UnitOfWork, *, draft_id: UUID, revision: int, settled: Settled) -> VariantDraft:
    """Make a draft stand on the latest reference, what both changed settled as said.

    A change that has no place any more stays in the draft, where the check says so: nothing a basin asked
    for goes without a word. Raises `drafts.DraftChanged`, `drafts.NotEditable`, `NothingNewer`, and
    `InvalidAnswers` for what is not settled, under `file/element`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    drafts.require_editable(draft)
    found = prospect(work, draft, settled=settled)
    if found.conflicts:
        asked = [_("Choisissez ce qui est gardé.")]
        raise errors.InvalidAnswers({f"{each.file}/{each.element}": asked for each in found.conflicts})
    draft.reference_id = found.reference.id
    draft.drawn = {name: content.decode("utf-8") for name, content in found.drawn.items()}
    drafts.mark(work, draft, Edit(What.REFERENCE))
    drafts.record(
        work, draft, "variants.draft.carried", reference_id=found.reference.id, settled=len(settled),
        vanished=len(found.vanished),
    )  # fmt: skip
    return draft
