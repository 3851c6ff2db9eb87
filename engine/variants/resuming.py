"""Go on with a draft when another version was published meanwhile: both sets of changes are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.registry import versions
from engine.variants import drafts, reviewing
from engine.variants.editing import key_of
from engine.variants.edits import Edit, What

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft

GONE: Any = object()


def resume(work: UnitOfWork, *, draft_id: UUID, revision: int) -> VariantDraft:
    """Begin the draft anew from the last version, with everything that the draft itself had changed.

    Where both changed the same thing, the draft's stays: whoever publishes has it under their eyes.
    Raises `drafts.DraftChanged`, `drafts.NotEditable`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    drafts.require_editable(draft)
    base, last = reviewing.base_of(work, draft), versions.last_version(work, draft.basin_id)
    if last is None or last.id == draft.base_id:
        return draft
    draft.parameters = merged(drafts.published_of(base), draft.parameters, drafts.published_of(last))
    for name in ("reasons", "drawn"):
        before = {} if base is None else getattr(base, name)
        setattr(draft, name, merged(before, getattr(draft, name), getattr(last, name)))
    changes = merged(
        by_key(() if base is None else base.changes), by_key(draft.changes), by_key(last.changes)
    )
    draft.changes = list(changes.values())
    draft.base_id = last.id
    drafts.mark(work, draft, Edit(What.RESUMED))
    drafts.record(work, draft, "variants.draft.resumed", base_id=last.id)
    return draft


def by_key(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Changes by what they change."""
    return {key_of(change): change for change in changes}


def merged(before: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What two sides made of the same table: whatever ours changed, and theirs for the rest."""
    result = {}
    for key in dict.fromkeys([*theirs, *ours]):
        mine = ours.get(key, GONE)
        chosen = theirs.get(key, GONE) if mine == before.get(key, GONE) else mine
        if chosen is not GONE:
            result[key] = chosen
    return result
