"""What every page of a dossier begins with: the firm, where it stands, who is waited for, its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for

from engine.committee import decided
from engine.committee.expecting import SESSION
from engine.i18n import mark as _
from engine.people.models import Role
from engine.projects import parties, timeline
from engine.projects.statuses import BEFORE_SIGNATURE, PHASE_LABELS, STATUS_LABELS, Phase, Status, phase_of
from engine.runtime import inbox
from forms.choices import WaitingCause
from web import typography
from web import work as web_work
from web.auth import viewer
from web.projects import words
from web.projects.access import Reader, basin_of, open_file, reader_of

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from engine.projects.parties import Party
    from engine.runtime.acts import TaskView

TABS = (
    ("projects.show_project", _("Vue d’ensemble")),
    ("projects.path", _("Parcours")),
    ("projects.commitments_page", _("Décision et interventions")),
    ("projects.show_agreement", _("Convention")),
    ("projects.follow_up", _("Suivi")),
    ("projects.papers", _("Documents et courriels")),
    ("projects.history", _("Historique")),
)
LIVING = (Phase.DIAGNOSTIC, Phase.DECISION, Phase.AGREEMENT, Phase.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Expected:
    """One open task of the dossier, as its page shows it."""

    id: UUID
    url: str
    title: str
    who: str
    role: str
    whom: str
    phones: list[tuple[str, str]]
    since: date
    due_on: date
    awaiting: str | None
    awaiting_until: date | None
    waits_for: str | None
    to_correct: bool
    suspended: bool
    gesture: str | None
    is_primary: bool
    is_remindable: bool


@dataclass(slots=True)
class File:
    """A dossier being shown: read once, whatever page of it."""

    work: UnitOfWork
    project: Project
    basin: Basin
    reader: Reader
    people: list[Party]
    tasks: list[TaskView]
    today: date

    def name_of(self, person_id: UUID | None) -> str | None:
        """The name of somebody of the dossier."""
        return next((each.full_name for each in self.people if each.person_id == person_id), None)

    def holders(self, role: str) -> list[Party]:
        """Those who hold a role today, on the project first."""
        found = [each for each in self.people if each.role == role and each.is_in_force(self.today)]
        return [each for each in found if each.on_project] or found


def read_file(work: UnitOfWork, project_id: UUID) -> File:
    """What every page of a dossier needs. Raises as `access.open_file`."""
    project = open_file(work, project_id)
    today = web_work.today()
    return File(
        work=work,
        project=project,
        basin=basin_of(work, project),
        reader=reader_of(project),
        people=parties.of_project(work, project_id, basin_id=project.basin_id, today=today),
        tasks=inbox.open_of_case(work, project_id),
        today=today,
    )


def frame(file: File, current: str) -> dict[str, Any]:
    """The head of a page of a dossier; see `templates/projects/_frame.html`."""
    project = file.project
    status = Status(project.status)
    badge = timeline.badges(file.work, [project]).get(project.id)
    tasks = expected(file)
    return {
        "firm": project.firm,
        "reference": project.reference,
        "city": project.city,
        "basin": file.basin.name,
        "status": STATUS_LABELS[status],
        "status_tone": "done" if project.ended_on else "accent",
        "badge": words.BADGES[badge] if badge else None,
        "suspended_until": project.suspended_until if project.suspended_on else None,
        "is_adopted": project.adopted,
        "seats_lost": seats_lost(file),
        "ended_on": project.ended_on,
        "archived_at": project.archived_at,
        "erased_at": project.erased_at,
        "end_reason": project.end_reason if file.reader.reads_words else None,
        "phases": phases(status, is_ended=project.ended_on is not None),
        "expected": tasks,
        "lead": tasks[0] if tasks else None,
        "lead_others": others_beside(file, tasks),
        "tabs": [
            (label, url_for(endpoint, project_id=project.id), endpoint == current) for endpoint, label in TABS
        ],
    }


def seats_lost(file: File) -> list[str]:
    """Who prescribes or follows without a seat any more: the chair names another mandatary (R28, E10)."""
    if file.project.ended_on is not None:
        return []
    held = {each.role for each in file.people if each.has_lost_seat and each.is_in_force(file.today)}
    if file.project.status not in BEFORE_SIGNATURE:
        held -= {"prescriber"}  # Nothing is asked of a prescriber any more.
    return [words.SEATS_LOST[role] for role in sorted(held)]


def phases(status: Status, *, is_ended: bool) -> list[tuple[str, str]]:
    """The phases of the charter, each done, current or to come; an ended dossier keeps where it had come."""
    if is_ended:
        done = LIVING if status is Status.CLOSED else ()
        return [(PHASE_LABELS[phase], "done") for phase in done]
    reached = LIVING.index(phase_of(status))
    return [
        (PHASE_LABELS[phase], "done" if rank < reached else "current" if rank == reached else "to-come")
        for rank, phase in enumerate(LIVING)
    ]


def expected(file: File) -> list[Expected]:
    """The open tasks, the most urgent first; those put on hold come last."""
    found = [expected_of(file, each) for each in file.tasks]
    return sorted(found, key=lambda each: (each.awaiting is not None, each.due_on))


def others_beside(file: File, tasks: list[Expected]) -> int:
    """How many other people the first step also waits for: four signatories are one step."""
    if not tasks or not tasks[0].who:
        return 0
    steps = {each.id: (each.instance_id, each.step) for each in file.tasks}
    beside = {each.who for each in tasks if steps[each.id] == steps[tasks[0].id]}
    return len(beside - {"", tasks[0].who})


def expected_of(file: File, task: TaskView) -> Expected:
    """One open task: who has it, how to reach them, what this reader may do about it."""
    holders = (
        [each for each in file.people if each.person_id == task.assignee_id][:1]
        if task.assignee_id
        else file.holders(task.role)
    )
    name = file.name_of(task.assignee_id) if task.assignee_id else None
    gesture = gesture_of(file.reader, task)
    return Expected(
        id=task.id,
        url=url_for("inbox.show_task", task_id=task.id),
        title=task.title,
        who=name or (holders[0].full_name if len(holders) == 1 else None) or "",
        role=words.role_of(task.role),
        whom=words.AT.get(task.role, words.role_of(task.role)),
        phones=[(each.full_name or "", each.phone) for each in holders if each.phone],
        since=task.opened_on,
        due_on=task.due_on,
        awaiting=words.label(WaitingCause, task.awaiting) if task.awaiting else None,
        awaiting_until=task.awaiting_until,
        waits_for=words.WAITS_FOR[SESSION] if task.waits_for == SESSION else None,
        to_correct=decided.is_to_correct(task),
        suspended=task.suspended,
        gesture=gesture,
        is_primary=gesture == DO,
        is_remindable=is_remindable(task),
    )


def is_remindable(task: TaskView) -> bool:
    """Whether somebody else could be asked for it: not oneself, not the officers, nobody on hold."""
    is_somebody_s = task.assignee_id is not None or task.role == Role.CHAIR.value
    return is_somebody_s and task.assignee_id != viewer().person_id and not (task.suspended or task.awaiting)


DO, FOR_THEM, READ = _("Faire"), _("Saisir à sa place"), _("Ouvrir")


def gesture_of(reader: Reader, task: TaskView) -> str:
    """What the button of a task says: whose it is decides, under the lock, when it is pressed."""
    if task.suspended:
        return READ
    is_free = task.assignee_id is None and Role(task.role) in reader.roles
    if task.assignee_id == viewer().person_id or is_free:
        return DO
    if reader.is_officer and not task.personal and task.assignee_id is not None:
        return FOR_THEM
    return READ


def day_words(value: date) -> str:
    """A day in the reader's language."""
    return typography.long_date(value, web_work.locale())
