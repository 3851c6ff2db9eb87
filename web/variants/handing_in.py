"""A draft handed in for review, or published from a day on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import render_template, url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.variants import checking, drafts, publishing, reviewing
from web import once, typography
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, show_again_with
from web.sent_late import set_aside
from web.variants import draft as draft_pages
from web.variants import verdicts
from web.variants.blueprint import pages
from web.variants.drafting import DraftForm, draft_of, opened, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

FORM = "variant_publication"
TAKEN = _("Version {number} publiée : les projets ouverts à partir du {day} la prennent.")
REPLACED = _(
    "Version {number} publiée : les projets ouverts à partir du {day} la prennent, à la place de la version "
    "{replaced}, qui attendait son jour et ne prendra pas effet."
)


@pages.get("/bassins/<string:slug>/processus/brouillon/verifier")
@requires(Permission.EDIT_VARIANT)
def check(slug: str) -> str:
    """Show what the check says of the draft, finding by finding."""
    with web_work.start_reading() as work:
        basin, draft = opened(work, slug)
        whole = checking.composed(work, draft)
    verdict = verdicts.shown(checking.judge(whole))
    return render_template("variants/check.html", basin=basin, draft=draft, verdict=verdict)


def ask_the_check(slug: str) -> None:
    """Have the check's answer ready for the act that needs it: it would hold everybody's writes meanwhile.

    The same diagrams are judged once, and the act asks again. A draft that is no more there is the act's to
    tell: it may have been sent twice.
    """
    with web_work.start_reading() as work:
        basin = asking.basin_for(work, slug, Permission.EDIT_VARIANT)
        draft = drafts.open_of(work, basin.id)
        whole = None if draft is None else checking.composed(work, draft)
    if whole is not None:
        checking.judge(whole)


@pages.post("/bassins/<string:slug>/processus/brouillon/soumettre")
@requires(Permission.EDIT_VARIANT)
def submit(slug: str) -> Response:
    """Hand the draft in to the national coordination, once the check accepts it."""
    ask_the_check(slug)
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        reviewing.submit(work, draft_id=draft.id, revision=revision_sent())
        return asking.done(
            work, draft_of(slug),
            _("Le brouillon est soumis : la coordination nationale est prévenue par courriel."),
        )  # fmt: skip


@pages.get("/bassins/<string:slug>/processus/brouillon/publier")
@requires(Permission.EDIT_VARIANT)
def ask_publication(slug: str) -> str:
    """Ask from which day the version counts."""
    return publication_page(slug)


def publication_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of a publication: what changes, once more, and from when."""
    with web_work.start_reading() as work:
        basin, draft = opened(work, slug)
        if values is None:
            publishing.require_approved(work, draft)
        form = DraftForm(FORM, basin)
        known = {"effective_on": draft.effective_on} if draft.effective_on else {}
        inputs = form.inputs(work, values, messages, prefill=known)
        model = draft_pages.view_of(work, basin, draft)
    lines = [*model["parameters"], *(line for line, _url in model["changes"])]
    return form.page(
        draft, inputs, messages, action=url_for("variants.publish", slug=slug),
        template="variants/publication.html", lines=lines,
    )  # fmt: skip


@pages.post("/bassins/<string:slug>/processus/brouillon/publier")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def publish(slug: str) -> Response:
    """Publish the draft: new projects take it from the day chosen."""
    show_again_with(partial(publication_page, slug))
    ask_the_check(slug)
    with once.start_work() as work:
        basin, draft = opened(work, slug)
        clean = DraftForm(FORM, basin).read(work)
        made = publishing.publish(
            work, draft_id=draft.id, revision=revision_sent(), effective_on=clean["effective_on"]
        )
        return asking.done(
            work, url_for("variants.show", slug=slug), REPLACED if made.replaces else TAKEN,
            number=made.number, day=typography.long_date(clean["effective_on"], web_work.locale()),
            replaced=", ".join(str(each.number) for each in made.replaces),
        )  # fmt: skip
