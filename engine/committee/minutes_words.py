"""The words of a session's minutes, drafted from what was recorded, for the officer to edit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import decision_words, decisions, items, readers, sessions, taking_part, voices
from engine.committee.agenda_models import AgendaItem, InterestDeclaration
from engine.committee.item_kinds import LABELS, VOTED, Kind, Outcome, said
from engine.committee.items import Standing
from engine.committee.minutes_models import Erratum
from engine.committee.models import CommitteeSession, Decision
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins, organisations, persons
from engine.people.models import Person
from engine.projects import written
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.models import Project
from engine.projects.written import ITEM, Block
from forms.choices import DecisionMode
from forms.interests import Presence

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

MET = {
    "meeting": _("Le comité d’agrément du bassin d’emploi {basin} s’est réuni le {day}{place}."),
    "video": _("Le comité d’agrément du bassin d’emploi {basin} s’est réuni en visioconférence le {day}."),
    "written": _("Le comité d’agrément du bassin d’emploi {basin} a été consulté par écrit jusqu’au {day}."),
}
TITLES = {"written": _("Procès-verbal de la consultation écrite du {day}")}
THERE = {
    Presence.PRESENT: _("Présents : {names}."), Presence.REPRESENTED: _("Représentés : {names}."),
    Presence.EXCUSED: _("Excusés : {names}."), Presence.ABSENT: _("Absents : {names}."),
}  # fmt: skip
ANSWERED = {
    Presence.PRESENT: _("Ont répondu : {names}."), Presence.ABSENT: _("N’ont pas répondu : {names}."),
}  # fmt: skip
HEADING = {"fr": "Point {number}. {title}", "en": "Item {number}. {title}"}
IS_HEADING = re.compile(r"(?:Point|Item) (\d+)\. ")
UNDECIDED = _("À décider.")
REMOVED = _("Points retirés de l’ordre du jour")
LEFT_OUT = _("Vous vous êtes déporté de ce point : il ne vous est pas montré.")


def drafted(work: UnitOfWork, session: CommitteeSession) -> str:
    """The words of a session's minutes, one paragraph to a line, from what was recorded of it until now."""
    locale = readers.language(work, session.basin_id)
    standing = items.standings(work, session.id)
    kept = [each for each in standing if each.item.removed_at is None]
    lines = [
        translate(
            TITLES.get(session.kind, _("Procès-verbal de la séance du {day}")),
            locale,
            day=written.day(session.held_on.isoformat(), locale),
        ),
        *opening(work, session, locale),
    ]
    for number, each in enumerate(kept, start=1):
        title = titled(work, each.item, locale)
        lines.append(HEADING[locale].format(number=number, title=title))
        lines += told(work, session, each, locale)
    removed = [each for each in standing if each.item.removed_at is not None]
    if removed:
        lines.append(translate(REMOVED, locale))
        lines += written.listed(
            (f"{titled(work, each.item, locale)} ({each.item.removed_reason or ''})" for each in removed),
            locale,
        )
    return written.assembled(lines)


def opening(work: UnitOfWork, session: CommitteeSession, locale: str) -> Iterator[str]:
    """Where the committee met, under whom, who was there."""
    place = f" ({session.place})" if session.place else ""
    yield translate(
        MET.get(session.kind, MET["meeting"]), locale, basin=basins.find(work, session.basin_id).name,
        day=written.day(session.held_on.isoformat(), locale), place=place,
    )  # fmt: skip
    if session.chaired_by_id is not None:
        person = persons.names(work, [session.chaired_by_id])[session.chaired_by_id]
        yield translate(_("Présidence : {person}."), locale, person=person)
    yield from attendance(work, session, locale)
    if session.guests:
        yield translate(_("Invités : {names}"), locale, names=written.one_line(session.guests))
    if session.remarks:
        yield written.one_line(session.remarks)


def attendance(
    work: UnitOfWork, session: CommitteeSession, locale: str, *, only: Collection[Presence] = tuple(Presence)
) -> Iterator[str]:
    """Who was there, represented by whom, excused, absent: a sentence for each; in writing, who answered."""
    is_written = session.kind == sessions.WRITTEN
    # Nobody asks a guest, who has no voice, to answer in writing.
    silent = {each.assignment_id for each in voices.seats_of(work, session) if each.guest and is_written}
    noted = [each for each in taking_part.attendance_of(work, session.id) if each.seat_id not in silent]
    names = persons.names(work, [each.person_id for each in noted])
    firms = organisations.names(work, {each.organisation_id for each in noted if each.organisation_id})
    holders = {each.seat_id: names.get(each.person_id, "") for each in noted}
    by = _("{person} par {holder}")
    sentences = ANSWERED if is_written else THERE
    for presence, sentence in sentences.items():
        if presence not in only:
            continue
        found = []
        for each in sorted(noted, key=lambda one: names.get(one.person_id, "")):
            if each.presence != presence:
                continue
            firm = firms.get(each.organisation_id) if each.organisation_id else None
            person = f"{names.get(each.person_id, '')} ({firm})" if firm else names.get(each.person_id, "")
            holder = holders.get(each.proxy_to_seat_id) if each.proxy_to_seat_id else None
            found.append(translate(by, locale, person=person, holder=holder) if holder else person)
        if found:
            yield translate(sentence, locale, names=", ".join(found))


