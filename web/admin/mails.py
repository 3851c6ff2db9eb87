"""Outgoing mail: what did not arrive, what will leave; send again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, render_template, url_for

from engine.i18n import mark as _
from engine.outbox import mail_log
from engine.people import permissions
from engine.people.permissions import Permission
from web import spreadsheets
from web import work as web_work
from web.admin import lists, words
from web.admin.blueprint import done, pages
from web.auth import requires, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

    from engine.persistence.unit_of_work import UnitOfWork

LATER = "attente"  # The second list of the page has its own pages.
HEADER = (_("Destinataire"), _("Courriel"), _("Dossier"), _("Échec le"), _("Motif"), _("Essais"))


@pages.get("/administration/courriels")
@requires(Permission.SEE_OUTBOX)
def mails_list() -> str:
    """List the mails that failed, then those still to leave."""
    with web_work.start_reading() as work:
        mine = lists.scope(Permission.SEE_OUTBOX)
        failed = mail_log.failures(work, basin_ids=mine, after=lists.after())
        pending = mail_log.pending(work, basin_ids=mine, after=lists.after(LATER))
    rights = viewer().rights
    return render_template(
        "admin/mails.html",
        failed=failed,
        pending=pending,
        kind=lambda key: words.named(words.MAILS, key),
        outcome=lambda key: words.named(words.FAILURES, key),
        retriable={
            each.id for each in failed.lines if rights.allows(Permission.RETRY_MAIL, basin_id=each.basin_id)
        },
        exports=spreadsheets.links("admin.export_mails"),
        failed_next_url=lists.next_address("admin.mails_list", failed),
        pending_next_url=lists.next_address("admin.mails_list", pending, LATER),
    )


def failures(work: UnitOfWork) -> Iterator[mail_log.FailedMail]:
    """The mails that failed, of one's basins, all pages of them."""
    mine = lists.scope(Permission.SEE_OUTBOX)
    return lists.every(lambda after: mail_log.failures(work, basin_ids=mine, after=after, limit=lists.MANY))


@pages.get("/administration/courriels.csv", defaults={"extension": "csv"})
@pages.get("/administration/courriels.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_OUTBOX)
def export_mails(extension: spreadsheets.Format) -> Response:
    """The mails that failed, as a file."""
    with web_work.start_reading() as work:
        rows = [
            (
                each.recipient,
                words.named(words.MAILS, each.kind),
                each.reference,
                each.failed_at.astimezone(web_work.zone()).isoformat(timespec="minutes"),
                words.named(words.FAILURES, each.outcome),
                each.attempts,
            )
            for each in failures(work)
        ]
    return spreadsheets.answer("courriels", extension, [web_work.translated(text) for text in HEADER], rows)


@pages.post("/administration/courriels/<uuid:message_id>/renvoyer")
@requires(Permission.RETRY_MAIL)
def retry_mail(message_id: UUID) -> WerkzeugResponse:
    """Send again a mail that had failed."""
    with web_work.start_work() as work:
        permissions.require(work, Permission.RETRY_MAIL, basin_id=mail_log.basin_of(work, message_id))
        mail_log.retry(work, message_id)
    return done(_("Le courriel repart dans les secondes qui viennent."), url_for("admin.mails_list"))
