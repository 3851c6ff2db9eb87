"""Go on with a draft when another version was published meanwhile: both sets of changes are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.registry import versions
from engine.registry.changes import Diagram
from engine.variants import drafts, drawing, reviewing
from engine.variants.editing import key_of
from engine.variants.edits import Edit, What

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.models import ProcessVersion
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
    draft.reasons = merged({} if base is None else base.reasons, draft.reasons, last.reasons)
    kept = merged({} if base is None else by_key(base), by_key(draft), by_key(last))
    draft.changes = [change for change, _text in kept.values()]
    draft.drawn = {drawing.file_of(change["process"]): text for change, text in kept.values() if text}
    draft.base_id = last.id
    drafts.mark(work, draft, Edit(What.RESUMED))
    drafts.record(work, draft, "variants.draft.resumed", base_id=last.id)
    return draft


def by_key(made: VariantDraft | ProcessVersion) -> dict[str, tuple[Mapping[str, Any], str | None]]:
    """Changes by what they change; one that says that a process is drawn goes with its drawing."""
    return {
        key_of(change): (
            change,
            made.drawn.get(drawing.file_of(change["process"])) if change["kind"] == Diagram.kind else None,
        )
        for change in made.changes
    }


def merged(before: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What two sides made of the same table: whatever ours changed, and theirs for the rest."""
    result = {}
    for key in dict.fromkeys([*theirs, *ours]):
        mine = ours.get(key, GONE)
        chosen = theirs.get(key, GONE) if mine == before.get(key, GONE) else mine
        if chosen is not GONE:
            result[key] = chosen
    return result