def told(work: UnitOfWork, session: CommitteeSession, standing: Standing, locale: str) -> Iterator[str]:
    """What was said and decided of one item."""
    item, say = standing.item, partial(translate, locale=locale)
    if item.is_late:
        yield say(_("Ce point a été ajouté après la diffusion de l’ordre du jour."))
    yield from described(work, item, locale)
    away = recused(work, session, item)
    if away:
        text = _("Se sont déportés : {names}.") if len(away) > 1 else _("S’est déporté : {names}.")
        yield say(text, names=", ".join(away))
    if item.chaired_by_id is not None:
        person = persons.names(work, [item.chaired_by_id])[item.chaired_by_id]
        yield say(_("Présidence de ce point : {person}."), person=person)
    if standing.has_decision and standing.decision is not None:
        yield from decided(work, item, standing.decision, locale)
    elif item.outcome is not None:
        yield f"{say(said(item.kind, item.outcome))}."
    elif standing.is_moot:
        yield say(_("Ce point n’appelait plus de décision de cette séance."))
    else:
        yield say(UNDECIDED)
    yield from lacking(work, session, standing, locale)
    if item.outcome_note:
        yield written.one_line(item.outcome_note)


def lacking(work: UnitOfWork, session: CommitteeSession, standing: Standing, locale: str) -> Iterator[str]:
    """That the quorum was missing on an item that was put off, where who was there was noted."""
    item, decision = standing.item, standing.decision if standing.has_decision else None
    is_adjourned = decision is not None and decision.outcome == "adjourned"
    is_postponed = decision is None and item.outcome == Outcome.POSTPONED and item.kind in VOTED
    if not (is_adjourned or is_postponed) or not taking_part.attendance_of(work, session.id):
        return
    found = voices.result(work, session, item, None if decision is None else decision.mode)
    if not found.has_quorum:
        text = _(
            "Le quorum n’était pas atteint sur ce point (sièges présents ou représentés : {there} ; "
            "nécessaires : {needed})."
        )
        yield translate(text, locale, there=len(found.represented), needed=found.quorum_needed)


def decided(work: UnitOfWork, item: AgendaItem, decision: Decision, locale: str) -> Iterator[str]:
    """A decision: what, how, what it gives, to be followed by whom, under which conditions, why."""
    say = partial(translate, locale=locale)
    yield f"{decision_words.outcome(decision, item.kind, locale)}, {by_vote(work, decision, locale)}."
    yield from written.listed(decision_words.means(work, decision, locale), locale)
    named = decision_words.mandatary(work, decision)
    if named is not None and item.kind not in {Kind.INTERVENTION_REQUEST, Kind.AMENDMENT}:
        yield say(
            _("Mandataire : {named}, pour un suivi de {months}, avec un compte rendu {cadence}."),
            named=named,
            months=written.in_months(decision.follow_up_months, locale),
            cadence=cadence(decision.cadence_months or 0, locale),
        )  # fmt: skip
    asked = decision_words.conditions(work, decision)
    if asked:
        yield say(_("Conditions à lever :"))
        due = _("{condition}, avant le {day}")
        yield from written.listed(
            (
                say(due, condition=each["text"].rstrip(" ."), day=written.day(each["due_on"], locale))
                for each in asked
            ),
            locale,
        )
    if decision.question:
        yield say(_("Question posée : {question}"), question=written.one_line(decision.question))
    reasons = decision_words.reasons(decision, locale)
    if reasons:
        yield say(_("Motifs : {reasons}"), reasons=written.one_line(reasons))


def cadence(months: int, locale: str) -> str:
    """How often reports come."""
    if months == 1:
        return translate(_("chaque mois"), locale)
    return translate(_("tous les {months}"), locale, months=written.in_months(months, locale))


def by_vote(work: UnitOfWork, decision: Decision, locale: str) -> str:
    """How a decision was reached: all together, by a vote, or by what was answered in writing."""
    if decision.mode != DecisionMode.VOTE or decision.votes_for is None:
        return translate(_("par consensus"), locale)
    session = None if decision.session_id is None else sessions.find(work, decision.session_id)
    is_written = session is not None and session.kind == sessions.WRITTEN
    voted = _("par un vote (pour : {votes_for}, contre : {votes_against}, abstentions : {abstentions})")
    in_writing = _("par écrit (pour : {votes_for}, contre : {votes_against}, abstentions : {abstentions})")
    counted = translate(
        in_writing if is_written else voted, locale, votes_for=decision.votes_for,
        votes_against=decision.votes_against or 0, abstentions=decision.abstentions or 0,
    )  # fmt: skip
    # No majority carries a tie: what was approved with one was carried by the casting vote.
    if decision.outcome in decisions.APPROVING and decision.votes_for == decision.votes_against:
        return f"{counted}{translate(_(', la voix de la présidence étant prépondérante'), locale)}"
    return counted


