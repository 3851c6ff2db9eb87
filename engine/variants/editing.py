"""Change a draft part by part: its parameters, one of its changes, its wishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import errors
from engine.i18n import mark as _
from engine.people import basins
from engine.people.folding import clean
from engine.registry import changes, current, parameters
from engine.variants import drafts
from engine.variants.edits import Edit, What

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft

LONGEST_WISH = 1000


class UnknownChange(errors.NotFound):
    """Ce changement n’est plus dans le brouillon : il a été retiré entre-temps."""


class WrongChange(errors.Conflict):
    """Ce changement ne peut pas être enregistré ainsi. {summary}."""


class Contradicted(errors.Conflict):
    """Les paramètres du brouillon ne vont plus avec ceux du bassin, qui ont changé depuis : {summary}."""


def key_of(change: Mapping[str, Any]) -> str:
    """What one change of a draft is known by in addresses: « step.basin-visite », « due.appraisal.… »."""
    names = ("id",) if change.get("kind") == changes.Step.kind else ("form", "process", "step")
    parts = (change.get("kind"), *map(change.get, names))
    return ".".join(str(part).replace("_", "-").lower() for part in parts if part)


def find_change(draft: VariantDraft, key: str, *, kind: str | None = None) -> Mapping[str, Any]:
    """One change of a draft, of one kind where the page is about that kind. Raises `UnknownChange`."""
    for change in draft.changes:
        if key_of(change) == key and kind in {None, change.get("kind")}:
            found: Mapping[str, Any] = change
            return found
    raise UnknownChange


def put_change(
    work: UnitOfWork, *, draft_id: UUID, revision: int, change: Mapping[str, Any], subject: str,
    replaces: str | None = None,
) -> VariantDraft:  # fmt: skip
    """Add a change to a draft, or put it in the place of the one that it `replaces`.

    Its day is today's unless it says the same as before. Raises `drafts.DraftChanged`,
    `drafts.NotEditable`, `UnknownChange`, and `WrongChange` when the changes together cannot be.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    before = None if replaces is None else find_change(draft, replaces)
    dated = {**change, "since": since(work, draft, before, change)}
    listed = [dated if each is before else each for each in draft.changes]
    if before is None:
        listed.append(dated)
    return keep_changes(work, draft, listed, draft.drawn, Edit(What.CHANGE_PUT, subject))


def since(
    work: UnitOfWork, draft: VariantDraft, before: Mapping[str, Any] | None, change: Mapping[str, Any]
) -> str:
    """The day from which a basin wants a change: that of the change as it stands, when it is the same."""
    if before is not None and without_day(before) == without_day(change) and before.get("since"):
        return str(before["since"])
    return basins.today(work, draft.basin_id).isoformat()


def without_day(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change without its day."""
    return {name: value for name, value in change.items() if name != "since"}


def remove_change(work: UnitOfWork, *, draft_id: UUID, revision: int, key: str, subject: str) -> VariantDraft:
    """Take a change out of a draft, and what was drawn for it.

    Raises `drafts.DraftChanged`, `drafts.NotEditable`, `UnknownChange`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    found = find_change(draft, key)
    kept = [each for each in draft.changes if each is not found]
    drawn = dict(draft.drawn)
    if found.get("kind") == changes.Diagram.kind:
        drawn.pop(f"{found['process']}.bpmn", None)
    return keep_changes(work, draft, kept, drawn, Edit(What.CHANGE_REMOVED, subject))


def keep_changes(
    work: UnitOfWork,
    draft: VariantDraft,
    listed: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, str],
    edit: Edit,
) -> VariantDraft:
    """Keep the changes of a locked draft once they are right together. Raises `WrongChange`."""
    require_right(listed, drawn)
    parts: dict[str, object] = {"changes": [dict(each) for each in listed]}
    if dict(drawn) != draft.drawn:
        parts["drawn"] = dict(drawn)
    return drafts.save(work, draft_id=draft.id, revision=draft.revision, edit=edit, **parts)


def require_right(listed: Sequence[Mapping[str, Any]], drawn: Mapping[str, str]) -> None:
    """Raise `WrongChange`, in sentences, for changes that an overlay could not hold."""
    try:
        changes.read({"changes": listed}, drawn)
    except changes.InvalidChanges as refusal:
        raise WrongChange(summary=" ".join(refusal.problems).removesuffix(".")) from refusal


