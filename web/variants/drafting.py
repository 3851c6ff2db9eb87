"""What the pages of a draft share: which draft, the revision that was read, a form that carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for

from engine.people.permissions import Permission
from engine.variants import drafts
from forms import catalogue, presentation
from forms.context import Choice, Context
from web import once
from web.basins import asking
from web.page_forms import Messages, PageForm, answers_sent, general

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft
    from forms.presentation import Input

REVISION = "revision"


def opened(work: UnitOfWork, slug: str) -> tuple[Basin, VariantDraft]:
    """The basin of an address and its draft, for those who work on it.

    Raises `permissions.NotVisible`, `permissions.MissingPermission`, `drafts.UnknownDraft`.
    """
    basin = asking.basin_for(work, slug, Permission.EDIT_VARIANT)
    return basin, drafts.required(work, basin.id)


def opened_to_change(work: UnitOfWork, slug: str, values: asking.Values | None) -> tuple[Basin, VariantDraft]:
    """The same for a form that changes the draft: nobody types into it what could not be kept.

    What was typed already (`values`) is shown again all the same. Raises `drafts.NotEditable` besides.
    """
    basin, draft = opened(work, slug)
    if values is None:
        drafts.require_editable(draft)
    return basin, draft


def revision_sent() -> int:
    """The revision of the draft that the page showed; one that never was when the form has none."""
    written = request.form.get(REVISION, "")
    return int(written) if written.isdecimal() and len(written) < 9 else -1


def draft_of(slug: str) -> str:
    """The address of a basin's draft."""
    return url_for("variants.show_draft", slug=slug)


def typed() -> dict[str, object]:
    """What was typed, without the revision that the page carried."""
    return {name: value for name, value in answers_sent().items() if name != REVISION}


def asks_for_a_row() -> bool:
    """Tell whether « Ajouter une ligne » was pressed: the page is only shown again."""
    return bool(presentation.wants_row(answers_sent()))


@dataclass(frozen=True, slots=True)
class DraftForm:
    """One form of a draft: which, in which basin, what it proposes."""

    key: str
    basin: Basin
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)

    def context(self, work: UnitOfWork, *, prefill: Mapping[str, object] | None = None) -> Context:
        """What the form must know: the day, what it proposes, what it starts from."""
        known = PageForm(self.key, self.basin.id).context(work)
        return replace(known, choices=self.choices, prefill={**known.prefill, **(prefill or {})})

    def inputs(
        self,
        work: UnitOfWork,
        values: Mapping[str, object] | None,
        messages: Messages | None,
        *,
        prefill: Mapping[str, object] | None = None,
    ) -> list[Input]:
        """Its controls, begun from what is known, or as typed."""
        context = self.context(work, prefill=prefill)
        return presentation.inputs(catalogue.form(self.key), context, values, messages)

    def read(self, work: UnitOfWork) -> dict[str, Any]:
        """The clean answers of this request. Raises `catalogue.InvalidAnswers`."""
        return dict(catalogue.load(self.key, typed(), self.context(work)))

    def page(
        self,
        draft: VariantDraft,
        inputs: Sequence[Input],
        messages: Messages | None,
        *,
        action: str,
        template: str = "variants/form.html",
        **more: object,
    ) -> str:
        """The form on a page of its own, which carries the revision that was read."""
        return render_template(
            template,
            form=catalogue.form(self.key),
            basin=self.basin,
            inputs=inputs,
            general_errors=general(messages, inputs),
            action=action,
            back_url=draft_of(self.basin.slug),
            hidden={REVISION: draft.revision},
            key=once.new_key(),
            **more,
        )
