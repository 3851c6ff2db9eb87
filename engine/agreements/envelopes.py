"""The sealed envelope of a signed text: its evidence page, and the very file that was signed (D31)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel import dates

from engine.agreements import annex, evidence, papers, phrasing, proving, signatories
from engine.agreements.evidence import Evidence
from engine.agreements.models import AGREEMENT, AMENDMENT, ANNEX, Agreement, Signature
from engine.documents import requests
from engine.documents.making import Sheet
from engine.i18n import mark as _
from engine.i18n import translate
from engine.outbox import notify
from engine.people import assignments, basins, holders
from engine.people.models import Role
from engine.projects.models import Document, Project
from engine.projects.recording import find

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.persistence.unit_of_work import UnitOfWork

KIND = "envelope"
STANDARD = "a-3a+ua-1"  # The one that carries the file that was signed.
MAIL = "agreement_archived"
PDF, TEXT, FACTS = "application/pdf", "text/plain", "application/json"
TITLES = {
    AGREEMENT: _("Enveloppe de la convention {number}, version {version}"),
    ANNEX: _("Enveloppe de l’annexe à la convention {number}, version {version}"),
    AMENDMENT: _("Enveloppe de l’avenant {number}, version {version}"),
}
FILES = {
    AGREEMENT: _("Enveloppe {number} v{version}.pdf"), ANNEX: _("Enveloppe annexe {number} v{version}.pdf"),
    AMENDMENT: _("Enveloppe avenant {number} v{version}.pdf"),
}  # fmt: skip
WAYS = {
    signatories.ONLINE: _("en ligne"), proving.PAPER: _("sur papier"),
    proving.PROVIDER: _("par un prestataire de signature"),
}  # fmt: skip
MEANS = {
    "task_code": _("un code à usage unique envoyé à son adresse avec le lien de la tâche"),
    "sign_in_code": _("un code à usage unique envoyé à son adresse pour se connecter"),
    "signature_code": _("un code à usage unique envoyé à son adresse pour signer"),
    "second_factor": _("son mot de passe et un code de son téléphone"),
    "provider": _("le prestataire de signature"),
}
BY_OFFICER = _("{name}, qui a enregistré l’exemplaire numérisé « {file} », empreinte {digest}")
ATTESTING = _(
    "{name}, qui a enregistré l’exemplaire numérisé « {file} », empreinte {digest}, et atteste détenir "
    "l’original"
)
WHY = {
    "new_version": _("le texte a changé le {day}"),
    "mandatary_replaced": _("le mandataire a été remplacé le {day}"),
    "signatory_replaced": _("un signataire a été remplacé le {day}"),
    "returned_to_committee": _("le texte est revenu au comité le {day}"),
}
ANOTHER_REASON = _("annulée le {day}")


def ask_for(work: UnitOfWork, text: Agreement) -> UUID:
    """Ask for the envelope of a text that everybody has signed: it is sealed once the act has committed."""
    return requests.ask(
        work, kind=KIND, subject_id=text.id, chain_id=text.project_id, basin_id=text.basin_id,
        project_id=text.project_id, locale=text.locale, audience=papers.AUDIENCE,
        name=translate(FILES[text.kind], text.locale, number=text.number, version=text.version),
    )  # fmt: skip


def sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the envelope is made of: who signed, how they were known, when, on what; and the signed file."""
    text = work.database.get_one(Agreement, paper.subject_id)
    say = {"number": text.number, "version": text.version}
    name, path, media_type = signed_file(text)
    supplements = list(given_by_providers(work, text))
    zone = basins.zone_of(work, text.basin_id)
    signed = evidence.of(work, text)
    scanned = {each.id: each for each in scans_of(work, signed)}
    data = papers.masthead(work, text, paper) | {
        "title": translate(TITLES[text.kind], text.locale, **say),
        "name": papers.blocks_of(text)[0]["text"],
        **say,
        "digest": proving.signed_hash(text),
        "effective_on": text.effective_on.isoformat() if text.effective_on else "",
        "sealed_at": in_full(work.wall, ZoneInfo("UTC"), text.locale) + " UTC",
        "file": {"path": path, "name": name, "media_type": media_type},
        "lines": [line(each, text.locale, zone, scanned) for each in signed],
        "voided": list(earlier(work, text, zone)),
        "supplements": [each for each, _hash in supplements],
    }
    stored = {each["path"]: content_hash for each, content_hash in supplements}
    if text.file_hash is not None:
        stored[path] = text.file_hash
    return Sheet(
        "envelope@1", data, standard=STANDARD, from_store=stored,
        attachments={} if text.file_hash else {path: text.body.encode()},
        is_sealed=True, reason=data["title"], place=data["basin"],
    )  # fmt: skip


