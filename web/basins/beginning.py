"""A basin begins: it is added, described, validated by the national committee, given a process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine import installing
from engine.i18n import mark as _
from engine.people import permissions, territories
from engine.people.permissions import Permission
from forms import catalogue, presentation
from forms.context import Context
from web import once, typography
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.basins.blueprint import pages
from web.basins.page import open_basin
from web.page_forms import Messages, PageForm, answers_sent, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry import versions

ADD, DESCRIBE, VALIDATE = "basin", "basin_description", "territory_validation"


@pages.get("/bassins/nouveau")
@requires(Permission.ADD_BASIN)
def ask_basin() -> str:
    """Ask how the basin is called, and where it is."""
    return basin_page()


def basin_page(values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of a new basin."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.ADD_BASIN)
    return asking.page(
        ADD,
        presentation.inputs(catalogue.form(ADD), new_context(), values, messages),
        messages,
        action=url_for("basins.add_basin"),
        back=(_("Bassins"), url_for("basins.index")),
    )


def new_context() -> Context:
    """What the form of a basin that does not exist yet must know."""
    return Context(
        limits={"today": web_work.today()}, locale=web_work.locale(), translate=web_work.translated
    )


@pages.post("/bassins/nouveau")
@requires(Permission.ADD_BASIN)
@keeps_when_idle(set_aside)
def add_basin() -> Response:
    """Add a basin, and go on to what it still lacks."""
    show_again_with(basin_page)
    with once.start_work() as work:
        permissions.require_national(work, Permission.ADD_BASIN)
        clean = catalogue.load(ADD, answers_sent(), new_context())
        basin = territories.add(
            work, name=str(clean["name"]), code=str(clean["code"]), slug=str(clean["slug"] or ""),
            territory=coded(clean["territory"]),
        )  # fmt: skip
        return asking.done(
            work, asking.checklist_of(basin.slug), _("Le bassin {name} est ajouté."), name=basin.name
        )


def coded(value: Any) -> str:
    """The stored value of a coded answer."""
    return str(getattr(value, "value", value))


@pages.get("/bassins/<string:slug>/corriger")
@requires(Permission.ADD_BASIN)
def ask_description(slug: str) -> str:
    """Ask what to correct."""
    return description_page(slug)


def description_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of a basin known."""
    with web_work.start_reading() as work:
        basin = national(work, slug, Permission.ADD_BASIN)
        known = {"name": basin.name, "territory": basin.territory}
        inputs = asking.asked(work, PageForm(DESCRIBE, basin.id), values, messages, prefill=known)
    return asking.page(
        DESCRIBE, inputs, messages, action=url_for("basins.describe", slug=slug),
        back=(basin.name, asking.home_of(slug)),
        facts=[(_("Sigle"), basin.code), (_("Fuseau horaire"), basin.zone)],
    )  # fmt: skip


def national(work: UnitOfWork, slug: str, permission: Permission) -> Basin:
    """The basin of an address, for those whose national role lets them do this."""
    basin = open_basin(work, slug)
    permissions.require_national(work, permission)
    return basin


@pages.post("/bassins/<string:slug>/corriger")
@requires(Permission.ADD_BASIN)
@keeps_when_idle(set_aside)
def describe(slug: str) -> Response:
    """Correct a basin's name, or the territory of its holidays."""
    show_again_with(partial(description_page, slug))
    with once.start_work() as work:
        basin = national(work, slug, Permission.ADD_BASIN)
        clean = PageForm(DESCRIBE, basin.id).read(work)
        territories.describe(work, basin.id, name=str(clean["name"]), territory=coded(clean["territory"]))
        return asking.done(work, asking.home_of(slug), _("Corrections enregistrées."))


@pages.get("/bassins/<string:slug>/territoire")
@requires(Permission.VALIDATE_TERRITORY)
def ask_validation(slug: str) -> str:
    """Ask when the national committee decided."""
    return validation_page(slug)


def validation_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of the national decision."""
    with web_work.start_reading() as work:
        basin = national(work, slug, Permission.VALIDATE_TERRITORY)
        inputs = asking.asked(work, PageForm(VALIDATE, basin.id), values, messages)
    return asking.page(
        VALIDATE, inputs, messages, action=url_for("basins.validate", slug=slug),
        back=(basin.name, asking.checklist_of(slug)),
    )  # fmt: skip


@pages.post("/bassins/<string:slug>/territoire")
@requires(Permission.VALIDATE_TERRITORY)
@keeps_when_idle(set_aside)
def validate(slug: str) -> Response:
    """Record the national committee's decision (R1)."""
    show_again_with(partial(validation_page, slug))
    with once.start_work() as work:
        basin = national(work, slug, Permission.VALIDATE_TERRITORY)
        clean = PageForm(VALIDATE, basin.id).read(work)
        territories.validate(work, basin.id, decided_on=clean["decided_on"], minutes=str(clean["minutes"]))
        return asking.done(work, asking.checklist_of(slug), _("Décision du comité national enregistrée."))


@pages.post("/bassins/<string:slug>/processus")
@requires(Permission.PUBLISH)
def follow_reference(slug: str) -> Response:
    """Publish the programme's reference for a basin, for its projects to come."""
    with web_work.start_reading() as work:
        asking.basin_for(work, slug, Permission.PUBLISH)
    installing.prove_following(web_work.engine().database, slug)
    with web_work.start_work() as work:
        basin = asking.basin_for(work, slug, Permission.PUBLISH)
        published = installing.follow_reference(work, basin)
        sentence, values = followed(published)
        return asking.done(work, asking.checklist_of(slug), sentence, **values)


def followed(published: versions.Published) -> tuple[str, dict[str, object]]:
    """What to say of the reference just published for a basin."""
    if not published.is_new:
        sentence = _("Le bassin suit déjà la référence : c’est sa version {number}.")
        return sentence, {"number": published.number}
    if not published.replaces:
        sentence = _("Version {number} publiée : les nouveaux projets la prennent.")
        return sentence, {"number": published.number}
    coming = published.replaces[0]
    sentence = _(
        "Version {number} publiée : le {day}, les nouveaux projets la prennent à la place de la version "
        "{replaced}, dont elle garde les réglages et les changements."
    )
    day = typography.long_date(coming.effective_on, web_work.locale())
    return sentence, {"number": published.number, "day": day, "replaced": coming.number}
