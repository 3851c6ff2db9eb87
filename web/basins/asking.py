"""What the forms of a basin share: their page, their basin, the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import flash, render_template, url_for

from engine.people import permissions
from engine.people.permissions import Permission
from forms import catalogue
from web import once
from web import work as web_work
from web.basins.page import open_basin
from web.page_forms import Messages, PageForm, general

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from forms.context import Choice
    from forms.presentation import Input

Values = Mapping[str, object]


def basin_for(work: UnitOfWork, slug: str, permission: Permission) -> Basin:
    """The basin of an address, for those who may do this there. Raises `NotVisible`, `MissingPermission`."""
    basin = open_basin(work, slug)
    permissions.require(work, permission, basin_id=basin.id)
    return basin


def asked(
    work: UnitOfWork,
    form: PageForm,
    values: Values | None,
    messages: Messages | None,
    *,
    prefill: Values | None = None,
    limits: Values | None = None,
    choices: Mapping[str, Sequence[Choice]] | None = None,
) -> list[Input]:
    """The controls of a form, begun from what is known."""
    known = form.context(work)
    context = replace(
        known,
        prefill={**known.prefill, **(prefill or {})},
        limits={**known.limits, **(limits or {})},
        choices=known.choices if choices is None else choices,
    )
    return form.inputs(context, values, messages)


def page(
    key: str,
    inputs: Sequence[Input],
    messages: Messages | None,
    *,
    action: str,
    back: tuple[str, str],
    facts: Sequence[tuple[str, str]] = (),
    notice: str = "",
) -> str:
    """A form on a page of its own; `back` is (label, address), `notice` what to know before."""
    form = catalogue.form(key)
    return render_template(
        "basins/act.html",
        title=form.title,
        intro=form.intro,
        submit=form.submit,
        inputs=inputs,
        general_errors=general(messages, inputs),
        action=action,
        back=back,
        facts=facts,
        notice=notice,
        key=once.new_key(),
    )


def done(work: UnitOfWork, address: str, sentence: str, **values: object) -> Response:
    """Go on to a page, saying there what was done; the same form sent twice is one act."""
    flash(web_work.translated(sentence, **values), "success")
    return once.done(work, address)


def checklist_of(slug: str) -> str:
    """The address of a basin's checklist."""
    return url_for("basins.readiness_page", slug=slug)


def home_of(slug: str) -> str:
    """The address of a basin's page."""
    return url_for("basins.show", slug=slug)
