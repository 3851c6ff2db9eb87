"""The published parameters of a draft, each with its bounds, and the dates that would result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from engine import errors
from engine.escalation.ladder import Rung
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry.parameters import MONTHS, Parameter
from engine.spiff import durations
from engine.variants import editing
from engine.variants import preview as previews
from forms import catalogue
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking, parameters
from web.page_forms import Messages, answers_sent, show_again_with
from web.sent_late import set_aside
from web.variants.blueprint import pages
from web.variants.drafting import DraftForm, draft_of, opened, opened_to_change, revision_sent
from web.variants.words import PUBLISHED

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft
    from forms.presentation import Input

FORM = "variant_parameters"
REASON = "_reason"
RUNGS = {
    Rung.DUE: _("rappel du jour dit"),
    Rung.REMINDER: _("relance du mandataire"),
    Rung.CALL: _("appel de l’opérateur"),
    Rung.CHAIR: _("choix de la présidence"),
}


def name_of(line: Parameter) -> str:
    """The control of a parameter: « follow_up__minimum »."""
    return line.key.replace(".", "__")


@pages.get("/bassins/<string:slug>/processus/brouillon/parametres")
@requires(Permission.EDIT_VARIANT)
def ask_parameters(slug: str) -> str:
    """Ask for the published parameters."""
    return parameters_page(slug)


def parameters_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of the published parameters, with the dates that its values give."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
        form = DraftForm(FORM, basin)
        found = form.inputs(work, values, controls_of(messages), prefill=begun(draft))
        inputs = [in_its_words(each) for each in found]
        dates = preview_of(work, basin, draft, values)
    return form.page(
        draft, inputs, controls_of(messages), action=url_for("variants.set_parameters", slug=slug),
        template="variants/parameters.html", dates=dates,
        rungs=[] if dates is None else [(web_work.translated(RUNGS[rung]), day) for rung, day in dates.late],
        current_url=url_for("basins.show", slug=slug, _anchor="parametres"),
    )  # fmt: skip


def controls_of(messages: Messages | None) -> Messages | None:
    """What the engine says of a parameter, under the name of its control."""
    if messages is None:
        return None
    return {path.replace(".reason", REASON).replace(".", "__"): texts for path, texts in messages.items()}


def begun(draft: VariantDraft) -> dict[str, object]:
    """What the controls hold at first: the draft's values and their reasons."""
    found: dict[str, object] = {}
    for line in PUBLISHED:
        lasting = durations.parse_iso(draft.parameters.get(line.key, line.default))
        found[name_of(line)] = lasting.months or lasting.days
        found[name_of(line) + REASON] = draft.reasons.get(line.key, {}).get("reason", "")
    return found


def in_its_words(control: Input) -> Input:
    """A control with the label, the unit, the bounds and the charter's line of its parameter."""
    for line in PUBLISHED:
        if control.name == name_of(line):
            start = web_work.translated(
                _("Valeur du programme : {value}."), value=parameters.in_words(line, line.default)
            )
            limits = [parameters.bounds(line), start]
            if line.article:
                limits.append(web_work.translated(line.article))
            label, unit = web_work.translated(line.label), web_work.translated(line.unit)
            return replace(control, label=label, unit=unit, hint=" ".join(filter(None, limits)))
        if control.name == name_of(line) + REASON:
            label = web_work.translated(
                _("Pourquoi cette valeur – {label}"), label=web_work.translated(line.label)
            )
            return replace(control, label=label)
    return control


def preview_of(
    work: UnitOfWork, basin: Basin, draft: VariantDraft, values: Mapping[str, object] | None
) -> previews.Preview | None:
    """The dates that the values give, as typed or as kept; none while they cannot be."""
    wanted = dict(draft.parameters)
    if values is not None:
        try:
            clean = catalogue.load(FORM, dict(values), DraftForm(FORM, basin).context(work))
        except catalogue.InvalidAnswers:
            return None
        wanted |= written(clean)
    if editing.problems_alone(wanted):
        return None
    return previews.preview(work, basin_id=basin.id, published=wanted, signed_on=web_work.today())


def written(clean: Mapping[str, Any]) -> dict[str, str]:
    """Clean answers as the table of parameters has them: « P18M », « P90D »."""
    return {line.key: f"P{clean[name_of(line)]}{'M' if line.unit == MONTHS else 'D'}" for line in PUBLISHED}


def require_possible(slug: str) -> None:
    """Raise `InvalidAnswers` for values that may not be kept; no reason is asked of a look."""
    with web_work.start_reading() as work:
        basin, draft = opened(work, slug)
        values = written(DraftForm(FORM, basin).read(work))
        wanted = {**draft.parameters, **values}
        wrong = editing.problems_of(work, draft, wanted, dict.fromkeys(wanted, FORM))
    if wrong:
        raise errors.InvalidAnswers(wrong)


@pages.post("/bassins/<string:slug>/processus/brouillon/parametres")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def set_parameters(slug: str) -> Response | str:
    """Keep the published parameters in the draft; « Voir les dates » only shows what they would give."""
    show_again_with(partial(parameters_page, slug))
    if "dates" in request.form:
        require_possible(slug)
        return parameters_page(slug, answers_sent())
    with once.start_work() as work:
        basin, draft = opened(work, slug)
        clean = DraftForm(FORM, basin).read(work)
        reasons = {line.key: str(clean[name_of(line) + REASON] or "") for line in PUBLISHED}
        editing.set_parameters(
            work, draft_id=draft.id, revision=revision_sent(), values=written(clean), reasons=reasons
        )
        return asking.done(work, draft_of(slug), _("Les paramètres sont dans le brouillon."))
