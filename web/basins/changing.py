"""One parameter of a basin: its value, its bounds, its history, and another value for those who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people import permissions, persons
from engine.people.permissions import Permission
from engine.registry import current
from engine.registry.parameters import Kind, Type
from forms import catalogue
from forms.basins import lines_of, pairs_of
from forms.context import Choice
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.basins import asking, outcomes, parameters
from web.basins.blueprint import pages
from web.basins.page import open_basin
from web.page_forms import Messages, PageForm, answers_sent, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.parameters import Parameter
    from forms.presentation import Input

FORMS = {
    Type.INTEGER: "parameter_number", Type.MONEY: "parameter_amount", Type.FLAG: "parameter_switch",
    Type.CHOICE: "parameter_choice", Type.PERIODS: "parameter_periods",
    Type.COMMUNES: "parameter_communes",
}  # fmt: skip


TRY = "apercu"  # The button that only shows what a value would give.


def line_of(name: str) -> Parameter:
    """The parameter of an address, where « ladder.keep-again » stands for its key."""
    return current.find(name.replace("-", "_"))


@pages.get("/bassins/<string:slug>/parametres/<string:name>")
@requires(Permission.SEE_BASIN)
def show_parameter(slug: str, name: str) -> str:
    """Show a parameter: what it is, every value it had, and how to change it."""
    return parameter_page(slug, name)


def parameter_page(
    slug: str, name: str, values: asking.Values | None = None, messages: Messages | None = None
) -> str:
    """The page of one parameter."""
    line = line_of(name)
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        value = current.in_force(work, basin.id)[line.key]
        past = history(work, basin, line)
        inputs = []
        if may_change(basin, line):
            form = PageForm(FORMS[line.type], basin.id)
            found = asking.asked(
                work,
                form,
                values,
                messages,
                prefill=begun(line, value),
                limits=limits_of(line),
                choices={"value": choices_of(line)},
            )
            inputs = in_its_words(line, found)
        outcome = foreseen(work, basin, line, values)
    return render_template(
        "basins/parameter.html",
        basin=basin,
        line=line,
        value=parameters.in_words(line, value),
        start=parameters.in_words(line, line.default),
        bounds=parameters.allowed(line),
        outcome=outcome,
        try_button=TRY,
        is_published=line.kind is Kind.PUBLISHED,
        history=past,
        inputs=inputs,
        general_errors=general(messages, inputs),
        action=url_for("basins.change_parameter", slug=slug, name=name),
        back_url=asking.home_of(slug) + "#parametres",
        key=once.new_key(),
    )


def may_change(basin: Basin, line: Parameter) -> bool:
    """Tell whether the reader may give it another value here."""
    allowed = viewer().rights.allows(Permission.CHANGE_PARAMETERS, basin_id=basin.id)
    return allowed and line.kind is Kind.CURRENT


def history(work: UnitOfWork, basin: Basin, line: Parameter) -> Sequence[dict[str, Any]]:
    """Every value that the basin gave it, the latest first; who did, for those who may see people."""
    changes = current.changes_of(work, basin.id, line.key)
    names = {}
    if viewer().rights.allows(Permission.SEE_PEOPLE, basin_id=basin.id):
        names = persons.names(work, {each.recorded_by for each in changes})
    return [
        {
            "value": parameters.in_words(line, each.value),
            "since": each.valid_from,
            "by": names.get(each.recorded_by),
            "reason": parameters.why(each.reason),
        }
        for each in changes
    ]


def limits_of(line: Parameter) -> dict[str, object]:
    """The bounds of the table, as the form knows them."""
    return {"least": line.least, "most": line.most}


def choices_of(line: Parameter) -> list[Choice]:
    """The values of a parameter that is one of a few, each as a line of its own."""
    said = [(each, parameters.in_words(line, each)) for each in line.choices]
    return [Choice(value, label[0].upper() + label[1:]) for value, label in said]


def begun(line: Parameter, value: Any) -> dict[str, object]:
    """What the form's control holds at first: the value in force."""
    if line.type is Type.COMMUNES:
        return {"value": "\n".join(str(code) for code in value)}
    return {"value": lines_of(value) if line.type is Type.PERIODS else value}


