"""What a page recalls at the end: what was promised, the review, the early end asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.operations import wording
from engine.operations.asked import Asked, Fact
from engine.operations.recalled import facts, follow_up
from engine.projects import closing, final_reviews, reports
from forms import choices

if TYPE_CHECKING:
    from engine.projects.follow_up_models import FinalReview


def of_review_to_write(asked: Asked) -> list[Fact]:
    """What was promised, after why the chair sent the last review back, if they did."""
    reason = final_reviews.sent_back_because(asked.work, asked.project.id)
    return facts.told((_("Motif du renvoi"), reason)) + follow_up.of_means(asked)


def review_to_redo(written: FinalReview) -> Mapping[str, object]:
    """The answers of a review that comes back."""
    names = (
        "jobs_created", "jobs_sustained", "evidence", "satisfaction", "lessons", "relations_continue",
        "certification", "may_join_committee", "may_sponsor", "testimony", "quotation_allowed",
    )  # fmt: skip
    return {name: getattr(written, name) for name in names} | {
        "turnover_before": written.turnover_before_cents,
        "turnover_after": written.turnover_after_cents,
    }


def of_final_review(asked: Asked) -> list[Fact]:
    """The term, and the review that the chair signs."""
    project = asked.project
    review = final_reviews.latest(asked.work, project.id)
    closing_on = (
        reports.earliest_closing(project.effective_on, project.follow_up_months or 0)
        if project.effective_on
        else None
    )
    return facts.told(
        *follow_up.of_means(asked),
        (_("Convention signée le"), wording.day(asked, project.effective_on)),
        (_("Clôture possible à partir du"), wording.day(asked, closing_on)),
        (_("Emplois créés"), review.jobs_created if review else None),
        (_("Emplois maintenus"), review.jobs_sustained if review else None),
        (
            _("Satisfaction de l’entreprise"),
            wording.label(asked, choices.Satisfaction, review.satisfaction if review else None),
        ),
        (_("Ce que le projet a apporté"), review.lessons if review else None),
    )


def of_termination(asked: Asked) -> list[Fact]:
    """Who asks for the early end, and why."""
    request = closing.pending(asked.work, asked.project.id)
    if request is None:
        return facts.of_project(asked)
    return facts.told(
        *facts.of_project(asked),
        (_("À la demande de"), wording.label(asked, choices.Requester, request.requested_by)),
        (_("Cause"), wording.label(asked, choices.TerminationCause, request.cause)),
        (_("Exposé"), request.reason),
        (_("Demandée le"), wording.day(asked, request.occurred_on)),
    )
