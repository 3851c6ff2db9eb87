"""What the page of a task shows: its form, whose it is and why, what one must know of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.agreements import amendment_wording
from engine.i18n import mark as _
from engine.operations import amending
from engine.people import chairs
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.projects import references
from engine.runtime import tasks
from forms import catalogue, presentation
from web import case_pages, once, typography
from web import work as web_work
from web.auth import viewer
from web.inbox import around, panel, signature, what_next
from web.inbox.rows import BY_ANOTHER, FOR_ANOTHER, cause_of
from web.inbox.shown import Shown, Typed, is_limited

if TYPE_CHECKING:
    from engine.agreements.amendment_wording import Difference
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.locking import Standing

QUESTIONS_A_MINUTE = 3  # The basin’s own.
NOTHING_NEW = "nothing_new"
MINUTES = "minutes_sign_off"  # They are read item by item, on the page of their session.
AMENDMENT = "amendment_preparation"
# These ask something of what is recalled: on a phone, what stands beside a form comes after it.
READ_FIRST = frozenset({
    "amendment_preparation", "complementary_diagnostic", "file_completion", "intervention_request_review",
    "mandate_answer", "mandate_reassignment", "prescription_answer", "reminder_call", "request_approval",
    "signatory_loss",
})  # fmt: skip
Quick = tuple[str, str, str, dict[str, str]]
CAPACITIES = {
    "operator": _("comme opérateur"), "chair": _("comme présidence du comité"),
    "acting_chair": _("comme présidence par intérim"), "seat": _("comme membre du comité"),
    "prescriber": _("comme prescripteur"), "mandatary": _("comme mandataire"),
    "expert": _("comme intervenant"), "sme_head": _("comme dirigeant"),
    "beneficiary": _("comme dirigeant"), "partner_company": _("pour l’entreprise partenaire"),
    "financier": _("pour le financeur"), "fund_manager": _("pour le gestionnaire du fonds"),
    "signatory": _("comme signataire"),
}  # fmt: skip


def view_model(work: UnitOfWork, standing: Standing, typed: Typed, *, tab: str = "") -> dict[str, Any]:
    """What the template is given; it says what each name means."""
    page = Shown.of(work, standing, typed)
    inputs, quick, saved = form_of(page) if page.asks else ([], None, None)
    view, signed = page.view, signature.of(page)
    if signed is not None:
        inputs = signature.asked(inputs)
    mine = {} if typed.act else typed.errors
    return {
        "task": heading(page) | form_heading(page, saved),
        "inputs": inputs,
        "general_errors": general(page, inputs, mine),
        "quick": quick,
        "dated": dated(page) if page.asks and standing.is_officer else None,
        "tabs": around.tabs(view, tab),
        "tab": tab,
        "changes": changes_foreseen(page),
        "facts": page.context.facts if signed is None else [],
        "signature": signed,
        "people": around.people(work, view, page.today),
        "acts": panel.acts(page) if view.closed_at is None else [],
        "where": around.whereabouts(work, view, page.today) if tab == around.WHERE else None,
        "history": around.history(work, view) if tab == around.HISTORY else None,
        "is_limited": is_limited(),
        "facts_first": (view.personal or view.form in READ_FIRST) and view.closed_at is None and not tab,
    }


def changes_foreseen(page: Shown) -> list[Difference] | None:
    """What the amendment to draft would change, before and after; nothing for any other task."""
    if page.view.form != AMENDMENT or page.view.closed_at is not None:
        return None
    found = amending.foreseen(page.work, page.view)
    return [amendment_wording.difference(each, web_work.locale()) for each in found]


def heading(page: Shown) -> dict[str, Any]:
    """What stands at the top, whatever the state of the task."""
    view, say = page.view, web_work.translated
    sees = not is_limited() and viewer().rights.allows(
        Permission.SEE_PROJECT, basin_id=view.basin_id, case_id=view.case_id
    )
    is_mine = view.assignee_id == viewer().person_id
    waits = view.awaiting and view.awaiting_until and view.awaiting_until >= page.today
    capacity = CAPACITIES.get(view.capacity or view.role)
    return {
        "id": view.id,
        "title": say(view.title),
        "url": url_for("inbox.show_task", task_id=view.id),
        "firm": case_pages.called(page.work, view, web_work.locale()),
        "reference": view.reference,
        "project_url": case_pages.address(view.case_id, view.reference) if sees else None,
        "is_session": references.names_session(view.reference),
        "read_url": url_for("committee.show_signature", session_id=view.case_id)
        if view.form == MINUTES and view.closed_at is None and sees
        else None,
        "role": say(capacity) if capacity else None,
        "who": say(_("Vous")) if is_mine else page.names.get(view.assignee_id),
        "stood_in": stood_in(page) if view.closed_at is None else None,
        "signed_by": presidency(page) if view.personal and view.assignee_id is None else None,
        "due_on": view.due_on,
        "today": page.today,
        "awaiting": (view.awaiting_until, cause_of(view), view.awaiting_reason) if waits else None,
        "suspended": say(_("Le projet est suspendu : la tâche reprendra avec lui."))
        if view.suspended
        else None,
        "done": done(page),
        "following": what_next.sentence(page.work, view) if view.closed_at else None,
        "readonly": None if page.asks or view.closed_at else readonly(page),
    }


def stood_in(page: Shown) -> str | None:
    """For whom the reader does the task, or who does it while its holder is away, and until when."""
    view = page.view
    if view.substitute_id is None or view.substitute_until is None:
        return None
    is_for_another = view.substitute_id == viewer().person_id
    name = page.names.get(view.assignee_id if is_for_another else view.substitute_id, "")
    day = typography.long_date(view.substitute_until, web_work.locale())
    text = FOR_ANOTHER if is_for_another else BY_ANOTHER
    return typography.elided(web_work.translated(text, name=name, day=day), name)


def presidency(page: Shown) -> str | None:
    """Who signs what the presidency alone may sign: whoever presides today, over this project."""
    if page.view.role != Role.CHAIR.value:
        return None
    chair = chairs.chair_in_force(page.work, page.view.basin_id, page.today, page.view.case_id)
    if chair is None:
        return web_work.translated(_("la présidence, vacante aujourd’hui"))
    return web_work.translated(_("la présidence ({name})"), name=chair.full_name)


def form_heading(page: Shown, saved: str | None) -> dict[str, Any]:
    """What is said of the form: why, how long, where it is sent."""
    view = page.view
    form = catalogue.form(view.form)
    address = url_for("inbox.save_draft", task_id=view.id)
    stands_in = page.may.on_behalf and not page.may.complete
    name = page.names.get(view.assignee_id, "")
    return {
        "why": page.context.say(form.intro),
        "minutes": form.minutes + len(page.context.questions) // QUESTIONS_A_MINUTE,
        "mandatory": len(form.questions(page.context).mandatory_at_first()),
        "submit": typography.elided(web_work.translated(_("Enregistrer au nom de {name}"), name=name), name)
        if stands_in
        else page.context.say(form.submit),
        "draft_url": address if page.asks else None,
        "draft_saved": saved,
        "discard_url": url_for("inbox.discard_draft", task_id=view.id) if saved else None,
        "key": once.new_key(),
        "on_behalf_of": view.assignee_id if stands_in else None,
        "stands_in": web_work.translated(
            _("Cette tâche revient à {name}. Vous l’enregistrez en son nom : l’histoire dira vos deux noms."),
            name=name,
        )
        if stands_in
        else None,
    }


def form_of(page: Shown) -> tuple[list[presentation.Input], Quick | None, str | None]:
    """The inputs (what was typed, else the draft, else what is known), the quick answer, the draft's age."""
    view, typed = page.view, page.typed
    form, values, saved = catalogue.form(view.form), typed.answers, None
    kept = tasks.read_draft(page.work, task_id=view.id) if values is None or typed.act else None
    if kept is not None:
        values = catalogue.upcast(view.form, kept.form_number, kept.answers)
        saved = web_work.translated(
            _("Brouillon du {moment}"),
            moment=typography.moment_in_words(kept.saved_at, web_work.locale(), zone=page.zone),
        )
    elif typed.act:
        values = None
    inputs = presentation.inputs(form, page.context, values, {} if typed.act else typed.errors)
    return inputs, quick_answer(page, inputs), saved


