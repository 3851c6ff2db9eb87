"""Ask for running projects to move: what will happen, once more in one sentence, then why, then the order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.runtime import cases, version_change
from forms import catalogue
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, PageForm, general, show_again_with
from web.sent_late import set_aside
from web.variants import foreseen
from web.variants.blueprint import pages
from web.variants.migrating import TICKED, VERSION, Asked, choice_page, number_in, targets

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.published import Listed
    from web.variants.foreseen import Foreseen, Outlook

FORM = "version_change"
KNOWN, CHOSEN, ALL = "known", "chosen", "all"
NOTHING_CHOSEN = _("Cochez au moins un projet qui peut bouger, ou prenez-les tous.")


class InForceMeanwhile(errors.Conflict):
    """La version {number} est entrée en vigueur depuis que cette page est ouverte : relisez-la."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where projects are asked to go: the basin, the version, the number of the one in force."""

    basin: Basin
    target: Listed
    in_force: int

    def require_current(self) -> None:
        """Raise `InForceMeanwhile` when another version came into force since the page was shown."""
        if number_in(request.form.get(KNOWN, "")) != self.in_force:
            raise InForceMeanwhile(number=self.in_force)

    def outlook(self, work: UnitOfWork) -> Outlook:
        """What would become of the running projects."""
        return foreseen.outlook(work, basin_id=self.basin.id, target=self.target)


def asked_for(work: UnitOfWork, slug: str) -> Move:
    """Where this form asks projects to go. Raises as `basin_for`, and `VersionNotFound`."""
    basin = asking.basin_for(work, slug, Permission.MIGRATE_PROJECTS)
    known = targets(work, basin)
    return Move(basin, known.chosen(Asked.read().number), known.chosen(None).number)


@pages.post("/bassins/<string:slug>/processus/migration/confirmer")
@requires(Permission.MIGRATE_PROJECTS)
@keeps_when_idle(set_aside)
def confirm_migration(slug: str) -> str:
    """Say once more what will happen to the projects ticked, and ask why."""
    show_again_with(partial(choice_page, slug))
    with web_work.start_reading() as work:
        move = asked_for(work, slug)
        move.require_current()
        chosen = ticked(move.outlook(work))
        if not any(each.may_move for each in chosen):
            raise errors.InvalidAnswers({"projects": [NOTHING_CHOSEN]})
        return confirmation(work, move, chosen)


def ticked(seen: Outlook) -> list[Foreseen]:
    """The projects that were ticked, or all that may move of those found."""
    if ALL in request.form:
        return [each for each in seen.found(Asked.read().text) if each.may_move]
    return seen.of(identifiers(request.form.getlist(TICKED)))


def identifiers(written: Iterable[str]) -> list[UUID]:
    """The projects that a form names. Raises `cases.CaseNotFound` for what is no identifier."""
    try:
        return [UUID(each) for each in written]
    except ValueError as error:
        raise cases.CaseNotFound from error


def identifiers_kept() -> list[UUID]:
    """The projects that the confirmation carries. Raises `cases.CaseNotFound`."""
    return identifiers(request.form.get(CHOSEN, "").split())


def confirmation(
    work: UnitOfWork,
    move: Move,
    chosen: Sequence[Foreseen],
    values: asking.Values | None = None,
    messages: Messages | None = None,
) -> str:
    """The page that says in a sentence what will happen, and asks why."""
    moving = [each for each in chosen if each.may_move]
    inputs = asking.asked(work, PageForm(FORM, move.basin.id), values, messages)
    return render_template(
        "variants/migration_confirmation.html",
        basin=move.basin,
        target=move.target,
        form=catalogue.form(FORM),
        inputs=inputs,
        general_errors=general(messages, inputs),
        moving=moving,
        staying=[each for each in chosen if not each.may_move],
        followed=foreseen.followed(moving),
        hidden={
            VERSION: move.target.number,
            KNOWN: move.in_force,
            CHOSEN: " ".join(str(each.id) for each in moving),
        },
        action=url_for("variants.order_migration", slug=move.basin.slug),
        back_url=Asked(number=move.target.number).address(move.basin.slug),
        key=once.new_key(),
    )


def confirmation_again(slug: str, values: asking.Values, messages: Messages) -> str:
    """The confirmation as it was sent, with what is to be corrected.

    The list when none of its projects is left to move.
    """
    with web_work.start_reading() as work:
        move = asked_for(work, slug)
        chosen = move.outlook(work).of(identifiers_kept())
        if any(each.may_move for each in chosen):
            return confirmation(work, move, chosen, {"reason": values.get("reason", "")}, messages)
    return choice_page(slug, None, messages)


@pages.post("/bassins/<string:slug>/processus/migration")
@requires(Permission.MIGRATE_PROJECTS)
@keeps_when_idle(set_aside)
def order_migration(slug: str) -> Response:
    """Ask for the projects chosen to move; they do one by one, and the report says what comes of it."""
    show_again_with(partial(confirmation_again, slug))
    with once.start_work() as work:
        move = asked_for(work, slug)
        move.require_current()
        clean = PageForm(FORM, move.basin.id).read(work, {"reason": request.form.get("reason", "")})
        batch_id = version_change.order(
            work, basin_id=move.basin.id, case_ids=identifiers_kept(), to_version_id=move.target.id,
            reason=str(clean["reason"]),
        )  # fmt: skip
        return once.done(work, url_for("variants.migration_report", slug=slug, batch_id=batch_id))
