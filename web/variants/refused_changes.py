"""What keeps a change out of a draft, said under the control of the form that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import errors
from engine.i18n import mark as _
from engine.registry import changes, points
from engine.variants import editing
from forms import basin_steps, extras, texts
from web import work as web_work
from web.variants import words

if TYPE_CHECKING:
    from engine.variants.models import VariantDraft

# What tells a change from the others of its kind: the engine takes one of each.
SUBJECT = ("kind", "form", "process", "step")
SAID_ALREADY: Mapping[str, tuple[str, str]] = {
    "questions": ("target", _(
        "Le brouillon y pose déjà des questions : ouvrez-les depuis le brouillon pour les compléter."
    )),
    "due": ("step", _(
        "Le brouillon change déjà le délai de cette étape : ouvrez ce changement depuis le brouillon."
    )),
    "name": ("step", _(
        "Le brouillon change déjà le nom de cette étape : ouvrez ce changement depuis le brouillon."
    )),
}  # fmt: skip
# The control under which each part of a question is said to be wrong: its key is made of its label.
CONTROLS: Mapping[str, str] = {"choices": "proposed", "key": "label", "hint": "label"}


def require_possible(
    draft: VariantDraft, change: Mapping[str, Any], replaces: str | None, typed: Mapping[str, object]
) -> None:
    """Raise `errors.InvalidAnswers` for a change that the engine would not keep, by control.

    `replaces` is the key of the change that it is put for; `typed` what the page sent, blank rows included.
    """
    wrong = {
        **said_already(draft, change, replaces),
        **(wrong_of_step(change) if change["kind"] == changes.Step.kind else {}),
        **dict(wrong_of_questions(change.get("questions", ()), typed)),
    }
    if wrong:
        raise errors.InvalidAnswers(wrong)


def said_already(
    draft: VariantDraft, change: Mapping[str, Any], replaces: str | None
) -> dict[str, list[str]]:
    """What another change of the draft speaks of already."""
    control, sentence = SAID_ALREADY.get(change["kind"], ("", ""))
    others = [each for each in draft.changes if editing.key_of(each) != replaces]
    is_said = any(subject_of(each) == subject_of(change) for each in others)
    return {control: [sentence]} if control and is_said else {}


def subject_of(change: Mapping[str, Any]) -> tuple[object, ...]:
    """What a change is about."""
    return tuple(change.get(part) or "" for part in SUBJECT)


def wrong_of_step(change: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with a step: who is not there yet, a form that asks nothing."""
    wrong = {}
    point = points.BY_KEY[change["point"]]
    if change["role"] not in point.roles:
        wrong["role"] = [
            web_work.translated(
                _("{place}, une étape se confie à : {roles}."),
                place=words.capital(web_work.translated(point.label)),
                roles=", ".join(words.capital(words.role_of(role)) for role in point.roles),
            )
        ]
    if change["form"] == basin_steps.ONLY_QUESTIONS and not change.get("questions"):
        wrong["questions"] = [_("Ce formulaire n’a que vos questions : posez-en une au moins.")]
    return wrong


def wrong_of_questions(
    asked: Sequence[Mapping[str, Any]], typed: Mapping[str, object]
) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with questions, each by its place on the page, where rows may have stayed blank."""
    rows = typed.get("questions")
    places = [at for at, row in enumerate(rows if isinstance(rows, list) else ()) if is_filled(row)]
    for wrong in extras.wrongs_of(list(asked)):
        at = places[wrong.at] if wrong.at < len(places) else wrong.at
        control = CONTROLS.get(wrong.part, wrong.part)
        told = texts.written(wrong.message, web_work.translated, web_work.locale())
        yield f"questions-{at}-{control}", [told]


def is_filled(row: object) -> bool:
    """Tell whether a row has its question: those that were read all have."""
    return isinstance(row, Mapping) and bool(str(row.get("label") or "").strip())
