"""A version or a draft as one file to keep and to send, and such a file taken into a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from engine import installing
from engine.i18n import mark as _
from engine.people import basins
from engine.registry import changes, packaging
from engine.variants import composing, drafts, editing, reviewing
from engine.variants.edits import Edit, What

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.library import BasinFolder
    from engine.registry.models import ProcessVersion
    from engine.variants.models import VariantDraft

IMPORTED = _("Repris d’un fichier")


def of_version(work: UnitOfWork, basin: Basin, version: ProcessVersion) -> bytes:
    """A version of a basin as a zip, its diagrams as they run beside what made them."""
    folder = installing.folder_of_version(work, basin, version)
    return packaging.pack(folder, composing.in_bytes(version.files))


def of_draft(work: UnitOfWork, basin: Basin, draft: VariantDraft, files: Mapping[str, bytes]) -> bytes:
    """A draft as a zip, with the diagrams that it gives; none while its changes cannot be put together."""
    base = reviewing.base_of(work, draft)
    folder = installing.folder_of(
        work, basin, published=draft.parameters, made=draft.changes, drawn=draft.drawn,
        charter_version=installing.CHARTER_VERSION if base is None else base.charter_version,
    )  # fmt: skip
    return packaging.pack(folder, files)


def take_in(work: UnitOfWork, *, draft_id: UUID, revision: int, folder: BasinFolder) -> VariantDraft:
    """Replace what a draft holds by what a file says: published parameters, changes, drawn diagrams.

    The file was read by `packaging.unpack` before, while nobody waited for the database. Current parameters
    are left aside: they change at once, each by an act of its own. Raises `drafts.DraftChanged`,
    `drafts.NotEditable`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    drafts.require_editable(draft)
    published = dict(folder.parameters.published)
    day = basins.today(work, draft.basin_id).isoformat()
    known = {"reason": IMPORTED, "since": day}
    reasons = {
        key: draft.reasons.get(key, known) if draft.parameters.get(key) == value else known
        for key, value in published.items()
        if editing.is_chosen(key, value)
    }
    return drafts.save(
        work, draft_id=draft.id, revision=draft.revision, edit=Edit(What.IMPORTED), parameters=published,
        reasons=reasons, changes=[changes.as_mapping(each) for each in folder.changes],
        drawn={name: text.decode("utf-8") for name, text in folder.drawn.items()},
    )  # fmt: skip