def signed_file(text: Agreement) -> tuple[str, str, str]:
    """What was signed: its name for a reader, its name in the envelope, its type.

    A text signed before there were files is its own words, or its facts, byte for byte.
    """
    stem = f"{text.number}-v{text.version}" + ("-annexe" if text.kind == ANNEX else "")
    if text.file_hash is not None:
        name = translate(papers.FILES[text.kind], text.locale, number=text.number, version=text.version)
        return name, f"{stem}.pdf", PDF
    if text.media_type == FACTS:
        return f"{stem}.json", f"{stem}.json", FACTS
    return f"{stem}.txt", f"{stem}.txt", TEXT


def scans_of(work: UnitOfWork, signed: Iterable[Evidence]) -> Iterable[Document]:
    """The scans of what was signed on paper: named with their hash, and not joined."""
    wanted = [each.scan_id for each in signed if each.scan_id is not None]
    return work.database.scalars(sa.select(Document).where(Document.id.in_(wanted))) if wanted else ()


def line(each: Evidence, locale: str, zone: ZoneInfo, scanned: Mapping[UUID, Document]) -> dict[str, Any]:
    """One signature as the page says it: the programme’s instants, in universal and in local time."""
    is_online = each.mode == signatories.ONLINE
    here = dates.format_time(each.at.astimezone(zone), "medium", locale=phrasing.REGIONS[locale])
    return {
        "person": each.person,
        "organisation": each.organisation,
        "capacity": translate(phrasing.CAPACITIES.get(each.capacity, each.capacity), locale),
        "way": translate(WAYS.get(each.mode, each.mode), locale),
        "means": means(each, locale, scanned),
        "instant": in_full(each.at, ZoneInfo("UTC"), locale) + " UTC" if is_online
        else phrasing.day(each.signed_on.isoformat(), locale),
        "local": translate(_("{time}, heure du bassin"), locale, time=here) if is_online else None,
        "address": each.address,
        "digest": each.digest,
        "consent": each.consent,
    }  # fmt: skip


def means(each: Evidence, locale: str, scanned: Mapping[UUID, Document]) -> str:
    """How the signatory was known to be who they are; nothing for what was signed before that was kept."""
    scan = scanned.get(each.scan_id) if each.scan_id is not None else None
    if each.mode == proving.PAPER and each.recorded_by and scan is not None:
        return translate(
            ATTESTING if each.is_attested else BY_OFFICER, locale, name=each.recorded_by, file=scan.name,
            digest=scan.content_hash,
        )  # fmt: skip
    return translate(MEANS[each.identified_by], locale) if each.identified_by in MEANS else ""


def in_full(instant: datetime, zone: ZoneInfo, locale: str) -> str:
    """« 20 novembre 2026 à 14:02:31 »."""
    local = instant.astimezone(zone)
    at = dates.format_time(local, "HH:mm:ss", locale=phrasing.REGIONS[locale])
    day = phrasing.day(local.date().isoformat(), locale)
    return translate(_("{day} à {time}"), locale, day=day, time=at)


