"""The file of a dossier: where it is, what is awaited of whom, its way so far, what was committed to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, request, url_for

from engine import clock
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.projects import timeline, whereabouts
from engine.projects.models import Project
from engine.retention import skeletons
from engine.runtime import inbox
from engine.variants import published
from forms import catalogue
from web import work as web_work
from web.auth import requires, viewer
from web.projects import acts, basin_answers, commitments, follow_up_figures, history_entries
from web.projects.blueprint import pages
from web.projects.drawings import drawing_of, tree, way_up
from web.projects.frame import File, day_words, frame, read_file
from web.projects.words import role_of

if TYPE_CHECKING:
    from engine.projects.parties import Party

RECENT = 7
NEXT_DATES = 6
REMINDED = "escalation.task.reminded"
CALLED_FIRST = ("sme_head", "mandatary", "prescriber", "expert", "operator", "chair")


@pages.get("/projets/<uuid:project_id>")
@requires(Permission.SEE_PROJECT)
def show_project(project_id: UUID) -> str:
    """Show a dossier at a glance: where it is, what is next and who."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        where = whereabouts.of_project(work, project_id)
        drawn = drawing_of(work, project_id, where.deepest())
        history = history_entries.entries(file, where, at_most=40)
        dates = timeline.dates_to_come(work, project_id, following=file.tasks)
        alert = follow_up_figures.alert_in_force(file)
        head = frame(file, "projects.show_project")
        asked = basin_answers.shown(file, "projects.show_project")
        overtaken = published.overtaken_of(work, case_id=project_id, on=file.today)
    return render_template(
        "projects/show.html",
        **head,
        drawn=drawn,
        above=way_up(project_id, where, where.deepest()),
        path_url=url_for("projects.path", project_id=project_id),
        alert=alert,
        follow_up_url=url_for("projects.follow_up", project_id=project_id),
        history_url=url_for("projects.history", project_id=project_id),
        recent=history[:RECENT],
        dates=dates[:NEXT_DATES],
        more_dates=max(0, len(dates) - NEXT_DATES),
        facts=facts_of(file),
        summary=summary_of(file),
        contacts=contacts_of(file),
        people_before=[person_of(each) for each in past(file)],
        acts=acts_of(file),
        reminded=reminded(history),
        may_remind=Permission.REMIND in file.reader.permissions,
        project_id=project_id,
        basin_answers=asked,
        overtaken=overtaken,
        process_url=process_url(file),
    )


def process_url(file: File) -> str | None:
    """Where the versions of the process are: where projects move for those who move them, else their list."""
    rights, slug = viewer().rights, file.basin.slug
    if rights.allows(Permission.MIGRATE_PROJECTS, basin_id=file.basin.id):
        return url_for("variants.migration", slug=slug, q=file.project.reference)
    if rights.allows(Permission.SEE_BASIN, basin_id=file.basin.id):
        return url_for("variants.list_versions", slug=slug)
    return None


def reminded(history: list[history_entries.Entry]) -> dict[UUID | None, date]:
    """The day on which the officer last asked again for a task, among a dossier's recent facts."""
    return {
        each.subject_id: clock.local_date(each.recorded_at, web_work.zone())
        for each in reversed(history)
        if each.kind == REMINDED
    }


@pages.get("/projets/<uuid:project_id>/parcours")
@requires(Permission.SEE_PROJECT)
def path(project_id: UUID) -> str:
    """Show the processes of a dossier, one drawn, and its steps in words."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        where = whereabouts.of_project(work, project_id)
        asked = request.args.get("processus", "")
        process = where.find(asked) if asked else where.followed[0]
        drawn = drawing_of(work, project_id, process)
        done = inbox.done_of_case(work, project_id)
        names = history_entries.names_of(work, done)
        waited = sorted(
            (each for each in where.waited if each.until is not None), key=lambda each: str(each.until)
        )
        head = frame(file, "projects.path")
        known = whereabouts.processes_of(work, process.version_id)
        called = [
            (known[name].name, url_for("projects.path", project_id=project_id, processus=name))
            for _step, name in process.calls
        ]
    return render_template(
        "projects/path.html",
        **head,
        drawn=drawn,
        above=way_up(project_id, where, process),
        called=list(dict.fromkeys(called)),
        processes=tree(project_id, where, process.id),
        steps=[*current_steps(head), *done_steps(done, names)],
        waited=[(each.name, clock.local_date(each.until, web_work.zone())) for each in waited if each.until],
    )


@pages.get("/projets/<uuid:project_id>/engagements")
@requires(Permission.SEE_PROJECT)
def commitments_page(project_id: UUID) -> str:
    """Show what was decided, what was signed by whom, and the interventions."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        shown = commitments.shown(file)
        asked = basin_answers.shown(file, "projects.commitments_page")
        head = frame(file, "projects.commitments_page")
    return render_template("projects/commitments.html", **head, **shown, basin_answers=asked)


