"""Say what is wrong or unsafe with an installation, and whether its figures match its history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import surroundings
from engine.agreements import provider_requests
from engine.analytics import readiness
from engine.documents import making, plain, requests
from engine.documents.models import Paper, State, has_failed
from engine.documents.workshop import SealWaits, Silent
from engine.errors import EngineError
from engine.outbox.models import Message, Outcome
from engine.people import basins
from engine.persistence import anchors, history
from engine.persistence.database import reason_of
from engine.retention import contents
from engine.runtime import cases, incidents
from engine.runtime.models import Incident, Instance, Task
from engine.settings import DEFAULT_SECRET, Settings

if TYPE_CHECKING:
    from engine.app import Engine
    from engine.documents.workshop import Certificate
    from engine.persistence.unit_of_work import UnitOfWork

SECRETS = {"secret_key", "smtp_url", "bounce_url", "database_url", "seal_passphrase"}
SIGNED_IN = re.compile("//[^/@]*@")  # An address that names an account and its password.
MEANINGS = {
    "database_url": "où sont les données : sqlite:///… ou postgresql+psycopg://…",
    "secret_key": "le secret qui signe les sessions ; ALIZE_SECRET_KEY_FILE peut nommer un fichier",
    "base_url": "l’adresse publique, mise dans les courriels",
    "smtp_url": "smtp://… ; vide : en production, les courriels attendent",
    "bounce_url": "maildir://… ou imap://… : où reviennent les courriels refusés",
    "mail_from": "l’expéditeur des courriels",
    "clock": "real ou simulated",
    "environment": "production, demo ou test ; inscrit pour toujours dans la base",
    "data_dir": "où sont les documents",
    "log_format": "text ou json",
    "metrics_port": "le port des mesures, sur cette machine seulement ; 0 : aucun",
    "proxies": "combien de mandataires HTTP précèdent l’application, et donnent l’adresse des visiteurs",
    "seal_certificate": "le fichier PKCS#12 du cachet ; vide : en production, ce qui doit être scellé attend",
    "seal_passphrase": "sa phrase de passe ; ALIZE_SEAL_PASSPHRASE_FILE peut nommer un fichier",
    "tsa_url": "le service d’horodatage des cachets (RFC 3161) ; vide : aucun",
    "tsa_certificate": "le certificat PEM que ses réponses doivent porter",
    "signature_provider": "chez qui l’on signe hors d’ici ; vide : personne, local : une démonstration",
    "publisher": "qui publie : nom, adresse, téléphone, responsable ; pour les mentions légales",
    "hosting": "qui héberge, de même ; vide : qui publie",
    "data_protection": "à qui s’adresser pour ses données : le délégué à leur protection, s’il y en a un",
    "security_contact": "le courriel qui reçoit le signalement d’une faille ; vide : la page d’aide",
}

LEAST_SECRET = 32  # Characters: as many as 128 bits take, written in hexadecimal.
# A certificate is asked for, paid for and delivered: that takes weeks.
EXPIRES_SOON = timedelta(days=60)

MATTERS = {
    readiness.Matter.TERRITORY: "territoire",
    readiness.Matter.PROCESS: "processus",
    readiness.Matter.OPERATOR: "structure opératrice",
    readiness.Matter.OFFICER: "opérateur",
    readiness.Matter.COMPANIES: "entreprises partenaires",
    readiness.Matter.SEATS: "sièges",
    readiness.Matter.CHAIR: "présidence",
    readiness.Matter.AGREEMENT: "convention de partenariat",
    readiness.Matter.PARAMETERS: "paramètres",
    readiness.Matter.SESSION: "séance",
    readiness.Matter.PROJECT: "projets",
}
WAITS = {
    readiness.Need.PROJECT: "aucun projet avant cela",
    readiness.Need.DECISION: "aucune décision avant cela",
    readiness.Need.PROGRAMME: "",
}


def settings_lines(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """Each setting: its name, whether it was given, its value (never a secret's), what it is for."""
    for field in fields(settings):
        name = f"ALIZE_{field.name.upper()}"
        is_given = name in environ or f"{name}_FILE" in environ
        given = "donné" if is_given else "par défaut"
        value = "…" if field.name in SECRETS and is_given else getattr(settings, field.name)
        value = SIGNED_IN.sub("//…@", str(value))
        if field.name == "secret_key":
            value = "…"
        yield f"{name}={value}  ({given}) {MEANINGS[field.name]}"


def problems(engine: Engine, *, network: bool = False) -> Iterator[str]:
    """What is wrong, one sentence each; nothing when all is well. `network` asks other servers too."""
    settings = engine.settings
    if settings.secret_key == DEFAULT_SECRET and settings.environment != "test":
        yield "ALIZE_SECRET_KEY : le secret par défaut ne convient qu’à une démonstration."
    elif settings.environment == "production" and len(settings.secret_key) < LEAST_SECRET:
        yield "ALIZE_SECRET_KEY : trop court, il se devine : « openssl rand -hex 32 » en donne un bon."
    if settings.environment == "production" and not settings.base_url.startswith("https://"):
        yield "ALIZE_BASE_URL : sans https, les sessions peuvent être lues sur le réseau."
    if settings.environment == "production" and not settings.smtp_url:
        yield "ALIZE_SMTP_URL : vide, aucun courriel ne part : ni invitation, ni code de connexion."
    yield from notice_problems(settings)
    yield from surroundings.proxy_problems(settings)
    yield from surroundings.disk_problems(settings)
    yield from seal_problems(engine, network=network)
    if network:
        yield from surroundings.mail_server_problems(settings)
        yield from surroundings.certificate_problems(settings.base_url, engine.database.clock.wall())
    try:
        engine.require_ready()
        engine.require_promises()
    except EngineError as refusal:
        yield " ".join(filter(None, (refusal.message, reason_of(refusal))))
        return
    with engine.database.start_reading() as work:
        yield from surroundings.standing_problems(work, settings)
        yield from surroundings.tick_problems(work)
        yield from surroundings.mail_problems(work)
        yield from surroundings.clock_problems(work)
        yield from surroundings.instance_problems(work)
        waiting = work.connection.execute(
            sa.select(sa.func.count()).select_from(Incident).where(incidents.IS_OPEN)
        ).scalar_one()
        if waiting:
            yield f"{waiting} incident(s) attendent l’administrateur."
        yield from papers_problems(work)
        yield from lost_problems(engine, work)
        yield from provider_problems(engine, work)
        yield from figures_problems(work)
        yield from history_problems(work)


def notice_problems(settings: Settings) -> Iterator[str]:
    """What the legal notice lacks (loi nº 2004-575, article 1-1; règlement (UE) 2016/679, article 13)."""
    if settings.environment != "production":
        return
    if not settings.publisher:
        yield "ALIZE_PUBLISHER : vide, les mentions légales ne disent pas qui publie ce site."
    if not settings.data_protection:
        yield "ALIZE_DATA_PROTECTION : vide, personne ne sait à qui s’adresser pour ses données."


def seal_problems(engine: Engine, *, network: bool = False) -> Iterator[str]:
    """What is wrong with the certificate and the timestamps that the settings name, or soon will be."""
    if not engine.settings.seal_certificate or engine.workshop is None:
        if engine.settings.environment == "production":
            yield "ALIZE_SEAL_CERTIFICATE : vide, ce qui doit être scellé attend."
        return
    wall = engine.database.clock.wall()
    try:
        certificate = engine.workshop.certificate(wall)
    except (SealWaits, Silent) as refusal:
        yield f"ALIZE_SEAL_CERTIFICATE : {refusal.message}"
        return
    if certificate.valid_until < wall + EXPIRES_SOON:
        yield f"ALIZE_SEAL_CERTIFICATE : valable jusqu’au {certificate.valid_until:%d/%m/%Y} seulement."
    if not certificate.commits:
        yield "ALIZE_SEAL_CERTIFICATE : son usage ne comprend pas l’engagement (nonRepudiation)."
    if network and engine.settings.tsa_url:
        yield from stamp_problems(engine, certificate)


def stamp_problems(engine: Engine, certificate: Certificate) -> Iterator[str]:
    """What is wrong with the service of timestamps, asked for one on a page that nobody keeps."""
    if engine.workshop is None:
        return
    try:
        engine.workshop.seal(
            plain.one_page(b"{}"), certificate=certificate, reason="", place="",
            tsa_url=engine.settings.tsa_url, tsa_trust=making.tsa_trust(engine.settings),
        )  # fmt: skip
    except EngineError as refusal:
        yield f"ALIZE_TSA_URL : {refusal.message}"


def papers_problems(work: UnitOfWork) -> Iterator[str]:
    """Documents that nobody could make, or that are late, each time with the reason."""
    for state, failure, count in requests.stuck(work):
        if state == State.FAILED:
            yield f"{count} document(s) n’ont pas pu être préparés : {failure}"
        else:
            reason = failure or "aucun ordonnanceur ne les prépare."
            yield f"{count} document(s) attendent depuis plus de dix minutes : {reason}"


def lost_problems(engine: Engine, work: UnitOfWork) -> Iterator[str]:
    """Documents of which the database speaks, and that are not where they are kept."""
    lost = contents.lost(work, engine.store)
    if lost:
        yield (
            f"{len(lost)} document(s) que la base nomme ne sont pas dans {engine.documents} "
            f"({lost[0][:12]}…) : ce disque est-il le bon ? "
            f"Sinon, reprenez-les dans le dossier « documents » d’une sauvegarde."
        )


def provider_problems(engine: Engine, work: UnitOfWork) -> Iterator[str]:
    """Signatures that wait for a provider where the installation has none."""
    waiting = 0 if engine.provider is not None else provider_requests.count_waiting(work)
    if waiting:
        yield f"ALIZE_SIGNATURE_PROVIDER : vide, {waiting} signature(s) attendent un prestataire."


def history_problems(
    work: UnitOfWork, *, known_roots: Iterable[str] = (), progress: Callable[[], None] = lambda: None
) -> Iterator[str]:
    """Everything that is wrong with the history: entries, anchors, and where each chain ends."""
    yield from anchors.problems(work, known_roots=known_roots, progress=progress)
    yield from anchors.heads_problems(work, cases.instance, cases.instance.c.id)
    yield from anchors.heads_problems(work, history.chain_head, history.chain_head.c.chain_id)


def unfinished(work: UnitOfWork) -> Iterator[str]:
    """What the basins still lack before their first project: nothing is wrong, something is to be done."""
    known = basins.every(work)
    if not known:
        yield "Aucun bassin encore : « alize basin add NOM --code SIGLE », ou la page Bassins."
    for basin in known:
        points = readiness.points(work, basin)
        for point in points:
            if not point.is_done and point.matter is not readiness.Matter.PROJECT:
                yield f"{basin.name} : {said(point)}"


def said(point: readiness.Point) -> str:
    """A point of a basin's checklist in French: what it is about, how it stands, what waits for it."""
    values = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, date) else value
        for name, value in point.values.items()
    }
    waiting = "" if point.is_done or not WAITS[point.need] else f" ({WAITS[point.need]})"
    return f"{MATTERS[point.matter]} – {point.sentence.format(**values)}{waiting}"