def earlier(work: UnitOfWork, text: Agreement, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """The versions that this one replaced, with every signature they bore, and why each was voided."""
    rows = work.database.scalars(
        sa.select(Agreement)
        .where(
            Agreement.project_id == text.project_id,
            Agreement.kind == text.kind,
            Agreement.number == text.number,
            Agreement.version < text.version,
            Agreement.voided_at.is_not(None),
        )
        .order_by(Agreement.version)
    )
    for each in rows:
        voided_on = each.voided_at.astimezone(zone).date() if each.voided_at else text.prepared_on
        day = phrasing.day(voided_on.isoformat(), text.locale)
        why = translate(WHY.get(each.void_reason or "", ANOTHER_REASON), text.locale, day=day)
        yield {"version": each.version, "why": why}


def given_by_providers(work: UnitOfWork, text: Agreement) -> Iterator[tuple[dict[str, str], str]]:
    """The proofs that providers gave of their signatures, to be joined as they are, with their hashes."""
    rows = work.database.scalars(
        sa.select(Document)
        .join(Signature, Signature.evidence_id == Document.id)
        .where(Signature.agreement_id == text.id, Signature.struck_at.is_(None))
        .order_by(Document.recorded_at, Document.id)
        .distinct()
    )
    for number, each in enumerate(rows, start=1):
        described = {
            "path": f"preuve-{number}", "name": each.name, "media_type": each.content_type,
            "digest": each.content_hash,
        }  # fmt: skip
        yield described, each.content_hash


def archived(work: UnitOfWork, paper: Paper) -> None:
    """Keep the envelope beside its text; once every text signed together has its own, send them to all."""
    text = work.database.get_one(Agreement, paper.subject_id)
    text.envelope_id = paper.id
    work.flush_objects()
    work.record(
        "agreements.envelope.archived", chain=text.project_id, subject=text.id, basin_id=text.basin_id,
        text=text.kind, version=text.version, envelope=str(paper.id), content_hash=paper.content_hash,
    )  # fmt: skip
    issue = signed_together(work, text)
    if all(each.envelope_id is not None for each in issue):
        tell(work, issue)


def signed_together(work: UnitOfWork, text: Agreement) -> list[Agreement]:
    """An agreement and its annex, whichever is given; an amendment alone."""
    if text.kind == AMENDMENT:
        return [text]
    first = work.database.get_one(Agreement, text.parent_id) if text.parent_id else text
    return [first, *annex.all_of(work, first)]


def tell(work: UnitOfWork, issue: list[Agreement]) -> None:
    """Write to everybody with the sealed files joined: once, whoever archives the last of them."""
    first = issue[0]
    project = find(work, first.project_id)
    notify.post(
        work,
        [
            notify.row(
                work, kind=MAIL, recipient_id=person_id, case_id=project.id, basin_id=project.basin_id,
                reference=project.reference, dedupe_key=f"{MAIL}:{first.id}:{person_id}",
                data={
                    "number": first.number, "version": first.version, "agreement": str(first.id),
                    "text": first.kind,
                },
            )
            for person_id in readers(work, project, issue)
        ],
    )  # fmt: skip


def readers(work: UnitOfWork, project: Project, issue: Iterable[Agreement]) -> list[UUID]:
    """Everybody who signed, the head of the firm, the mandatary and the officers of the basin, each once."""
    on = basins.today(work, project.basin_id)
    found: list[UUID | None] = [
        each.person_id for text in issue for each in signatories.lines_of(work, text.id)
    ]
    for role in (Role.SME_HEAD, Role.MANDATARY):
        held = holders.holder(work, role=role, case_id=project.id, on=on)
        found.append(held.person_id if held else None)
    found += [each.person_id for each in assignments.of_basin(work, project.basin_id, on, Role.OPERATOR)]
    return list(dict.fromkeys(each for each in found if each is not None))


def files_of(work: UnitOfWork, data: Mapping[str, Any]) -> list[Paper]:
    """The sealed files that the mail about an agreement joins, the agreement’s first."""
    text = work.database.get(Agreement, UUID(str(data["agreement"])))
    issue = signed_together(work, text) if text is not None else []
    return [requests.find(work, each.envelope_id) for each in issue if each.envelope_id is not None]