@pages.get("/projets/<uuid:project_id>/suivi")
@requires(Permission.SEE_PROJECT)
def follow_up(project_id: UUID) -> str:
    """Show the reports and their figures, the ladder of a late one, the mandataries."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        shown = follow_up_figures.shown(file)
        asked = basin_answers.shown(file, "projects.follow_up")
        head = frame(file, "projects.follow_up")
    return render_template("projects/follow_up.html", **head, **shown, basin_answers=asked)


def current_steps(head: dict[str, Any]) -> list[dict[str, Any]]:
    """The open tasks as lines of the way."""
    return [
        {"title": each.title, "since": each.since, "until": None, "who": each.who or each.role,
         "url": each.url}
        for each in head["expected"]
    ]  # fmt: skip


def done_steps(done: list[Any], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """The steps that people completed, the latest first."""
    return [
        {
            "title": each.title,
            "since": each.opened_on,
            "until": each.occurred_on,
            "who": history_entries.both(names.get(each.closed_by), names.get(each.on_behalf_of)),
            "url": url_for("inbox.show_task", task_id=each.id),
        }
        for each in done
    ]


def summary_of(file: File) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """The people to call first: label, then names and numbers."""
    found = []
    for role in ("sme_head", "mandatary" if file.project.mandatary_id else "prescriber"):
        people = [(each.full_name or "", each.phone) for each in file.holders(role)]
        if people:
            found.append((role_of(role), people))
    return found


def headcount_of(project: Project) -> str | None:
    """How many people work there; of a skeleton, the class of its size is all that is left."""
    if project.headcount is None or project.erased_at is None:
        return None if project.headcount is None else str(project.headcount)
    most = skeletons.most_of_class(project.headcount)
    if most is None:
        return web_work.translated(_("{least} et plus"), least=project.headcount)
    return web_work.translated(_("de {least} à {most}"), least=project.headcount, most=most)


def facts_of(file: File) -> list[tuple[str, str]]:
    """What is known of the firm."""
    project = file.project
    siret = project.siret
    rows = [
        (_("SIRET"), f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}" if siret else None),
        (_("Immatriculation"), web_work.translated(_("en cours")) if project.not_registered else None),
        (_("Ville"), project.city),
        (_("Effectif"), headcount_of(project)),
        (_("Besoin"), project.need if file.reader.reads_words else None),
        (_("Dossier ouvert le"), file_day(project.opened_on)),
        (_("Convention signée le"), file_day(project.effective_on)),
        (_("Terme du suivi"), file_day(project.follow_up_ends_on)),
        (_("Avance versée le"), file_day(project.advance_paid_on)),
    ]
    return [(web_work.translated(label), str(value)) for label, value in rows if value not in (None, "")]


def file_day(value: Any) -> str | None:
    """A day in words, if there is one."""
    return None if value is None else day_words(value)


def contacts_of(file: File) -> list[dict[str, Any]]:
    """Who to call, the nearest to the firm first; one who holds two roles is shown once."""
    found: dict[Any, dict[str, Any]] = {}
    for role in CALLED_FIRST:
        for each in file.holders(role):
            if each.person_id not in found:
                found[each.person_id] = person_of(each)
            elif role_of(role) not in found[each.person_id]["roles"]:
                found[each.person_id]["roles"].append(role_of(role, acting=each.acting))
    return list(found.values())


def person_of(party: Party) -> dict[str, Any]:
    """Somebody as the page names them."""
    return {
        "name": party.full_name,
        "roles": [role_of(party.role, acting=party.acting)],
        "organisation": party.organisation,
        "phone": party.phone,
        "email": party.email,
        "is_address_invalid": party.is_address_invalid,
        "since": party.since,
        "until": party.until,
    }


def past(file: File) -> list[Party]:
    """Those who held a role on the dossier and no longer do: replaced, or done."""
    return [
        each for each in file.people
        if each.on_project and each.full_name and each.role != "signatory"
        and not each.is_in_force(file.today)
    ]  # fmt: skip


def acts_of(file: File) -> list[tuple[str, str, str]]:
    """The acts that this reader may do now: title, address, tone; none where all is erased."""
    if file.project.erased_at is not None:
        return []
    found = [
        (catalogue.form(act.form).title, url_for(act.endpoint, project_id=file.project.id), act.tone)
        for act in acts.offered(file.project, file.reader)
    ]
    if Permission.CORRECT in file.reader.permissions:
        address = url_for("projects.choose_record", project_id=file.project.id)
        found.insert(min(3, len(found)), (catalogue.form("correction").title, address, ""))
    if file.reader.permissions & {Permission.DECLARE_INTEREST, Permission.CONDUCT_SESSION}:
        address = url_for("committee.ask_interest", project_id=file.project.id)
        found.append((catalogue.form("interest_declaration").title, address, ""))
    if file.reader.permissions & {Permission.OBSERVE, Permission.CONDUCT_SESSION}:
        address = url_for("committee.project_observations", project_id=file.project.id)
        found.append((_("Observations du comité de pilotage"), address, ""))
    return found
