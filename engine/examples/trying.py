"""Forms of the programme filled in for an example: what each says of an answer, nothing being kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from engine.i18n import translate
from forms import catalogue
from forms.context import Choice, Context

if TYPE_CHECKING:
    from engine.examples.showing import Place

SOMEBODY = str(UUID(int=1))
SOMETHING = "Exemple"
QUALIFICATION: Mapping[str, object] = {
    "outcome": "continue", "prescriber_id": SOMEBODY, "category": "development", "headcount": 10,
}  # fmt: skip
DIAGNOSTIC: Mapping[str, object] = {
    "summary": SOMETHING, "bearer_rating": "medium", "project_rating": "medium", "impact_rating": "medium",
    "jobs_to_create": 1, "jobs_to_sustain": 0, "needs": [{"domain": "quality", "days": 1}],
    "subsidiarity": SOMETHING, "deadweight": "later", "opinion": "favourable", "has_interest": False,
}  # fmt: skip
DECISION: Mapping[str, object] = {
    "session_id": SOMEBODY, "outcome": "approved", "mandatary_id": SOMEBODY, "human_means": [],
}  # fmt: skip


def refusal(
    place: Place, form: str, answers: Mapping[str, object], question: str, limits: Mapping[str, object]
) -> str:
    """What a form says against one answer, in the reader's language; empty where it takes it."""
    locale = place.work.locale
    anybody = [Choice(SOMEBODY, SOMETHING)]
    context = Context(
        choices=dict.fromkeys(("prescriber_id", "session_id", "mandatary_id"), anybody),
        limits={"today": place.today, **limits},
        channel="json",
        locale=locale,
        translate=lambda text, **values: translate(text, locale, **values),
    )
    try:
        catalogue.load(form, dict(answers), context)
    except catalogue.InvalidAnswers as wrong:
        return " ".join(wrong.messages.get(question, ()))
    return ""