def quick_answer(page: Shown, inputs: Sequence[presentation.Input]) -> Quick | None:
    """« Rien de nouveau » in one click: what was known last time is sent again."""
    if not any(each.name == NOTHING_NEW for each in inputs) or any(
        each.mandatory for each in page.context.questions
    ):
        return None
    known = {
        each.name: each.value for each in presentation.inputs(catalogue.form(page.view.form), page.context)
    }
    again = {name: known[name] for name in ("weather", "jobs_created", "jobs_sustained") if known.get(name)}
    if len(again) < 3:
        return None  # There was no report before: there is nothing to repeat.
    return (
        _("Rien de nouveau depuis le dernier point ?"),
        _("La météo et les emplois du dernier compte rendu sont repris. Un clic suffit."),
        _("Rien de nouveau"),
        {NOTHING_NEW: "yes", **again},
    )


def dated(page: Shown) -> list[presentation.Input]:
    """When it really happened, for the officer who types what somebody said (D1)."""
    say, typed = web_work.translated, page.typed
    opened = typography.long_date(page.view.opened_on, web_work.locale())
    return [
        presentation.Input(
            name="occurred_on", id=presentation.anchor("occurred_on"), kind="date",
            label=say(_("Cela s’est passé le")), hint=say(_("Laissez vide si c’est aujourd’hui.")),
            value=typed.dated.get("occurred_on", ""), maximum=page.today.isoformat(),
            errors=tuple(typed.errors.get("occurred_on", ())),
        ),
        presentation.Input(
            name="late_reason", id=presentation.anchor("late_reason"), kind="text",
            max_length=tasks.LONGEST_REASON, label=say(_("Pourquoi cette date précède la tâche")),
            hint=say(_("Seulement pour un jour d’avant le {day}, où la tâche s’est ouverte."), day=opened),
            value=typed.dated.get("late_reason", ""), errors=tuple(typed.errors.get("late_reason", ())),
        ),
    ]  # fmt: skip