def set_parameters(
    work: UnitOfWork, *, draft_id: UUID, revision: int, values: Mapping[str, Any], reasons: Mapping[str, str]
) -> VariantDraft:
    """Give published parameters of a draft other values, each with its reason.

    Raises `drafts.DraftChanged`, `drafts.NotEditable`, and `InvalidAnswers` on the parameters' keys.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    wanted = {**parameters.as_published(draft.parameters), **values}
    wrong = problems_of(work, draft, wanted, reasons)
    if wrong:
        raise errors.InvalidAnswers(wrong)
    day = basins.today(work, draft.basin_id).isoformat()
    told = {
        key: told_of(draft, key, wanted[key], reasons, day) for key in wanted if is_chosen(key, wanted[key])
    }
    return drafts.save(
        work, draft_id=draft.id, revision=draft.revision, edit=Edit(What.PARAMETERS), parameters=wanted,
        reasons=told,
    )  # fmt: skip


def told_of(
    draft: VariantDraft, key: str, value: Any, reasons: Mapping[str, str], day: str
) -> dict[str, str]:
    """Why a parameter is not the programme's, and since when: its day moves with its value only."""
    before = draft.reasons.get(key, {})
    reason = clean(reasons.get(key, "")) or before.get("reason", "")
    is_same = draft.parameters.get(key) == value and "since" in before
    return {"reason": reason, "since": before["since"] if is_same else day}


def is_chosen(key: str, value: Any) -> bool:
    """Tell whether a basin chose a value that is not the programme's."""
    line = parameters.BY_KEY.get(key)
    return line is not None and value != line.default


def problems_of(
    work: UnitOfWork, draft: VariantDraft, wanted: Mapping[str, Any], reasons: Mapping[str, str]
) -> dict[str, list[str]]:
    """What is wrong with published parameters, by key; with all of them together, under no key."""
    wrong: dict[str, list[str]] = {}
    for key, value in wanted.items():
        problem = parameters.refusal_of(key, value, parameters.Kind.PUBLISHED)
        is_same = draft.parameters.get(key) == value
        said = clean(reasons.get(key, "")) or (is_same and draft.reasons.get(key, {}).get("reason"))
        if problem is not None:
            wrong[key] = [problem]
        elif is_chosen(key, value) and not said:
            wrong[reason_of(key)] = [_("Dites pourquoi : le motif reste avec la valeur.")]
    if not wrong:
        found = together(work, draft.basin_id, wanted)
        wrong = {"": found} if found else {}
    return wrong


def together(work: UnitOfWork, basin_id: int, wanted: Mapping[str, Any]) -> list[str]:
    """What is wrong with published parameters beside the basin's current ones, as these stand today."""
    return list(parameters.problems_together({**current.in_force(work, basin_id), **wanted}))


def require_agreement(work: UnitOfWork, draft: VariantDraft) -> None:
    """Raise `Contradicted` where the basin's current parameters changed under a draft that waited."""
    found = together(work, draft.basin_id, draft.parameters)
    if found:
        raise Contradicted(summary=" ".join(found).removesuffix("."))


def problems_alone(wanted: Mapping[str, Any]) -> list[str]:
    """What is wrong with published parameters, each looked at alone."""
    found = (parameters.problem_of(key, value, parameters.Kind.PUBLISHED) for key, value in wanted.items())
    return [problem for problem in found if problem is not None]


def reason_of(key: str) -> str:
    """Under which name what is wrong with a parameter's reason is told."""
    return f"{key}.reason"


def wish(
    work: UnitOfWork, *, draft_id: UUID, revision: int, effective_on: date | None, reason: str | None
) -> VariantDraft:
    """Say why the draft is made, and from which day it should be in force.

    Raises `drafts.DraftChanged`, `drafts.NotEditable`, `InvalidAnswers`.
    """
    draft = drafts.lock(work, draft_id, revision=revision)
    if effective_on is not None and effective_on < basins.today(work, draft.basin_id):
        raise errors.InvalidAnswers({"effective_on": [_("Choisissez aujourd’hui ou un jour à venir.")]})
    text = clean(reason or "") or None
    if text is not None and len(text) > LONGEST_WISH:
        raise errors.InvalidAnswers({"reason": [_("Ce texte est trop long.")]})
    return drafts.save(
        work, draft_id=draft.id, revision=draft.revision, edit=Edit(What.WISHES), effective_on=effective_on,
        reason=text,
    )  # fmt: skip