def described(work: UnitOfWork, item: AgendaItem, locale: str) -> Iterator[str]:
    """What an item other than a file to decide is about."""
    say, subject = partial(translate, locale=locale), item.subject_id
    if subject is None:
        pass
    elif item.kind == Kind.RATIFICATION:
        found = work.database.get_one(MandataryReplacement, subject)
        names = persons.names(work, [found.from_person_id, found.to_person_id])
        yield say(
            _("{new} suit le projet à la place de {former}, depuis le {day}."),
            new=names.get(found.to_person_id), day=written.day(found.occurred_on.isoformat(), locale),
            former=names.get(found.from_person_id, "") if found.from_person_id else "",
        )  # fmt: skip
    elif item.kind == Kind.CONFIRMATION:
        decision = work.database.get_one(Decision, subject)
        yield say(
            _("Un membre a déclaré un intérêt après la signature de la décision {number}."),
            number=decision.number,
        )
    elif item.kind == Kind.CHAIR_ALONE:
        decision = work.database.get_one(Decision, subject)
        yield say(
            _("La présidence a accordé seule cette demande le {day} (décision {number}) :"),
            day=written.day(decision.occurred_on.isoformat(), locale), number=decision.number,
        )  # fmt: skip
        yield from written.listed(decision_words.means(work, decision, locale), locale)
    elif item.kind == Kind.ERRATUM:
        erratum = work.database.get_one(Erratum, subject)
        yield say(_("Il faut lire : {words}"), words=written.one_line(erratum.right_text))


def titled(work: UnitOfWork, item: AgendaItem, locale: str) -> str:
    """What the minutes call an item: what it is, and the firm it is about or what the officer typed."""
    label = translate(LABELS[Kind(item.kind)], locale)
    if item.kind == Kind.ERRATUM and item.subject_id is not None:
        erratum = work.database.get_one(Erratum, item.subject_id)
        number = sessions.find(work, erratum.session_id).number
        return translate(
            _("Erratum n° {number} au procès-verbal {session}"), locale, number=erratum.number, session=number
        )
    if item.project_id is not None:
        project = work.database.get_one(Project, item.project_id)
        return f"{project.firm} ({project.reference}), {label[:1].lower()}{label[1:]}"
    if item.kind == Kind.PREVIOUS_MINUTES and item.subject_id is not None:
        return f"{label} ({sessions.find(work, item.subject_id).number})"
    return item.title or label


def recused(work: UnitOfWork, session: CommitteeSession, item: AgendaItem) -> list[str]:
    """The names of those who had stepped back from an item's project on the day of the session."""
    if item.project_id is None:
        return []
    declared = InterestDeclaration
    rows = work.connection.scalars(
        sa.select(Person.full_name)
        .join(declared, declared.person_id == Person.id)
        .where(
            declared.project_id == item.project_id,
            declared.is_recused.is_(True),
            declared.declared_on <= session.held_on,
            sa.or_(declared.ended_on.is_(None), declared.ended_on > session.held_on),
        )
        .distinct()
        .order_by(Person.full_name)
    )
    return list(rows)


def numbers(work: UnitOfWork, session_id: UUID) -> dict[UUID, int]:
    """The number of each item in its session's minutes, from 1; those taken off the agenda have none."""
    rows = work.database.scalars(
        sa.select(AgendaItem.id)
        .where(AgendaItem.session_id == session_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.added_at, AgendaItem.id)
    )
    return {item_id: number for number, item_id in enumerate(rows, start=1)}


def blocks(body: str) -> list[Block]:
    """The words cut for a page or a file, every line of them, in order."""
    found = []
    removed = {translate(REMOVED, locale) for locale in HEADING}
    for position, line in enumerate(body.splitlines()):
        if position == 0:
            found.append(Block("title", line))
        elif IS_HEADING.match(line) or line in removed:
            found.append(Block("heading", line))
        elif line.startswith(ITEM):
            found.append(Block("item", line.removeprefix(ITEM)))
        elif line.strip():
            found.append(Block("paragraph", line))
    return found


def without(
    parts: Iterable[Block], hidden: Collection[int], locale: str, *, firms: Collection[str] = ()
) -> list[Block]:
    """The words without the items of these numbers, for a reader who stepped back from them.

    Nor those that were taken off the agenda and name one of these `firms`, in small letters.
    """
    found, is_hidden, is_removed = [], False, False
    removed = {translate(REMOVED, known) for known in HEADING}
    for each in parts:
        if each.kind == "heading":
            number = IS_HEADING.match(each.text)
            is_hidden = number is not None and int(number[1]) in hidden
            is_removed = each.text in removed
            if is_hidden and number is not None:
                found.append(Block("heading", number[0].strip()))
                found.append(Block("paragraph", translate(LEFT_OUT, locale)))
        names_one = is_removed and any(firm in each.text.casefold() for firm in firms)
        if not is_hidden and not names_one:
            found.append(each)
    return found
