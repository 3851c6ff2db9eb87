"""What an installation stands on, told in words: disk, clock, schedulers, mail, backups, certificate."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import sqlalchemy as sa

from engine.outbox import smtp
from engine.outbox.models import Message, Outcome
from engine.outbox.transport import TemporaryFailure
from engine.persistence import claims, history, installation
from engine.runtime import rebuilding

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.settings import Settings

GIGABYTE = 10**9
LEAST_LEFT = GIGABYTE
LEAST_SHARE = 0.05
STOPPED_AFTER = timedelta(minutes=3)  # A tick that has nothing to do is noted once a minute.
WAITS_TOO_LONG = timedelta(hours=1)
BACKUP_EVERY = timedelta(hours=36)
DRIFT = timedelta(seconds=5)
CERTIFICATE_ENDS = timedelta(days=21)
ANSWERS_WITHIN = 5.0
# As many are read again by a look at the whole; beyond, by the command made for it.
AT_MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Room:
    """How much is left of a disk."""

    where: Path
    free: int
    total: int

    @property
    def is_short(self) -> bool:
        """Whether somebody should make room today."""
        return self.free < LEAST_LEFT or self.free < self.total * LEAST_SHARE


def rooms(settings: Settings) -> Iterator[Room]:
    """The disk of documents, then that of the database where it is a file, on another one."""
    seen = set()
    url = sa.make_url(settings.database_url)
    folders = [Path(settings.data_dir)]
    if url.get_backend_name() == "sqlite" and url.database:
        folders.append(Path(url.database).parent)
    for folder in folders:
        there = next(each for each in (folder, *folder.resolve().parents) if each.exists())
        device = there.stat().st_dev
        if device not in seen:
            seen.add(device)
            usage = shutil.disk_usage(there)
            yield Room(there.resolve(), usage.free, usage.total)


def disk_problems(settings: Settings) -> Iterator[str]:
    """A disk that is nearly full, a folder that nobody may write to."""
    for room in rooms(settings):
        if room.is_short:
            yield (
                f"Il reste {room.free / GIGABYTE:.1f} Go sur le disque de {room.where} "
                f"({room.free * 100 // room.total} %) : faites de la place, ou agrandissez-le."
            )
    for name, path in written_to(settings):
        if path.exists() and not os.access(path, os.W_OK):
            yield f"ALIZE_{name} : {path} n’est pas accessible en écriture à cet utilisateur : chown, chmod."


def written_to(settings: Settings) -> Iterator[tuple[str, Path]]:
    """What the programme writes to, with the setting that names it: folders, the file of SQLite."""
    folder, url = Path(settings.data_dir), sa.make_url(settings.database_url)
    yield from (("DATA_DIR", each) for each in (folder, folder / "documents"))
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        yield from (("DATABASE_URL", each) for each in (file.parent, file) if each != folder)


def proxy_problems(settings: Settings) -> Iterator[str]:
    """Everybody under one network address, which one guesser would shut out."""
    is_served = settings.environment == "production" and settings.base_url.startswith("https://")
    if is_served and not settings.proxies:
        yield (
            "ALIZE_PROXIES : 0, alors que TLS suppose un mandataire : tous auraient la même "
            "adresse, et un seul "
            "curieux bloquerait tout le monde. Donnez 1."
        )


def standing_problems(work: UnitOfWork, settings: Settings) -> Iterator[str]:
    """A base that waits, a copy, a backup that is too old or was never made."""
    standing = installation.standing(work)
    if standing.is_held:
        yield "Cette base est retenue depuis une restauration : lancez « alize resume »."
    if standing.is_copy_at(settings.base_url):
        where = standing.address or "une copie restaurée par « --as-copy »"
        yield (
            f"C’est une copie ({where}), rien n’en part. Si elle a déménagé à {settings.base_url} : "
            "« alize resume --moved »."
        )
    elif settings.environment == "production":
        yield from backup_problems(standing.backed_up_at, work.wall)


def backup_problems(backed_up_at: datetime | None, wall: datetime) -> Iterator[str]:
    """A backup that is too old, or that nobody ever made."""
    if backed_up_at is None:
        yield (
            "Aucune sauvegarde n’a encore été faite : « alize backup FICHIER », chaque nuit, "
            "sur un autre disque."
        )
    elif wall - backed_up_at > BACKUP_EVERY:
        yield (
            f"La dernière sauvegarde date du {backed_up_at:%d/%m/%Y à %H:%M} UTC : "
            "voyez pourquoi la suivante ne s’est pas faite (systemctl status alize-backup)."
        )


def tick_problems(work: UnitOfWork) -> Iterator[str]:
    """A scheduler that stopped or never ran, a tick that fails each time, in the words of its failure."""
    if installation.is_held(work):
        return
    latest: dict[str, sa.Row[tuple[object, ...]]] = {}
    for run in claims.runs(work):
        latest.setdefault(run.tick, run)
    if not latest:
        yield "Aucun ordonnanceur n’a encore tourné : « alize serve », ou « alize scheduler »."
        return
    last = max(run.last_started_at for run in latest.values())
    if work.wall - last > STOPPED_AFTER:
        yield (
            f"Aucun ordonnanceur ne tourne depuis le {last:%d/%m/%Y à %H:%M} UTC : ni échéance, ni courriel. "
            "Relancez « alize scheduler » (systemctl restart alize-scheduler)."
        )
    for name, run in sorted(latest.items()):
        if run.last_error:
            yield f"La tâche de fond « {name} » échoue : {run.last_error}"


def mail_problems(work: UnitOfWork) -> Iterator[str]:
    """Mail that should have left long ago, or was given up."""
    due = (Message.outcome.is_(None), Message.send_after <= work.now - WAITS_TOO_LONG)
    count, oldest, failure = work.connection.execute(
        sa.select(sa.func.count(), sa.func.min(Message.send_after), sa.func.max(Message.failure)).where(*due)
    ).one()
    if count and not installation.is_held(work):
        reason = failure or "rien ne les a encore refusés."
        yield (
            f"{count} courriel(s) auraient dû partir, le premier le {oldest:%d/%m/%Y à %H:%M} UTC : {reason}"
        )
    dead = work.connection.scalar(
        sa.select(sa.func.count()).where(
            Message.failed_at.is_not(None), Message.outcome == Outcome.DEAD.value
        )
    )
    if dead:
        yield (
            f"{dead} courriel(s) abandonné(s) après huit essais : Administration, Courriels "
            "les fait repartir."
        )


def mail_server_problems(settings: Settings) -> Iterator[str]:
    """A mail server that does not answer, or knows neither the account nor its password; nothing is sent."""
    if settings.environment != "production" or not settings.smtp_url:
        return
    try:
        smtp.try_out(settings.smtp_url)
    except TemporaryFailure as failure:
        yield (
            f"ALIZE_SMTP_URL : le serveur de courriel ne répond pas, ou refuse ({failure}) : "
            "vérifiez l’adresse, le compte et le mot de passe."
        )


def oldest_mail(work: UnitOfWork) -> float:
    """Since how many seconds the first mail due has been waiting; 0 when none is."""
    oldest = work.connection.scalar(
        sa.select(sa.func.min(Message.send_after)).where(
            Message.outcome.is_(None), Message.send_after <= work.now
        )
    )
    return 0.0 if oldest is None else (work.now - oldest).total_seconds()


def database_size(work: UnitOfWork) -> int:
    """How many bytes the database takes."""
    query = (
        "SELECT pg_database_size(current_database())"
        if work.connection.dialect.name == "postgresql"
        else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    return work.connection.scalar(sa.text(query)) or 0


def clock_problems(work: UnitOfWork) -> Iterator[str]:
    """A machine that is ahead of the database's, or behind what the history has already recorded."""
    if work.connection.dialect.name == "postgresql":
        there = work.connection.scalar(sa.select(sa.func.clock_timestamp()))
        drift = abs(work.wall - there) if there is not None else timedelta()
        if drift > DRIFT:
            yield (
                "L’horloge de cette machine et celle de la base diffèrent de "
                f"{drift.total_seconds():.0f} s : "
                "réglez-les par NTP (timedatectl)."
            )
    newest = work.connection.scalar(sa.select(sa.func.max(history.history.c.recorded_at)))
    if newest is not None and newest > work.now + DRIFT:
        yield (
            f"L’historique a une entrée du {newest:%d/%m/%Y à %H:%M} UTC, après l’heure de cette machine : "
            "son horloge retarde, ou a avancé. Réglez-la par NTP (timedatectl)."
        )