def general(
    page: Shown, inputs: Sequence[presentation.Input], errors: Mapping[str, Sequence[str]]
) -> list[str]:
    """The messages that belong to no control of the page; and files, which a browser does not send twice."""
    places = {"occurred_on", "late_reason"}
    for each in inputs:
        places.add(each.name)
        for at, row in enumerate(each.rows):
            places |= {f"{each.name}-{at}", *(inner.name for inner in row.inputs)}
    found = [text for path, texts in errors.items() if path not in places for text in texts]
    if page.typed.had_files and errors:
        found.append(web_work.translated(_("Vos fichiers n’ont pas été gardés : joignez-les à nouveau.")))
    return found


def done(page: Shown) -> str | None:
    """Who did it and when; or that there was nothing left to do."""
    view, say = page.view, web_work.translated
    if view.closed_at is None:
        return None
    moment = typography.moment_in_words(view.closed_at, web_work.locale(), zone=page.zone)
    if view.outcome != "completed" or view.closed_by is None:
        return say(_("Cette tâche n’a plus lieu d’être depuis le {moment}."), moment=moment)
    name = say(_("vous")) if view.closed_by == viewer().person_id else page.names.get(view.closed_by, "")
    if view.on_behalf_of is not None:
        other = page.names.get(view.on_behalf_of, "")
        text = _("Fait par {name}, au nom de {other}, le {moment}.")
        return typography.elided(say(text, name=name, other=other, moment=moment), other)
    return say(_("Fait par {name} le {moment}."), name=name, moment=moment)


def readonly(page: Shown) -> str | None:
    """Why this reader is shown no form, and whom it awaits."""
    view, say = page.view, web_work.translated
    if view.suspended:
        return None
    name = page.names.get(view.assignee_id)
    signed_by = presidency(page) if view.personal and name is None else None
    if signed_by is not None:
        return say(_("À signer par {who} : personne ne peut le faire à sa place."), who=signed_by)
    if view.personal and name:
        text = _("Tâche personnelle de {name} : personne ne peut l’accomplir à sa place.")
        return typography.elided(say(text, name=name), name)
    if name:
        return say(_("Cette tâche revient à {name}."), name=name)
    return say(_("Cette tâche revient à qui tient ce rôle dans le bassin ; ce n’est pas votre cas."))
