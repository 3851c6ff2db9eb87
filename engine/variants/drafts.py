"""A basin's draft: begin it, read it, change it without overwriting anybody, give it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors, i18n
from engine.i18n import mark as _
from engine.people import basins, persons
from engine.registry import parameters, versions
from engine.registry.models import ProcessVersion
from engine.variants import composing
from engine.variants.edits import Edit
from engine.variants.models import State, VariantDraft, VariantEdit

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

EDITABLE = frozenset({State.DRAFT, State.RETURNED})
# What a save may replace; the rest is said by the acts of review and publication.
CONTENT = frozenset({"parameters", "reasons", "changes", "drawn", "effective_on", "reason"})
UNKNOWN_REVISION = _(
    "Cette page ne montre aucun état du brouillon : rouvrez-le, puis recommencez. Rien n’a été remplacé."
)
OPEN = sa.select(VariantDraft).where(
    VariantDraft.basin_id == sa.bindparam("basin_id"), VariantDraft.closed_at.is_(None)
)


class UnknownDraft(errors.NotFound):
    """Ce brouillon n’existe pas, ou il est déjà publié ou abandonné."""


class NotEditable(errors.Conflict):
    """Ce brouillon est soumis à la relecture : reprenez-le avant de le modifier."""


class DraftChanged(errors.Conflict):
    """{who} a changé ce brouillon pendant que vous le lisiez ({when}) : {what}. Rien n’a été remplacé.

    The second of two people is told what the first did, and sends their own again knowing it.
    """


class ChangedElsewhere(DraftChanged):
    """Ce brouillon a changé dans une autre fenêtre, par vous ({when}) : {what}. Rien n’a été remplacé."""


def open_of(work: UnitOfWork, basin_id: int) -> VariantDraft | None:
    """The draft that a basin is working on, if there is one."""
    return work.database.scalars(OPEN, {"basin_id": basin_id}).one_or_none()


def required(work: UnitOfWork, basin_id: int) -> VariantDraft:
    """The draft that a basin is working on. Raises `UnknownDraft`."""
    found = open_of(work, basin_id)
    if found is None:
        raise UnknownDraft
    return found


def open_draft(work: UnitOfWork, *, basin_id: int) -> VariantDraft:
    """Begin a draft from the basin's last version, or give the one that is begun already.

    It stands on the reference of that version: a new reference is taken over by an act of its own.
    Raises `versions.NothingPublished` where no reference was ever published.
    """
    basins.lock(work, basin_id)
    begun = open_of(work, basin_id)
    if begun is not None:
        return begun
    base = versions.last_version(work, basin_id)
    draft = VariantDraft(
        basin_id=basin_id,
        reference_id=reference_of(work, base),
        base_id=None if base is None else base.id,
        revision=1,
        state=State.DRAFT,
        parameters=published_of(base),
        reasons={} if base is None else dict(base.reasons),
        changes=[] if base is None else list(base.changes),
        drawn={} if base is None else dict(base.drawn),
        opened_at=work.now,
        opened_by=work.actor.person_id,
    )  # fmt: skip
    work.database.add(draft)
    work.database.flush()
    record(work, draft, "variants.draft.opened", reference_id=draft.reference_id, base_id=draft.base_id)
    return draft


def published_of(version: ProcessVersion | None) -> dict[str, Any]:
    """Every published parameter as a version has it: the programme's value for what it does not say."""
    return parameters.as_published({} if version is None else version.parameters)


def reference_of(work: UnitOfWork, base: ProcessVersion | None) -> UUID:
    """The reference that a version stands on, else the latest. Raises `versions.NothingPublished`."""
    if base is not None and base.reference_id is not None:
        return base.reference_id
    latest = versions.last_published(work, None)
    if latest is None:
        raise versions.NothingPublished
    found: UUID = latest.id
    return found


def save(work: UnitOfWork, *, draft_id: UUID, revision: int, edit: Edit, **content: object) -> VariantDraft:
    """Replace parts of a draft as it was read at `revision`; the revision goes up by one.

    Raises `UnknownDraft`, `NotEditable`, and `DraftChanged` when somebody saved since: it says who,
    when and what, and nothing is overwritten.
    """
    draft = lock(work, draft_id, revision=revision)
    require_editable(draft)
    unknown = set(content) - CONTENT
    if unknown:
        raise TypeError(f"a draft has no {sorted(unknown)}")
    for name, value in content.items():
        setattr(draft, name, value)
    mark(work, draft, edit)
    record(
        work, draft, "variants.draft.changed", what=edit.what.value, parts=sorted(content),
        content={"subject": edit.subject, **{name: told(value) for name, value in content.items()}},
    )  # fmt: skip
    return draft