@dataclass(frozen=True, slots=True)
class Pulse:
    """How many things wait, of which some too long: what a supervision looks at."""

    open_tasks: int
    late_tasks: int
    mails_pending: int
    mails_dead: int
    incidents: int
    papers_waiting: int
    papers_failed: int


def pulse(work: UnitOfWork) -> Pulse:
    """Count what waits, in one statement."""
    counts = (
        sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()
        for table, *conditions in (
            (Task, Task.closed_at.is_(None)),
            (Task, Task.closed_at.is_(None), Task.due_at < work.now),
            (Message, Message.outcome.is_(None)),
            (Message, Message.failed_at.is_not(None), Message.outcome == Outcome.DEAD.value),
            (Incident, incidents.IS_OPEN),
            (Paper, requests.is_late(work)),
            (Paper, has_failed),
        )
    )
    return Pulse(*work.connection.execute(sa.select(*counts)).one())


def figures_problems(work: UnitOfWork) -> Iterator[str]:
    """Facts that do not match the history: figures read the tasks, the history is the proof (D23)."""
    entry = history.history
    for kind, condition, words in (
        ("runtime.task.opened", sa.true(), "ouvertes"),
        ("runtime.task.completed", Task.outcome == "completed", "accomplies"),
    ):
        told = sa.select(entry.c.subject_id).where(entry.c.kind == kind)
        facts = sa.select(Task.id).where(condition)
        sides = ((facts, told, "absentes de l’historique"), (told, facts, "absentes des faits"))
        for one, other, what in sides:
            missing = work.connection.execute(
                sa.select(sa.func.count()).select_from(one.except_(other).subquery())
            ).scalar_one()
            if missing:
                yield f"{missing} tâche(s) {words} {what}."
    orphans = work.connection.execute(
        sa.select(sa.func.count())
        .select_from(Task)
        .join(Instance, Instance.id == Task.instance_id)
        .where(Task.closed_at.is_(None), Instance.ended_at.is_not(None))
    ).scalar_one()
    if orphans:
        yield f"{orphans} tâche(s) ouverte(s) sur un processus terminé."
