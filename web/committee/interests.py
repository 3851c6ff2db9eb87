"""What links members to a project: declared from its file, ended, and kept in the basin’s register."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, g, render_template, request, url_for

from engine.committee import interests
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.permissions import Permission
from engine.projects import dossiers
from engine.projects.recording import coded
from forms.interests import InterestSituation
from web import once, spreadsheets
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.committee.access import basin_asked
from web.committee.blueprint import pages
from web.committee.sessions import choice_of_basins, label
from web.page_forms import Messages, PageForm, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.interests import Registered
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

DECLARATION, END = "interest_declaration", "interest_end"
THROUGH = {"self": _("par le membre"), "in_session": _("déclaré en séance")}
COLUMNS = (
    _("Déclaré le"), _("Membre"), _("Organisation"), _("Projet"), _("Référence"), _("Lien"), _("Précisions"),
    _("Déport"), _("Déclaré"), _("Après la décision"), _("Fin le"), _("Motif de la fin"),
)  # fmt: skip
STEPPED_BACK = _("Votre déport est noté : ce projet a quitté vos listes, et vous n’y votez pas.")
NOTED = _("La déclaration est notée.")
ENDED = _("La déclaration a pris fin ; elle reste au registre.")
Values = Mapping[str, object]


@pages.get("/projets/<uuid:project_id>/interets")
@requires(Permission.SEE_BASIN)
def ask_interest(project_id: UUID) -> str:
    """Show what is declared about a project, and let a member declare."""
    return declaration_page(project_id)


@pages.post("/projets/<uuid:project_id>/interets")
@requires(Permission.SEE_BASIN)
@keeps_when_idle(set_aside)
def declare_interest(project_id: UUID) -> Response:
    """Declare an interest for oneself; the officer writes down what a member says in session."""
    show_again_with(partial(declaration_page, project_id))
    with once.start_work() as work:
        project, basin = project_asked(work, project_id)
        needed = Permission.CONDUCT_SESSION if conducts(project) else Permission.DECLARE_INTEREST
        permissions.require(work, needed, basin_id=basin.id, case_id=project.id)
        form = PageForm(DECLARATION, basin.id, project.id)
        answers = form.read(work)
        made = interests.declare(
            work,
            project_id=project.id,
            situation=str(coded(answers["situation"])),
            details=answers["details"],
            is_recused=answers["is_recused"],
            person_id=answers["person_id"],
            session_id=session_named(),
        )
        steps_back = made.is_recused and made.person_id == viewer().person_id
        # A member who stepped back has no page of the project to come back to.
        gone = steps_back and not still_sees(project)
        response = once.done(work, way_back(project, without=basin.slug if gone else None))
    flash(web_work.translated(STEPPED_BACK if steps_back else NOTED), "success")
    return response


@pages.get("/interets/<uuid:declaration_id>/fin")
@requires(Permission.SEE_BASIN)
def ask_interest_end(declaration_id: UUID) -> str:
    """Ask why a declared interest is over."""
    return end_page(declaration_id)


@pages.post("/interets/<uuid:declaration_id>/fin")
@requires(Permission.SEE_BASIN)
@keeps_when_idle(set_aside)
def end_interest(declaration_id: UUID) -> Response:
    """End a declaration: whoever stepped back comes back to the project."""
    show_again_with(partial(end_page, declaration_id))
    with once.start_work() as work:
        found, basin = declaration_asked(work, declaration_id)
        answers = PageForm(END, basin.id).read(work)
        interests.end(work, found.id, reason=answers["reason"])
        response = once.done(work, url_for("committee.register", bassin=basin.slug))
    flash(web_work.translated(ENDED), "success")
    return response


@pages.get("/seances/interets")
@requires(Permission.SEE_BASIN)
def register() -> str:
    """Show the register of a basin’s interests, or a member their own declarations."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.SEE_BASIN)
        found = read_register(work, basin)
        shown = {
            "basin": basin.name,
            "basins": choice_of_basins(work, basin, "committee.register"),
            "is_whole": reads_all(basin),
            "lines": [line(each) for each in found],
            "exports": spreadsheets.links("committee.export_register", bassin=basin.slug) if found else [],
            "sessions_url": url_for("committee.index", bassin=basin.slug),
        }
    return render_template("committee/register.html", **shown)