def in_its_words(line: Parameter, found: list[Input]) -> list[Input]:
    """The same controls, the value's with the label, the unit and the bounds of the parameter."""
    hint = parameters.bounds(line)
    return [
        replace(
            each,
            label=web_work.translated(line.label),
            unit=web_work.translated(line.unit) if line.type is Type.INTEGER else each.unit,
            hint=hint or each.hint,
        )
        if each.name == "value"
        else each
        for each in found
    ]


@pages.post("/bassins/<string:slug>/parametres/<string:name>")
@requires(Permission.CHANGE_PARAMETERS)
@keeps_when_idle(set_aside)
def change_parameter(slug: str, name: str) -> Response | str:
    """Give a parameter another value, at once, with its reason (D14); asked to, only show what it gives."""
    line = line_of(name)
    show_again_with(partial(parameter_page, slug, name))
    if TRY in request.form:
        return try_value(slug, name)
    with once.start_work() as work:
        basin = open_basin(work, slug)
        permissions.require(work, Permission.CHANGE_PARAMETERS, basin_id=basin.id)
        require_current(line)
        clean = read(work, basin, line, answers_sent())
        current.change(
            work,
            basin_id=basin.id,
            key=line.key,
            value=plain(line, clean["value"]),
            reason=str(clean["reason"]),
        )
        address = url_for("basins.show_parameter", slug=slug, name=name)
        return asking.done(work, address, _("« {label} » a une nouvelle valeur."),
                           label=web_work.translated(line.label))  # fmt: skip


def try_value(slug: str, name: str) -> str:
    """Show what a value would give: nothing is written. Raises `InvalidAnswers` when it may not be chosen."""
    line, typed = line_of(name), answers_sent()
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        permissions.require(work, Permission.CHANGE_PARAMETERS, basin_id=basin.id)
        require_current(line)
        current.require_possible(work, basin.id, line.key, value_of(work, basin, line, typed))
    return parameter_page(slug, name, typed)


def foreseen(
    work: UnitOfWork, basin: Basin, line: Parameter, typed: asking.Values | None
) -> outcomes.Outcome | None:
    """What the value typed would give, or the one in force; none while what is typed may not be chosen.

    A published parameter has its example in the draft.
    """
    if line.kind is Kind.PUBLISHED:
        return None
    try:
        value = None if typed is None else value_of(work, basin, line, typed)
        return outcomes.outcome(work, basin, line, value)
    except (catalogue.InvalidAnswers, errors.InvalidAnswers):
        return None


def value_of(work: UnitOfWork, basin: Basin, line: Parameter, typed: asking.Values) -> object:
    """The value typed, as the table has it; no reason is asked of a look. Raises `InvalidAnswers`."""
    reason = typed.get("reason") or web_work.translated(line.label)
    return plain(line, read(work, basin, line, {**typed, "reason": reason})["value"])


def read(work: UnitOfWork, basin: Basin, line: Parameter, typed: asking.Values) -> dict[str, Any]:
    """The clean answers of the parameter's form. Raises `InvalidAnswers`."""
    known = PageForm(FORMS[line.type], basin.id).context(work, showing=False, **limits_of(line))
    return dict(catalogue.load(FORMS[line.type], typed, replace(known, choices={"value": choices_of(line)})))


def require_current(line: Parameter) -> None:
    """Refuse a parameter that is in the diagrams. Raises `current.ChangesWithVersion`."""
    if line.kind is Kind.PUBLISHED:
        raise current.ChangesWithVersion(key=line.key)


def plain(line: Parameter, value: Any) -> object:
    """A clean answer as the table of parameters has it."""
    if line.type is Type.PERIODS:
        return pairs_of(value)
    if line.type is Type.COMMUNES:
        return (value or "").split()
    return value
