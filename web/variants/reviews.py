"""The drafts that the national coordination reads over: their list, one of them, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, render_template, url_for

from engine.i18n import mark as _
from engine.people import basins, permissions, persons
from engine.people.permissions import Permission
from engine.registry import differences, versions
from engine.variants import checking, drafts, following, reviewing
from engine.variants.models import State, VariantDraft
from forms import catalogue
from forms.variants import VariantAnswer
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.basins import asking
from web.page_forms import Messages, general, show_again_with
from web.sent_late import set_aside
from web.variants import comparing, verdicts, words
from web.variants.blueprint import pages
from web.variants.drafting import REVISION, DraftForm, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

FORM = "variant_review"


@pages.get("/programme/relectures")
@requires(Permission.REVIEW_VARIANT)
def reviews() -> str:
    """List the drafts that wait for a reading, and where each basin stands."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.REVIEW_VARIANT)
        waiting = reviewing.waiting(work)
        known = {each.id: each for each in basins.every(work)}
        names = persons.names(work, {each.submitted_by for each in waiting})
        return render_template(
            "variants/reviews.html",
            waiting=[
                {
                    "basin": known[each.basin_id].name,
                    "by": names.get(each.submitted_by or each.opened_by, ""),
                    "at": each.submitted_at,
                    "reason": each.reason,
                    "url": url_for("variants.review", draft_id=each.id),
                }
                for each in waiting
            ],
            behind=[
                {"basin": each.basin, "number": each.number, "url": url_for("variants.show", slug=each.slug)}
                for each in following.behind(work)
            ],
            latest=next(iter(following.references(work)), None),
        )


@pages.get("/programme/relectures/<uuid:draft_id>")
@requires(Permission.REVIEW_VARIANT)
def review(draft_id: UUID) -> str:
    """Show a draft as it was submitted, and ask for the answer."""
    return review_page(draft_id)


def opened_for_review(work: UnitOfWork, draft_id: UUID) -> tuple[Basin, VariantDraft]:
    """A draft that waits for a reading, or was read, for those who read it.

    Raises `permissions.MissingPermission`, `drafts.UnknownDraft`: what its basin is still working on is
    nobody else's yet.
    """
    permissions.require_national(work, Permission.REVIEW_VARIANT)
    draft = work.database.get(VariantDraft, draft_id)
    if draft is None or not reviewing.is_shown(work, draft):
        raise drafts.UnknownDraft
    basin = basins.find(work, draft.basin_id)
    g.zone = ZoneInfo(basin.zone)
    return basin, draft


def review_page(draft_id: UUID, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """A draft to read over: what differs from the reference, from the last version, the check, the form."""
    with web_work.start_reading() as work:
        basin, draft = opened_for_review(work, draft_id)
        form = DraftForm(FORM, basin)
        model = reviewed_model(work, basin, draft)
        inputs = form.inputs(work, values, messages) if may_answer(model, draft) else []
        whole = checking.composed(work, draft)
        before = files_before(work, draft)
        names = words.names_of(work, draft.reference_id).processes
    verdict = verdicts.shown(checking.judge(whole))
    return render_template(
        "variants/review.html", verdict=verdict, form=catalogue.form(FORM), inputs=inputs,
        general_errors=general(messages, inputs), hidden={REVISION: draft.revision},
        action=url_for("variants.answer_review", draft_id=draft_id), back_url=url_for("variants.reviews"),
        groups=comparing.groups(differences.between(before, whole.files) if whole.files else [], names),
        key=once.new_key(), **model,
    )  # fmt: skip


def reviewed_model(work: UnitOfWork, basin: Basin, draft: VariantDraft) -> dict[str, Any]:
    """What a draft says of itself to whoever reads it over."""
    names = words.names_of(work, draft.reference_id, draft.drawn)
    return {
        "basin": basin,
        "draft": draft,
        "people": persons.names(work, {draft.submitted_by, draft.reviewed_by}),
        "lines": [
            *words.parameter_lines(draft.parameters, draft.reasons),
            *words.lines_of(draft.changes, names, words.told_of(work, draft.reference_id, draft.drawn)),
        ],
        "is_own": viewer().person_id in reviewing.authors(work, draft),
    }  # fmt: skip


def may_answer(model: Mapping[str, Any], draft: VariantDraft) -> bool:
    """Tell whether the reader may answer: it waits, and they neither wrote nor submitted it."""
    return draft.state == State.SUBMITTED and not model["is_own"]


def files_before(work: UnitOfWork, draft: VariantDraft) -> dict[str, bytes]:
    """The diagrams that the draft would replace: the basin's last version, else the reference."""
    return versions.files_of(work, draft.base_id or draft.reference_id)


@pages.post("/programme/relectures/<uuid:draft_id>")
@requires(Permission.REVIEW_VARIANT)
@keeps_when_idle(set_aside)
def answer_review(draft_id: UUID) -> Response:
    """Approve a draft, or send it back with a note."""
    show_again_with(partial(review_page, draft_id))
    with once.start_work() as work:
        basin, draft = opened_for_review(work, draft_id)
        clean = DraftForm(FORM, basin).read(work)
        note, revision = str(clean["note"] or ""), revision_sent()
        if clean["answer"] is VariantAnswer.APPROVE:
            reviewing.approve(work, draft_id=draft.id, revision=revision, note=note)
            sentence = _("La version de {name} est approuvée : son opérateur peut la publier.")
        else:
            reviewing.return_(work, draft_id=draft.id, revision=revision, note=note)
            sentence = _("Le brouillon de {name} lui est renvoyé, avec votre note.")
        return asking.done(work, url_for("variants.reviews"), sentence, name=basin.name)