def told(value: object) -> object:
    """A part of a draft as its history keeps it: drawn files by their size, for versions keep them whole."""
    if isinstance(value, Mapping):
        return {key: told(each) for key, each in value.items()}
    if isinstance(value, str) and len(value) > composing.LONGEST_TEXT:
        return f"{len(value)}"
    return value


def mark(work: UnitOfWork, draft: VariantDraft, edit: Edit) -> None:
    """Count a change of the draft, and keep who made it."""
    draft.revision += 1
    work.database.add(
        VariantEdit(
            draft_id=draft.id, revision=draft.revision, made_at=work.now, made_by=work.actor.person_id,
            what=edit.what.value, subject=edit.subject,
        )
    )  # fmt: skip
    work.database.flush()


def lock(work: UnitOfWork, draft_id: UUID, *, revision: int | None = None) -> VariantDraft:
    """Lock an open draft's row, then read it. Raises `UnknownDraft`, and `DraftChanged` when it moved on."""
    work.forget_what_was_read()
    statement = (
        sa.select(VariantDraft)
        .where(VariantDraft.id == draft_id, VariantDraft.closed_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    draft = work.database.scalars(statement).one_or_none()
    if draft is None:
        raise UnknownDraft
    if revision is not None and draft.revision != revision:
        raise stale(work, draft, revision)
    return draft


def stale(work: UnitOfWork, draft: VariantDraft, revision: int) -> DraftChanged:
    """Say who changed a draft since the revision that was read, when, and what.

    A colleague's changes go before one's own, made in another window: these are known already.
    """
    since = edits_of(work, draft.id, since=revision)
    if not since:  # A revision that never was: the form was made by hand.
        return DraftChanged(UNKNOWN_REVISION)
    others = [each for each in since if each.made_by != work.actor.person_id]
    told = others or since
    what = ", ".join(i18n.translate(Edit.of(each).sentence, work.locale, subject=each.subject or "")
                     for each in told)  # fmt: skip
    if not others:
        return ChangedElsewhere(when=told[-1].made_at, what=what, revision=draft.revision)
    names = persons.names(work, {each.made_by for each in others})
    who = ", ".join(dict.fromkeys(names.get(each.made_by, "?") for each in others))
    return DraftChanged(who=who, when=told[-1].made_at, what=what, revision=draft.revision)


def edits_of(work: UnitOfWork, draft_id: UUID, *, since: int = 0) -> Sequence[VariantEdit]:
    """What was changed in a draft after a revision, in order."""
    return list(
        work.database.scalars(
            sa.select(VariantEdit)
            .where(VariantEdit.draft_id == draft_id, VariantEdit.revision > since)
            .order_by(VariantEdit.revision)
        )
    )


def require_editable(draft: VariantDraft) -> None:
    """Raise `NotEditable` for a draft that somebody is reading over, or has approved."""
    if draft.state not in EDITABLE:
        raise NotEditable


def abandon(work: UnitOfWork, *, draft_id: UUID, revision: int) -> VariantDraft:
    """Give a draft up: nothing of it is published. Raises `UnknownDraft`, `DraftChanged`."""
    draft = lock(work, draft_id, revision=revision)
    close(work, draft, State.ABANDONED)
    record(work, draft, "variants.draft.abandoned")
    return draft


def close(work: UnitOfWork, draft: VariantDraft, state: State) -> None:
    """End a draft: another one may be begun."""
    draft.state = state
    draft.closed_at = work.now
    draft.closed_by = work.actor.person_id
    work.database.flush()


def files_of(work: UnitOfWork, draft: VariantDraft) -> dict[str, bytes]:
    """The diagrams that publishing the draft as it stands would publish.

    Raises what `composing.compose` raises.
    """
    return composing.compose(
        versions.files_of(work, draft.reference_id),
        published=draft.parameters, changes=draft.changes, drawn=composing.in_bytes(draft.drawn),
    )  # fmt: skip


def record(
    work: UnitOfWork,
    draft: VariantDraft,
    kind: str,
    *,
    content: Mapping[str, object] | None = None,
    **data: Any,
) -> None:
    """Write in the basin's history what became of its draft."""
    work.record(
        kind, chain=basins.chain_of(work, draft.basin_id), subject=draft.id, basin_id=draft.basin_id,
        revision=draft.revision, content=content, **data,
    )  # fmt: skip