@pages.get("/seances/interets.csv", defaults={"extension": "csv"})
@pages.get("/seances/interets.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_BASIN)
def export_register(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.SEE_BASIN)
        shown = [line(each) for each in read_register(work, basin)]
    yes, no = web_work.translated(_("oui")), web_work.translated(_("non"))
    rows = [
        (
            each["declared_on"], each["person"], each["organisation"] or "", each["firm"], each["reference"],
            web_work.translated(each["situation"]), each["details"] or "", yes if each["is_recused"] else no,
            web_work.translated(each["through"]), yes if each["is_late"] else no, each["ended_on"],
            each["ended_reason"] or "",
        )
        for each in shown
    ]  # fmt: skip
    header = [web_work.translated(name) for name in COLUMNS]
    return spreadsheets.answer(f"interets-{basin.slug}", extension, header, rows)


def declaration_page(project_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of a declaration, beside what is declared already."""
    with web_work.start_reading() as work:
        project, basin = project_asked(work, project_id)
        form = PageForm(DECLARATION, basin.id, project.id)
        may = may_declare(project)
        inputs = form.inputs(form.context(work), values, messages) if may else []
        everything = [line(each) for each in interests.of_project(work, project.id)]
        reader = viewer().person_id
        seen = [each for each in everything if reads_all(basin) or each["person_id"] == reader]
    return render_template(
        "committee/interest.html",
        title=form.form.title if may else _("Intérêts déclarés"),
        intro=form.form.intro,
        submit=form.form.submit,
        firm=project.firm,
        reference=project.reference,
        may_declare=may,
        inputs=inputs,
        general_errors=general(messages, inputs),
        lines=seen,
        action=request.full_path.rstrip("?"),
        back_url=way_back(project),
        key=once.new_key(),
    )


def end_page(declaration_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form that ends a declaration."""
    with web_work.start_reading() as work:
        _found, basin = declaration_asked(work, declaration_id)
        form = PageForm(END, basin.id)
        inputs = form.inputs(form.context(work), values, messages)
    return render_template(
        "committee/act.html",
        title=form.form.title,
        intro=form.form.intro,
        submit=form.form.submit,
        tone="",
        basin=basin.name,
        heading=None,
        action=request.full_path.rstrip("?"),
        back_url=url_for("committee.register", bassin=basin.slug),
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
    )


def project_asked(work: UnitOfWork, project_id: UUID) -> tuple[Project, Basin]:
    """The project, for those who see it. Raises `ProjectNotFound`, `permissions.NotVisible`."""
    project = dossiers.find(work, project_id)
    permissions.require(work, Permission.SEE_PROJECT, basin_id=project.basin_id, case_id=project.id)
    g.zone = basins.zone_of(work, project.basin_id)
    return project, basins.find(work, project.basin_id)


def declaration_asked(work: UnitOfWork, declaration_id: UUID) -> tuple[Any, Basin]:
    """A declaration of one’s own, or any for the officer. Raises `InterestNotFound`."""
    found = interests.find(work, declaration_id)
    rights = viewer().rights
    is_own = found.person_id == viewer().person_id
    if not is_own and not rights.allows(Permission.CONDUCT_SESSION, basin_id=found.basin_id):
        raise interests.InterestNotFound
    g.zone = basins.zone_of(work, found.basin_id)
    return found, basins.find(work, found.basin_id)


def may_declare(project: Project) -> bool:
    """Whether the reader declares something here: for themselves, or for a member in session."""
    return is_member(project) or conducts(project)


def is_member(project: Project) -> bool:
    """Whether the reader sits on the committee, and declares for themselves."""
    return allowed(project, Permission.DECLARE_INTEREST)


def conducts(project: Project) -> bool:
    """Whether the reader writes down what members say in session, and for whom."""
    return allowed(project, Permission.CONDUCT_SESSION)


def allowed(project: Project, permission: Permission) -> bool:
    """Whether the reader may do this on a project."""
    return viewer().rights.allows(permission, basin_id=project.basin_id, case_id=project.id)


def reads_all(basin: Basin) -> bool:
    """Whether the reader reads the whole register, or their own declarations only."""
    return viewer().rights.allows(Permission.SEE_INTERESTS, basin_id=basin.id)


def read_register(work: UnitOfWork, basin: Basin) -> list[Registered]:
    """The register as the reader may read it; never the firm of a project they stepped back from."""
    if reads_all(basin):
        return interests.register(work, basin.id, without=viewer().rights.hidden())
    return interests.register(work, basin.id, person_id=viewer().person_id)


def still_sees(project: Project) -> bool:
    """Whether a part of their own in the project keeps its pages open to whoever steps back."""
    rights = viewer().rights
    is_national = rights.basins_with(Permission.SEE_PROJECT) is None
    return is_national or conducts(project) or project.id in rights.cases_with(Permission.SEE_PROJECT)


def session_named() -> UUID | None:
    """The session in which it was said, when the page was opened from there."""
    try:
        return UUID(request.args.get("seance", ""))
    except ValueError:
        return None


def way_back(project: Project, *, without: str | None = None) -> str:
    """Where the page was opened from: a session, else the project; `without` it, its basin's sessions."""
    session_id = session_named()
    if session_id is not None:
        return url_for("committee.show_session", session_id=session_id)
    if without is not None:
        return url_for("committee.index", bassin=without)
    return url_for("projects.show_project", project_id=project.id)


def line(found: Registered) -> dict[str, Any]:
    """One declaration as pages and files show it; whoever stepped back reads the reference, not the firm."""
    declared = found.declaration
    is_hidden = declared.project_id in viewer().rights.hidden()
    is_standing = declared.ended_on is None
    is_own = declared.person_id == viewer().person_id
    may_end = is_own or viewer().rights.allows(Permission.CONDUCT_SESSION, basin_id=declared.basin_id)
    return {
        "person_id": declared.person_id,
        "person": found.person,
        "organisation": found.organisation,
        "firm": "" if is_hidden else found.firm,
        "reference": found.reference,
        "url": None if is_hidden else url_for("projects.show_project", project_id=declared.project_id),
        "situation": label(InterestSituation, declared.situation),
        "details": declared.details,
        "is_recused": declared.is_recused,
        "through": THROUGH[declared.through],
        "is_late": declared.is_late,
        "declared_on": declared.declared_on,
        "ended_on": declared.ended_on,
        "ended_reason": declared.ended_reason,
        "end_url": url_for("committee.ask_interest_end", declaration_id=declared.id)
        if is_standing and may_end
        else None,
    }
