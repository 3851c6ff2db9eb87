"""A process that a basin draws itself: what the drawing holds, how it is tried, how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import errors
from engine.i18n import mark as _
from engine.people import basins
from engine.people.folding import clean
from engine.registry import changes, layout, points, reading, versions
from engine.variants import checking, composing, drafts, editing
from engine.variants.edits import Edit, What

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft

WITHOUT_PICTURE = _("Ce diagramme n’a pas de dessin : dites où est chaque étape.")


class NoSuchProcess(errors.NotFound):
    """La référence de ce brouillon n’a pas ce processus."""


def shown(work: UnitOfWork, draft: VariantDraft, process: str) -> bytes:
    """The diagram of a process as its drawing begins: the reference's or the basin's own, its steps in it.

    Questions asked of a form wherever it is stand apart: they are put in when all is put together.
    Raises `NoSuchProcess`, and what `composing.compose` raises.
    """
    reference, file = require_process(work, draft, process), file_of(process)
    part = [each for each in draft.changes if is_part(each, process)]
    drawn = {name: content for name, content in composing.in_bytes(draft.drawn).items() if name == file}
    whole = composing.compose(reference, published=draft.parameters, changes=part, drawn=drawn)
    return whole[file]


def tried(work: UnitOfWork, draft: VariantDraft, process: str, text: str) -> checking.Composed:
    """The whole draft with a process drawn otherwise, to be judged; nothing is kept.

    Raises `NoSuchProcess`.
    """
    reference = require_process(work, draft, process)
    listed = [*remaining(draft, process), as_change(process, reason="–", since=None)]
    drawn = {**draft.drawn, file_of(process): text}
    return checking.composed_of(
        reference, published=draft.parameters, changes=listed, drawn=composing.in_bytes(drawn)
    )


def keep(
    work: UnitOfWork,
    *,
    draft_id: UUID,
    revision: int,
    process: str,
    text: str,
    reason: str,
    subject: str,
) -> VariantDraft:
    """Keep a process in the draft as the basin drew it.

    The changes that the drawing holds become part of it, their reasons too. Raises `NoSuchProcess`,
    `drafts.DraftChanged`, `drafts.NotEditable`, `InvalidAnswers` on `reason` or `xml`, `editing.WrongChange`.
    """
    require_process(work, drafts.lock(work, draft_id), process)
    draft = drafts.lock(work, draft_id, revision=revision)
    require_readable(text)
    said = reasons(draft, process, clean(reason))
    if not said:
        raise errors.InvalidAnswers({"reason": [_("Dites pourquoi ce processus est dessiné autrement.")]})
    drawn = as_change(process, reason=said, since=basins.today(work, draft.basin_id).isoformat())
    return editing.keep_changes(
        work, draft, [*remaining(draft, process), drawn], {**draft.drawn, file_of(process): text},
        Edit(What.DRAWN, subject),
    )  # fmt: skip


def require_process(work: UnitOfWork, draft: VariantDraft, process: str) -> Mapping[str, bytes]:
    """The files of the reference that a draft stands on. Raises `NoSuchProcess` where one is not there."""
    reference = versions.files_of(work, draft.reference_id)
    if file_of(process) not in reference:
        raise NoSuchProcess
    return reference


def require_readable(text: str) -> None:
    """Raise `InvalidAnswers` on `xml` for what is no safe diagram: a draft holds what can be shown."""
    try:
        reading.read(text.encode(), "drawn.bpmn")
    except reading.Unreadable as refusal:
        raise errors.InvalidAnswers({"xml": [refusal.problem.message()]}) from refusal
    if next(reading.read_root(text.encode()).iter(f"{{{layout.BPMNDI}}}BPMNShape"), None) is None:
        raise errors.InvalidAnswers({"xml": [WITHOUT_PICTURE]})


def remaining(draft: VariantDraft, process: str) -> list[Mapping[str, Any]]:
    """The changes of a draft that are no part of a drawing."""
    return [each for each in draft.changes if not is_part(each, process)]


def is_part(change: Mapping[str, Any], process: str) -> bool:
    """Tell whether a change is one that a drawing of this process holds."""
    if change.get("kind") == changes.Step.kind:
        point = points.BY_KEY.get(str(change.get("point")))
        return point is not None and point.file == file_of(process)
    return change.get("process") == process


def reasons(draft: VariantDraft, process: str, typed: str) -> str:
    """Why a process is drawn: what was typed, else what was said before, and why of each change it holds."""
    before = [each for each in draft.changes if is_part(each, process)]
    earlier = [str(each["reason"]) for each in before if each.get("kind") == changes.Diagram.kind]
    others = [str(each["reason"]) for each in before if each.get("kind") != changes.Diagram.kind]
    said = dict.fromkeys([*([typed] if typed else earlier), *others])
    return " ".join(said)[: changes.LONGEST_REASON]


def reason_of(draft: VariantDraft, process: str) -> str:
    """Why a process is drawn, as the draft has it; nothing when it is not drawn yet."""
    known = (each for each in draft.changes if each.get("kind") == changes.Diagram.kind)
    return next((str(each["reason"]) for each in known if each.get("process") == process), "")


def as_change(process: str, *, reason: str, since: str | None) -> dict[str, Any]:
    """The change that says that a process is drawn."""
    return {
        "kind": changes.Diagram.kind, "process": process, "reason": reason,
        **({"since": since} if since else {}),
    }  # fmt: skip


def file_of(process: str) -> str:
    """The name of the file that draws a process."""
    return f"{process}.bpmn"
