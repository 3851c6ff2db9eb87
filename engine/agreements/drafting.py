"""Draft the cooperation agreement from the signed-off decision: its text, its number, its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import annex, papers, proving, signatories, wording
from engine.agreements.models import (
    AGREEMENT,
    AMENDMENT,
    ANNEX,
    EFFECTIVE,
    TO_SIGN,
    VOIDED,
    Agreement,
    Signatory,
    Signature,
)
from engine.agreements.signatories import Line
from engine.documents import printable
from engine.i18n import mark as _
from engine.people import basins, committee_seats, holders, organisations, persons
from engine.people.folding import fold
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import possible_days, references, statuses
from engine.projects.models import CommittedMeans, Project
from engine.projects.recording import coded, project_of, record
from engine.projects.statuses import Status

if TYPE_CHECKING:
    from engine.agreements.differences import Change
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

__all__ = ["EFFECTIVE", "TO_SIGN", "VOIDED", "draft", "kept_text", "latest", "prepare", "versions", "void"]


def prepare(act: Act) -> Mapping[str, Routing]:
    """Draft a version of the agreement and its lines; other means go back to the committee instead.

    A new version voids whatever was signed of the one before (E4).
    Raises `errors.InvalidAnswers` when a capacity that R25 asks for is left out, or on a day before the
    decision that it puts in writing.
    """
    project = project_of(act)
    possible_days.require_since(
        act.work, "occurred_on", act.occurred_on, project.decided_on, project.opened_on
    )
    if act.answers["means_changed"]:
        record(
            act, "agreements.means.changed", project.id, content={"change": act.answers.get("change")}
        )  # fmt: skip
        return {"means_changed": True, "signatory_count": 0}
    lines = chosen(act, project, annex.kinds(project))
    left_out = signatories.missing(signatories.compute(act.work, project, act.today), lines)
    if left_out:
        raise errors.InvalidAnswers(
            {"signatories": [_("Il manque des signataires que la décision demande : un par qualité.")]}
        )
    printable.check({"objective": act.answers["objective"]}, locale=act.work.locale)
    draft(act, project, lines, purpose=act.answers)
    statuses.move(act.work, project, Status.AGREEMENT_TO_SIGN)
    return {"means_changed": False, "signature_refused": False, "signatory_count": len(lines)}


def chosen(act: Act, project: Project, kinds: Iterable[str]) -> list[Line]:
    """The lines as the officer wrote them, each with a person: one known, or added by name and address.

    `kinds` are the texts that they sign.
    """
    lines = []
    for position, row in enumerate(act.answers["signatories"]):
        capacity = str(coded(row["capacity"]))
        person_id = row.get("person_id") or person_named(act.work, row)
        if capacity == signatories.BENEFICIARY:
            organisation_id = project.organisation_id
        else:
            organisation_id = row["organisation_id"]
            if committee_seats.in_conflict(act.work, project.id, organisation_id, act.today):
                raise errors.InvalidAnswers(
                    {
                        f"signatories-{position}-organisation_id": [
                            _("C’est l’entreprise du projet elle-même (D16).")
                        ]
                    }
                )
        lines.append(Line(capacity, organisation_id, person_id, str(coded(row["mode"]))))
    require_ways(act, project, lines, kinds)
    return signatories.in_order(lines)


def require_ways(act: Act, project: Project, lines: Sequence[Line], kinds: Iterable[str]) -> None:
    """Refuse a line that would be signed as the basin does not sign. Raises `errors.InvalidAnswers`."""
    allowed = proving.ways(act.work, project.basin_id, kinds)
    if any(line.way not in allowed for line in lines):
        raise errors.InvalidAnswers({"signatories": [_("Ce bassin ne signe pas de cette manière.")]})


def person_named(work: UnitOfWork, row: Mapping[str, Any]) -> UUID:
    """The person written by name: the one known under that name and address, else a new one."""
    email, name = row.get("email"), row["full_name"]
    for person in persons.by_email(work, email) if email else []:
        if person.search_name == fold(name):
            return person.id
    return persons.add(work, full_name=name, email=email, phone=row.get("phone")).id


def draft(
    act: Act,
    project: Project,
    lines: Sequence[Line],
    *,
    purpose: Mapping[str, Any],
    reason: str = "new_version",
) -> Agreement:
    """Write the next version: the same number, another text, the earlier version voided for a `reason`.

    `purpose` has the `objective` and the `jobs_target`, as the officer wrote them. An advance has an annex
    of its own, signed with it: the operator signs that one alone.
    """
    before = latest(act.work, project.id)
    if before is not None:
        void(act.work, before, reason=reason)
    number = before.number if before else references.next_reference(
        act.work, basin_id=project.basin_id, series=references.AGREEMENTS, year=act.today.year
    )  # fmt: skip
    version = before.version + 1 if before else 1
    has_annex = annex.is_needed(project)
    lines = signatories.in_order(lines)  # The operator’s is the last.
    own = [line for line in lines if line.capacity != signatories.OPERATOR] if has_annex else lines
    text = text_of(act, project, lines, number=number, version=version) | {
        name: purpose.get(name) for name in ("objective", "jobs_target")
    }
    of_agreement = text | {"has_annex": has_annex, "signatories": text["signatories"][: len(own)]}
    agreement = kept_text(act, project, of_agreement)
    name_signatories(act, project, agreement, own)
    if has_annex:
        beside = kept_text(act, project, text, kind=ANNEX, parent=agreement)
        name_signatories(act, project, beside, lines)
        record(
            act, "agreements.annex.prepared", beside.id, number=beside.number, version=beside.version,
            text_hash=beside.text_hash, lines=len(lines), agreement=agreement.id,
        )  # fmt: skip
    record(
        act, "agreements.agreement.prepared", agreement.id, number=agreement.number,
        version=agreement.version, text_hash=agreement.text_hash, lines=len(own),
    )  # fmt: skip
    return agreement


def kept_text(
    act: Act,
    project: Project,
    text: dict[str, Any],
    *,
    kind: str = AGREEMENT,
    parent: Agreement | None = None,
    instance_id: UUID | None = None,
    decision_id: UUID | None = None,
    changes: Sequence[Change] = (),
    adds: bool = False,
) -> Agreement:
    """Keep a version: its snapshot, the words made from it, their hash; and ask for the file to sign.

    An annex and an amendment have the agreement they belong to as `parent`; an amendment, the process that
    has it signed as `instance_id`, the decision it carries out where there is one, what it `changes`, and
    whether its days come on top.
    """
    locale = papers.language(act.work, project.basin_id)
    body = printable.clean(papers.words(kind, text, changes, locale))
    agreement = Agreement(
        id=new_id(),
        basin_id=project.basin_id,
        project_id=project.id,
        number=text["number"],
        version=text["version"],
        decision_id=decision_id if kind == AMENDMENT else project.decision_id,
        text=text,
        body=body,
        media_type=wording.PLAIN_TEXT,
        text_hash=wording.digest_of(body),
        state=TO_SIGN,
        prepared_on=act.occurred_on,
        prepared_at=act.work.now,
        prepared_by=act.work.actor.person_id,
        kind=kind,
        parent_id=parent.id if parent else None,
        instance_id=instance_id,
        locale=locale,
        changes=[asdict(each) for each in changes],
        adds=adds,
    )
    agreement.paper_id = papers.ask(act.work, agreement)
    act.work.database.add(agreement)
    act.work.database.flush()
    return agreement


def name_signatories(act: Act, project: Project, agreement: Agreement, lines: Sequence[Line]) -> None:
    """Keep the lines to sign, each with its person, who is a signatory of the project from now on."""
    act.work.database.add_all(
        Signatory(
            id=new_id(),
            basin_id=project.basin_id,
            agreement_id=agreement.id,
            position=position,
            capacity=line.capacity,
            person_id=line.person_id,
            organisation_id=line.organisation_id,
            way=line.way,
        )
        for position, line in enumerate(lines)
    )
    for line in lines:
        holders.hold(
            act.work, role=Role.SIGNATORY, case_id=project.id, basin_id=project.basin_id,
            person_id=line.person_id, organisation_id=line.organisation_id,
        )  # fmt: skip


def text_of(
    act: Act, project: Project, lines: Sequence[Line], *, number: str, version: int
) -> dict[str, Any]:
    """The agreement's text as data: what the decision committed, and who commits to it, by name.

    It is a snapshot: whatever changes later in the tables, what was signed can be read again.
    """
    means = means_in_force(act.work, project.id)
    named = {line.organisation_id for line in lines} | {each.company_id for each in means}
    named.add(project.mandatary_organisation_id)
    firms = organisations.names(act.work, {each for each in named if each is not None})
    people = persons.names(act.work, [line.person_id for line in lines] + [project.mandatary_id])
    return terms_of(project) | {
        "number": number,
        "version": version,
        "basin": basins.find(act.work, project.basin_id).name,
        "prepared_on": act.occurred_on.isoformat(),
        "means": [
            {"company": firms.get(each.company_id), "domain": each.domain, "quarter_days": each.quarter_days,
             "day_rate_cents": each.day_rate_cents}
            for each in means
        ],
        "mandatary": people.get(project.mandatary_id) if project.mandatary_id else None,
        "mandatary_organisation": firms.get(project.mandatary_organisation_id)
        if project.mandatary_organisation_id
        else None,
        "signatories": [
            {"capacity": line.capacity, "person": people.get(line.person_id) if line.person_id else None,
             "organisation": firms.get(line.organisation_id) if line.organisation_id else None}
            for line in lines
        ],
    }  # fmt: skip


def terms_of(project: Project) -> dict[str, Any]:
    """What the project and its decision say of the agreement, whoever signs it."""
    return {
        "project": project.reference,
        "firm": project.firm,
        "siret": project.siret,
        "city": project.city,
        "decision": project.decision_id.hex if project.decision_id else None,
        "decision_number": project.decision_number,
        "decided_on": project.decided_on.isoformat() if project.decided_on else None,
        "advance_cents": project.advance_cents,
        "advance_months": project.advance_months,
        "advance_deferral_months": project.advance_deferral_months,
        "follow_up_months": project.follow_up_months,
        "cadence_months": project.cadence_months,
        "charter_version": project.charter_version,
    }


def means_in_force(work: UnitOfWork, project_id: UUID) -> list[CommittedMeans]:
    """The days that companies commit to a project today, in the decision's order."""
    return list(
        work.database.scalars(
            sa.select(CommittedMeans)
            .where(CommittedMeans.project_id == project_id, CommittedMeans.in_force.is_(True))
            .order_by(CommittedMeans.position)
        )
    )


