"""What rules of retention will soon archive or erase in one's basins, and putting it off."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.retention import plans, rules
from forms import catalogue
from web import once, typography
from web import work as web_work
from web.admin import lists
from web.admin.blueprint import Messages, answers, context, done_once, inputs, pages, shows_again
from web.auth import keeps_when_idle, requires
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@pages.get("/administration/conservation")
@requires(Permission.KEEP_LONGER)
def retention_list() -> str:
    """List what is due in one's basins, the next first, and the times of the rules."""
    with web_work.start_reading() as work:
        due = plans.of_basins(work, lists.scope(Permission.KEEP_LONGER))
    return render_template("admin/conservation.html", due=due, terms=rules.TERMS)


@pages.get("/administration/conservation/<uuid:plan_id>/reporter")
@requires(Permission.KEEP_LONGER)
def keep_longer(plan_id: UUID) -> str:
    """Ask until when, and why."""
    return keep_longer_page(plan_id)


def keep_longer_page(plan_id: UUID, messages: Messages | None = None) -> str:
    """The form that puts off what is due."""
    with web_work.start_reading() as work:
        row = plans.find(work, plan_id)
    term = rules.TERMS[rules.Rule(row.rule)]
    last = rules.years_after(row.due_on, rules.LONGEST_EXTENSION)
    return render_template(
        "admin/form.html",
        title=_("Reporter une échéance"),
        kicker=(_("Conservation"), url_for("admin.retention_list")),
        intro=_("Un projet se garde plus longtemps s’il sert encore : un recours, un contrôle, une créance."),
        facts=[
            (_("Projet"), f"{row.firm} ({row.reference})"),
            (_("Ce qui est prévu"), web_work.translated(term.deed)),
            (_("Le"), typography.long_date(row.planned_on, web_work.locale())),
            (_("Au plus tard"), typography.long_date(last, web_work.locale())),
        ],
        inputs=inputs("keep_longer", context(), messages),
        without=(),
        general=(messages or {}).get("", []),
        submit=_("Reporter"),
    )


@pages.post("/administration/conservation/<uuid:plan_id>/reporter")
@shows_again(keep_longer_page)
@requires(Permission.KEEP_LONGER)
@keeps_when_idle(set_aside)
def put_off(plan_id: UUID) -> Response:
    """Put off what is due, with a reason."""
    with web_work.start_reading() as reading:
        plans.find(reading, plan_id)
    clean = catalogue.load("keep_longer", answers(), context())
    until = clean["until"]
    if not isinstance(until, date):
        raise TypeError(until)
    with once.start_work() as work:
        plans.extend(work, plan_id, until=until, reason=str(clean["reason"]))
        return done_once(
            work,
            _("Échéance reportée ; vous serez prévenu de nouveau avant."),
            url_for("admin.retention_list"),
        )
