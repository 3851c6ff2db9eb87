"""Questions that a basin adds to a form wherever it is, or to one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import changes
from engine.variants import editing, places
from forms.context import Choice
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, answers_sent, show_again_with
from web.sent_late import set_aside
from web.variants import question_rows, refused_changes, words
from web.variants.blueprint import pages
from web.variants.drafting import DraftForm, asks_for_a_row, draft_of, opened, opened_to_change, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft

FORM = "variant_questions"
OF_FORM, OF_STEP, WITHIN = "form", "step", "/"


def form_of(work: UnitOfWork, basin: Basin, draft: VariantDraft) -> DraftForm:
    """The form of questions: every form of the reference, steps of those it opens twice, steps drawn."""
    known = places.of_version(work, draft.reference_id)
    times = Counter(place.form for place in known)
    targets = [Choice(f"{OF_FORM}{WITHIN}{form}", words.title_of(form)) for form in times if form]
    targets += [
        Choice(
            WITHIN.join((OF_STEP, place.process, place.step)),
            web_work.translated(
                _("{step}, dans « {process} » seulement"), step=web_work.translated(place.name),
                process=web_work.translated(place.process_name),
            ),
        )
        for place in (*(each for each in known if times[each.form] > 1), *places.of_drawing(work, draft))
    ]  # fmt: skip
    return DraftForm(FORM, basin, {"target": targets})


@pages.get("/bassins/<string:slug>/processus/brouillon/questions/nouvelles")
@requires(Permission.EDIT_VARIANT)
def ask_questions(slug: str) -> str:
    """Ask which questions to add, and where."""
    return questions_page(slug, None)


@pages.get("/bassins/<string:slug>/processus/brouillon/questions/<string:questions_key>")
@requires(Permission.EDIT_VARIANT)
def ask_questions_again(slug: str, questions_key: str) -> str:
    """Ask what to change of questions that are in the draft."""
    return questions_page(slug, questions_key)


def questions_page(
    slug: str, key: str | None, values: asking.Values | None = None, messages: Messages | None = None
) -> str:
    """The form of questions, on the form or the step that the address names when it is a new one."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
        form = form_of(work, basin, draft)
        if key is None:
            known: dict[str, object] = {"target": asked_for()}
        else:
            known = begun(editing.find_change(draft, key, kind=changes.Questions.kind))
        inputs = form.inputs(work, values, messages, prefill=known)
    where = "variants.add_questions" if key is None else "variants.change_questions"
    return form.page(draft, inputs, messages, action=url_for(where, slug=slug, questions_key=key))


def asked_for() -> str:
    """Where the address says that questions are asked: « ?formulaire=… », or « ?etape=process/step »."""
    if "etape" in request.args:
        return WITHIN.join((OF_STEP, request.args["etape"]))
    return WITHIN.join((OF_FORM, request.args.get("formulaire", "")))


def begun(change: Mapping[str, Any]) -> dict[str, object]:
    """What the controls hold at first: the questions as the draft has them."""
    if change.get("form"):
        target = WITHIN.join((OF_FORM, str(change["form"])))
    else:
        target = WITHIN.join((OF_STEP, str(change.get("process")), str(change.get("step"))))
    rows = question_rows.rows_of(change.get("questions", ()))
    return {"target": target, "reason": change.get("reason"), "questions": rows}


@pages.post("/bassins/<string:slug>/processus/brouillon/questions/nouvelles")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def add_questions(slug: str) -> Response | str:
    """Add the questions to the draft."""
    return put_questions(slug, None)


@pages.post("/bassins/<string:slug>/processus/brouillon/questions/<string:questions_key>")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def change_questions(slug: str, questions_key: str) -> Response | str:
    """Change questions of the draft."""
    return put_questions(slug, questions_key)


def put_questions(slug: str, key: str | None) -> Response | str:
    """Keep questions in the draft; « Ajouter une ligne » only shows the page again."""
    show_again_with(partial(questions_page, slug, key))
    if asks_for_a_row():
        return questions_page(slug, key, answers_sent())
    with once.start_work() as work:
        basin, draft = opened(work, slug)
        clean = form_of(work, basin, draft).read(work)
        before = {} if key is None else editing.find_change(draft, key, kind=changes.Questions.kind)
        change = questions_of(clean, before.get("questions", ()))
        refused_changes.require_possible(draft, change, key, answers_sent())
        name = words.name_of(change, words.names_of(work, draft.reference_id, draft.drawn))
        editing.put_change(
            work, draft_id=draft.id, revision=revision_sent(), change=change, subject=name, replaces=key
        )
        return asking.done(work, draft_of(slug), _("Les questions sont dans le brouillon."))


def questions_of(clean: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Questions as an overlay lists them; `before` are those that the draft has there."""
    kind, *where = str(clean["target"]).split(WITHIN)
    place = {"form": where[0]} if kind == OF_FORM else dict(zip(("process", "step"), where, strict=True))
    asked = question_rows.kept(clean["questions"], before)
    return {"kind": changes.Questions.kind, **place, "questions": asked, "reason": str(clean["reason"])}
