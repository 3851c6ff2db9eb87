"""What else may be done with a task: take it, give it back, hand it over, put it on hold, paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from engine.agreements import presenting, proving
from engine.i18n import mark as _
from engine.people import accounts, assignments, persons
from engine.people.models import Role
from forms import catalogue, presentation
from forms.context import Choice
from web import work as web_work
from web.auth import viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.inbox.shown import Shown

AWAITING, DELEGATION, PAPER = "awaiting", "delegation", "paper"
SIGNATURE = "agreement_signature"


@dataclass(frozen=True, slots=True)
class Gesture:
    """One of the other gestures: its heading, where it is sent, its button, its inputs."""

    key: str
    title: str
    url: str
    submit: str
    inputs: list[presentation.Input]
    tone: str | None = None
    is_open: bool = False


def acts(page: Shown) -> list[Gesture]:
    """The gestures that this reader may make now."""
    may = page.may
    wanted: list[tuple[bool, Callable[[Shown], Gesture | None]]] = [
        (may.claim, take),
        (may.release, give_back),
        (may.delegate and not page.view.personal, hand_over),
        (may.hold and page.view.awaiting is not None, take_up_again),
        (may.hold, put_on_hold),
        (page.standing.is_officer and is_signed_on_paper(page), signed_on_paper),
    ]
    found = [make(page) for is_allowed, make in wanted if is_allowed]
    return [each for each in found if each is not None]


def take(page: Shown) -> Gesture:
    """Take it: others see whose it is."""
    url = url_for("inbox.claim_task", task_id=page.view.id)
    return Gesture("claim", _("Prendre cette tâche"), url, _("Prendre"), [stay()])


def give_back(page: Shown) -> Gesture:
    """Give it back to all who may do it."""
    url = url_for("inbox.release_task", task_id=page.view.id)
    return Gesture("release", _("Rendre cette tâche"), url, _("Rendre"), [stay()])


def stay() -> presentation.Input:
    """The gesture comes back to the task, not to the list."""
    return presentation.Input(name="stay", id="answer-stay", kind="hidden", label="", value="task")


def hand_over(page: Shown) -> Gesture | None:
    """Hand it to another holder of its role; with nobody else to hold it, there is no such gesture.

    Oneself is offered only what a colleague has: one takes over from them; what nobody has is taken.
    """
    view, me = page.view, viewer().person_id
    held = assignments.of_basin(page.work, view.basin_id, page.today, Role(view.role))
    left_out = {None, view.assignee_id, *((me,) if view.assignee_id is None else ())}
    left = accounts.closed_among(page.work, [each.person_id for each in held])
    others = persons.names(page.work, {each.person_id for each in held} - left_out - left)
    if not others:
        return None
    myself = web_work.translated(_("moi-même, à sa place"))
    choices = sorted(
        (Choice(str(key), f"{name} ({myself})" if key == me else name) for key, name in others.items()),
        key=lambda each: each.label,
    )
    errors = page.typed.errors if page.typed.act == DELEGATION else {}
    wrong = (*errors.get("to_id", ()), *errors.get("to", ()))
    to_whom = presentation.Input(
        name="to_id", id=presentation.anchor("to_id"), kind="choice-select", required=True,
        label=web_work.translated(_("À qui")), choices=tuple(choices), errors=wrong,
    )  # fmt: skip
    url = url_for("inbox.delegate_task", task_id=view.id)
    return Gesture(DELEGATION, _("Confier à quelqu’un"), url, _("Confier"), [to_whom], is_open=bool(errors))


def take_up_again(page: Shown) -> Gesture:
    """The wait is over before its day."""
    url = url_for("inbox.resume_task", task_id=page.view.id)
    return Gesture("resume", _("Reprendre maintenant"), url, _("Reprendre"), [])


def put_on_hold(page: Shown) -> Gesture:
    """« En attente de … jusqu’au … », with its reason (D21)."""
    is_typed = page.typed.act == AWAITING
    questions = catalogue.form(AWAITING).questions(page.context)
    errors = {f"{AWAITING}-{path}": texts for path, texts in page.typed.errors.items()} if is_typed else {}
    inputs = presentation.inputs_of(
        questions, page.typed.answers if is_typed else None, errors, prefix=f"{AWAITING}-"
    )
    url = url_for("inbox.put_on_hold", task_id=page.view.id)
    title = _("Prolonger l’attente") if page.view.awaiting else _("Mettre en attente d’un tiers")
    return Gesture(AWAITING, title, url, _("Mettre en attente"), inputs, is_open=bool(errors))


def is_signed_on_paper(page: Shown) -> bool:
    """Whether this is a signature, that the basin lets people give on paper, on a text whose file is made."""
    if page.view.form != SIGNATURE:
        return False
    texts = presenting.texts_of(page.work, page.view)
    allowed = proving.ways(page.work, page.view.basin_id, {text.kind for text in texts})
    return proving.PAPER in allowed and all(proving.is_ready(text) for text in texts)


def signed_on_paper(page: Shown) -> Gesture:
    """Signed on paper: the officer records it with the scan, and it is shown as such (D18)."""
    errors = page.typed.errors if page.typed.act == PAPER else {}
    say = web_work.translated
    inputs = [
        presentation.Input(
            name="signed_on", id="answer-paper-signed_on", kind="date", label=say(_("Signée le")),
            required=True, maximum=page.today.isoformat(), errors=tuple(errors.get("signed_on", ())),
            value=str((page.typed.answers or {}).get("signed_on", "")) if page.typed.act == PAPER else "",
        ),
        presentation.Input(
            name="scan", id="answer-paper-scan", kind="file", label=say(_("Exemplaire numérisé")),
            required=True, errors=tuple(errors.get("scan", ())),
        ),
        presentation.Input(
            name="attested", id="answer-paper-attested", kind="checkbox",
            label=say(_("J’atteste que l’opérateur conserve l’original signé")),
            value="yes" if (page.typed.answers or {}).get("attested") else "",
        ),
    ]  # fmt: skip
    url = url_for("inbox.record_paper_signature", task_id=page.view.id)
    return Gesture(
        PAPER, _("Signée sur papier"), url, _("Enregistrer la signature"), inputs, is_open=bool(errors)
    )