def instance_problems(work: UnitOfWork) -> Iterator[str]:
    """Projects whose saved state is damaged."""
    count = rebuilding.count_live(work)
    if count > AT_MOST_READ:
        return
    for each in rebuilding.damaged(work):
        yield (
            f"L’état enregistré de {each.reference} ({each.process}) est abîmé : "
            f"« alize instance rebuild {each.reference} »."
        )


def certificate_problems(base_url: str, wall: datetime) -> Iterator[str]:
    """The certificate under which people reach the installation: whether it is good, until when."""
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname:
        return
    try:
        ends = certificate_end(parts.hostname, parts.port or 443)
    except ssl.SSLError as error:
        yield (
            f"Le certificat de {parts.netloc} est refusé ({said_by(error)}) : renouvelez-le "
            "(certbot renew, ou Caddy)."
        )
        return
    except OSError as error:
        yield f"{parts.netloc} ne répond pas d’ici ({error}) : le mandataire TLS tourne-t-il ?"
        return
    if ends - wall < CERTIFICATE_ENDS:
        yield (
            f"Le certificat de {parts.netloc} expire le {ends:%d/%m/%Y} : voyez pourquoi il "
            "ne se renouvelle pas."
        )


def said_by(error: ssl.SSLError) -> str:
    """What is wrong with a certificate, in the library's words."""
    return getattr(error, "verify_message", "") or str(error)


def certificate_end(host: str, port: int, context: ssl.SSLContext | None = None) -> datetime:
    """Until when the certificate of a server is good. Raises `ssl.SSLError`, `OSError`."""
    context = context or ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=ANSWERS_WITHIN) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        certificate = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), tz=UTC)
