"""The page on which an agreement is signed: the very words, in which capacity, one button, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.agreements import presenting
from engine.i18n import mark as _
from forms import choices, presentation
from web import typography
from web import work as web_work

if TYPE_CHECKING:
    from engine.agreements.presenting import OwnLine
    from web.inbox.shown import Shown

FORM = "agreement_signature"
ASKED = ("consent", "reason")
CAPACITIES = {str(each.value): each.label for each in choices.SignatoryCapacity}


def asked(inputs: Sequence[presentation.Input]) -> list[presentation.Input]:
    """What the page asks: a consent, or why one refuses; each in a form of its own, so shown at once."""
    return [replace(each, shown_when=None, required=True) for each in inputs if each.name in ASKED]


def of(page: Shown) -> dict[str, Any] | None:
    """The text to sign, and in which capacity; nothing for any other task. See `inbox/_signature.html`."""
    if page.view.form != FORM:
        return None
    shown = presenting.of_task(page.work, page.view)
    if shown is None:
        return None
    say = web_work.translated
    is_own = page.may.complete
    title = (
        _("La convention {number}") if shown.version == 1 else _("La convention {number}, version {version}")
    )
    return {
        "title": say(title, number=shown.number, version=shown.version),
        "blocks": shown.blocks,
        "digest": shown.digest,
        "is_voided": shown.is_voided,
        "capacity": in_capacity(shown.line) if is_own and shown.line else None,
        "others": [other(each) for each in shown.others] if is_own else [],
        "refuses": bool(page.typed.answers and page.typed.answers.get("answer") == "refuse"),
    }


def in_capacity(line: OwnLine) -> str:
    """« Mandataire, pour Forges (démo) »."""
    capacity = web_work.translated(CAPACITIES.get(line.capacity, line.capacity))
    if not line.organisation:
        return capacity
    return web_work.translated(_("{capacity}, pour {firm}"), capacity=capacity, firm=line.organisation)


def other(line: OwnLine) -> tuple[str, str | None]:
    """The other signature of whoever signs twice: what is said of it, and where it is given."""
    capacity = in_capacity(line)
    if line.signed_on is not None:
        day = typography.long_date(line.signed_on, web_work.locale())
        return web_work.translated(_("{capacity} : signée le {day}."), capacity=capacity, day=day), None
    said = web_work.translated(_("{capacity} : une autre signature, sur sa propre page."), capacity=capacity)
    return said, url_for("inbox.show_task", task_id=line.task_id) if line.task_id else None