def day_of(text: str | None) -> date | None:
    """A day as a snapshot keeps it."""
    return date.fromisoformat(text) if text else None


def void(work: UnitOfWork, agreement: Agreement, *, reason: str) -> None:
    """Void a version and its annex, with every signature given on them; all stay, to be read."""
    if agreement.voided_at is not None:
        return
    texts = [agreement, *annex.all_of(work, agreement)]
    for text in texts:
        text.state, text.voided_at, text.void_reason = VOIDED, work.now, reason
    work.database.execute(
        sa.update(Signature)
        .where(Signature.agreement_id.in_([text.id for text in texts]), Signature.voided_at.is_(None))
        .values(voided_at=work.now)
    )
    is_amendment = agreement.kind == AMENDMENT
    work.record(
        "agreements.amendment.voided" if is_amendment else "agreements.agreement.voided",
        chain=agreement.project_id, subject=agreement.id,
        basin_id=agreement.basin_id, number=agreement.number, version=agreement.version, reason=reason,
    )  # fmt: skip


def latest(work: UnitOfWork, project_id: UUID) -> Agreement | None:
    """The last version of a project's agreement, voided or not; its annexes and amendments left out."""
    return work.database.scalars(
        sa.select(Agreement)
        .where(Agreement.project_id == project_id, Agreement.kind == AGREEMENT)
        .order_by(Agreement.version.desc())
        .limit(1)
    ).first()


def versions(work: UnitOfWork, project_id: UUID) -> list[Agreement]:
    """Every version of a project's agreement, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Agreement)
            .where(Agreement.project_id == project_id, Agreement.kind == AGREEMENT)
            .order_by(Agreement.version.desc())
        )
    )
