"""A draft read over before it is published: submitted, approved or returned, never by the same person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors, installing
from engine.i18n import mark as _
from engine.people.folding import clean
from engine.registry.charter import articles
from engine.registry.models import ProcessVersion
from engine.variants import drafts, editing, telling
from engine.variants.edits import Edit, What
from engine.variants.models import State, VariantDraft

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class ReviewNotAsked(errors.Conflict):
    """Le programme ne demande pas de relecture pour ces changements : publiez-les directement."""


class NotSubmitted(errors.Conflict):
    """Ce brouillon n’attend pas de relecture : il a été repris, relu ou publié entre-temps."""


class SameEyes(errors.NotAllowed):
    """Vous avez écrit ou soumis ce brouillon : une autre personne le relit."""


class NothingDiffers(errors.Conflict):
    """Ce brouillon ne change rien à la dernière version publiée : il n’y a rien à soumettre ni à publier."""


def asked_for(draft: VariantDraft, base: ProcessVersion | None) -> frozenset[str]:
    """The kinds of what a draft changes, since the last version, that must be read over before."""
    return frozenset(changed_kinds(draft, base)) & articles.review_asked_for()


def changed_kinds(draft: VariantDraft, base: ProcessVersion | None) -> Iterator[str]:
    """The kind of each change that the last version does not have, or that the draft has no more.

    What was read over once is not read over again with each parameter; why it was made is not part of it.
    """
    now, before = set(map(gist, draft.changes)), set(map(gist, () if base is None else base.changes))
    yield from (kind for kind, _content in now ^ before)
    if draft.drawn != ({} if base is None else base.drawn):
        yield "diagram"


def gist(change: Mapping[str, Any]) -> tuple[str, str]:
    """What a change does, comparable with another, without why and since when."""
    told = {key: value for key, value in change.items() if key not in {"reason", "since"}}
    return str(change.get("kind", "")), repr(sorted(told.items(), key=lambda item: item[0]))


def needs_review(work: UnitOfWork, draft: VariantDraft) -> bool:
    """Tell whether a draft must be read over before it is published."""
    return bool(asked_for(draft, base_of(work, draft)))


def base_of(work: UnitOfWork, draft: VariantDraft) -> ProcessVersion | None:
    """The version that a draft was begun from."""
    return None if draft.base_id is None else work.database.get(ProcessVersion, draft.base_id)


def require_difference(work: UnitOfWork, draft: VariantDraft, files: Mapping[str, bytes]) -> None:
    """Raise `NothingDiffers` when the diagrams would be those of the version it was begun from."""
    if is_as_before(base_of(work, draft), files):
        raise NothingDiffers


def is_as_before(base: ProcessVersion | None, files: Mapping[str, bytes]) -> bool:
    """Tell whether a draft's diagrams are those of the version that it was begun from."""
    return base is not None and {name: text.encode() for name, text in base.files.items()} == dict(files)


def submit(work: UnitOfWork, *, draft_id: UUID, revision: int) -> VariantDraft:
    """Hand a draft in for review, as it was read at `revision`, once the check accepts it.

    Raises `drafts.DraftChanged`, `drafts.NotEditable`, `ReviewNotAsked`, `NothingDiffers`,
    `installing.NotPublishable`, `editing.Contradicted`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    drafts.require_editable(draft)
    files = checked_files(work, draft)
    require_difference(work, draft, files)
    if not needs_review(work, draft):
        raise ReviewNotAsked
    draft.state = State.SUBMITTED
    draft.submitted_at, draft.submitted_by = work.now, work.actor.person_id
    draft.reviewed_at = draft.reviewed_by = draft.review_note = None
    work.database.flush()
    drafts.record(work, draft, "variants.draft.submitted", reference_id=draft.reference_id)
    telling.submitted(work, draft)
    return draft


def checked_files(work: UnitOfWork, draft: VariantDraft) -> Mapping[str, bytes]:
    """The diagrams of a draft, accepted by every level of the check.

    Raises `installing.NotPublishable`, and `editing.Contradicted` where the basin's current parameters no
    longer go with the draft's.
    """
    editing.require_agreement(work, draft)
    return installing.require_publishable(drafts.files_of(work, draft))


def take_back(work: UnitOfWork, *, draft_id: UUID, revision: int) -> VariantDraft:
    """Take a draft back from its review, or from its approval, to change it again.

    Raises `drafts.DraftChanged`, `NotSubmitted`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    if draft.state not in {State.SUBMITTED, State.APPROVED}:
        raise NotSubmitted
    draft.state = State.DRAFT
    drafts.mark(work, draft, Edit(What.TAKEN_BACK))
    drafts.record(work, draft, "variants.draft.taken_back")
    return draft


def approve(work: UnitOfWork, *, draft_id: UUID, revision: int, note: str | None = None) -> VariantDraft:
    """Approve a draft as it was submitted: its basin may publish it.

    Raises `drafts.DraftChanged`, `NotSubmitted`, `SameEyes`.
    """
    draft = reviewed(work, draft_id, revision, State.APPROVED, clean(note or "") or None)
    drafts.record(work, draft, "variants.draft.approved", content={"note": draft.review_note})
    telling.reviewed(work, draft)
    return draft


def return_(work: UnitOfWork, *, draft_id: UUID, revision: int, note: str) -> VariantDraft:
    """Send a draft back to its basin, saying what to change.

    Raises `drafts.DraftChanged`, `NotSubmitted`, `SameEyes`, and `InvalidAnswers` without a note.
    """
    if not clean(note):
        raise errors.InvalidAnswers({"note": [_("Dites ce qui est à revoir : le bassin le lira.")]})
    draft = reviewed(work, draft_id, revision, State.RETURNED, clean(note))
    drafts.record(work, draft, "variants.draft.returned", content={"note": draft.review_note})
    telling.reviewed(work, draft)
    return draft


def reviewed(work: UnitOfWork, draft_id: UUID, revision: int, state: State, note: str | None) -> VariantDraft:
    """Keep what the reader of a submitted draft decided."""
    draft = drafts.lock(work, draft_id, revision=revision)
    if draft.state != State.SUBMITTED:
        raise NotSubmitted
    if work.actor.person_id in authors(work, draft):
        raise SameEyes
    draft.state = state
    draft.reviewed_at, draft.reviewed_by, draft.review_note = work.now, work.actor.person_id, note
    work.database.flush()
    return draft


def is_shown(work: UnitOfWork, draft: VariantDraft) -> bool:
    """Tell whether the coordination may read a draft: as handed in, and as answered until its basin goes on.

    What a basin is still working on is nobody else's yet.
    """
    if draft.submitted_at is None or draft.state in {State.DRAFT, State.ABANDONED}:
        return False
    edits, answered_at = drafts.edits_of(work, draft.id), draft.reviewed_at
    return draft.state != State.RETURNED or not any(
        answered_at and each.made_at > answered_at for each in edits
    )


def authors(work: UnitOfWork, draft: VariantDraft) -> set[UUID]:
    """Who wrote a part of a draft, or submitted it: none of them reads it over."""
    wrote = {each.made_by for each in drafts.edits_of(work, draft.id)}
    return wrote if draft.submitted_by is None else wrote | {draft.submitted_by}


def waiting(work: UnitOfWork) -> Sequence[VariantDraft]:
    """The drafts that wait for the national coordination, the oldest first."""
    return list(
        work.database.scalars(
            sa.select(VariantDraft)
            .where(VariantDraft.state == State.SUBMITTED, VariantDraft.closed_at.is_(None))
            .order_by(VariantDraft.submitted_at)
        )
    )
