"""Publish a draft: a new version of the basin's process, for the projects to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from engine import errors, installing
from engine.i18n import mark as _
from engine.people import basins
from engine.registry import versions
from engine.variants import composing, drafts, reviewing, telling
from engine.variants.models import State, VariantDraft

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

FURTHEST = timedelta(days=731)


class NotApproved(errors.Conflict):
    """Ces changements demandent la relecture de la coordination nationale : soumettez-les d’abord."""


class PublishedMeanwhile(errors.Conflict):
    """La version {number} a été publiée depuis le début de ce brouillon : repartez d’elle.

    Otherwise what it changed would be lost without a word.
    """


def publish(
    work: UnitOfWork, *, draft_id: UUID, revision: int, effective_on: date | None = None
) -> versions.Published:
    """Make a draft the basin's next version, in force from today or from a later day.

    The diagrams are checked again; what is in force until that day stays so, and no running project
    moves. Raises `drafts.DraftChanged`, `NotApproved`, `PublishedMeanwhile`,
    `reviewing.NothingDiffers`, `installing.NotPublishable`, `editing.Contradicted`,
    `InvalidAnswers` on `effective_on`.
    """
    basins.lock(work, basin_of(work, draft_id))
    draft = drafts.lock(work, draft_id, revision=revision)
    start = effective_on or draft.effective_on or basins.today(work, draft.basin_id)
    require_day(work, draft, start)
    require_approved(work, draft)
    require_last(work, draft)
    files = reviewing.checked_files(work, draft)
    reviewing.require_difference(work, draft, files)
    published = published_from(work, draft, files, start)
    draft.published_id = published.id
    drafts.close(work, draft, State.PUBLISHED)
    drafts.record(
        work, draft, "variants.draft.published", version_id=published.id, number=published.number,
        effective_on=start, content={"reason": draft.reason},
    )  # fmt: skip
    telling.published(work, draft, number=published.number, effective_on=start)
    return published


def published_from(
    work: UnitOfWork, draft: VariantDraft, files: Mapping[str, bytes], start: date
) -> versions.Published:
    """Publish the diagrams of a draft, keeping what they are made of."""
    base = reviewing.base_of(work, draft)
    return versions.publish(
        work,
        basin_id=draft.basin_id,
        files=files,
        parameters=draft.parameters,
        charter_version=installing.CHARTER_VERSION if base is None else base.charter_version,
        effective_on=start,
        chain=basins.chain_of(work, draft.basin_id),
        reference_id=draft.reference_id,
        made_of=versions.MadeOf(draft.changes, composing.in_bytes(draft.drawn), draft.reasons),
    )


def basin_of(work: UnitOfWork, draft_id: UUID) -> int:
    """The basin of a draft, which never changes. Raises `drafts.UnknownDraft`."""
    draft = work.database.get(VariantDraft, draft_id)
    if draft is None:
        raise drafts.UnknownDraft
    return draft.basin_id


def require_day(work: UnitOfWork, draft: VariantDraft, start: date) -> None:
    """Raise `InvalidAnswers` for a day that is over, or too far away to be meant."""
    today = basins.today(work, draft.basin_id)
    if start < today:
        raise errors.InvalidAnswers({"effective_on": [_("Choisissez aujourd’hui ou un jour à venir.")]})
    if start > today + FURTHEST:
        raise errors.InvalidAnswers({"effective_on": [_("Choisissez un jour dans les deux ans.")]})


def require_approved(work: UnitOfWork, draft: VariantDraft) -> None:
    """Raise `NotApproved` unless the draft was approved, or needs nobody's approval."""
    if draft.state == State.APPROVED:
        return
    if draft.state not in drafts.EDITABLE or reviewing.needs_review(work, draft):
        raise NotApproved


def require_last(work: UnitOfWork, draft: VariantDraft) -> None:
    """Raise `PublishedMeanwhile` unless the draft was begun from the last version."""
    last = versions.last_published(work, draft.basin_id)
    if last is not None and last.id != draft.base_id:
        raise PublishedMeanwhile(number=last.number)
