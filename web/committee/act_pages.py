"""The page of a small act on a session or on one of its items: a form, one button, the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from web import once
from web.committee.access import heading
from web.page_forms import Messages, PageForm, general

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.people.models import Basin
    from forms.presentation import Input

Values = Mapping[str, object]


def act_page(
    basin: Basin,
    session: CommitteeSession,
    form: PageForm,
    inputs: Sequence[Input],
    messages: Messages | None,
    *,
    back_url: str,
    about: str | None = None,
) -> str:
    """A form's page: sent to the address it is shown at; `about` names the item it is about."""
    return render_template(
        "committee/session_act.html",
        title=form.form.title,
        intro=form.form.intro,
        submit=form.form.submit,
        basin=basin.name,
        heading=heading(session),
        about=about,
        action=request.path,
        back_url=back_url,
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
    )
