"""Every knob of an installation, typed, documented and checked at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

ENVIRONMENTS = ("production", "demo", "test")
CLOCKS = ("real", "simulated")
LOG_FORMATS = ("text", "json")
SIGNATURE_PROVIDERS = ("", "local")
ALLOWED = {
    "environment": ENVIRONMENTS, "clock": CLOCKS, "log_format": LOG_FORMATS,
    "signature_provider": SIGNATURE_PROVIDERS,
}  # fmt: skip
NUMBERS = {"metrics_port": "un numéro de port", "proxies": "un nombre de mandataires"}
DATABASES = ("sqlite:", "postgresql+psycopg:")  # The drivers that come with the application.
ADDRESSES = {
    "smtp_url": ("smtp://", "smtp+starttls://", "smtps://"),
    "bounce_url": ("imaps://", "imap://", "maildir://"),
}
DEFAULT_SECRET = "development-only-secret"  # noqa: S105 — refused in production, see `problems`.


class InvalidSettings(ValueError):
    """The environment asks for something that cannot be; each line says what and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told by its environment; read once, passed to `engine.app.build`."""

    database_url: str = "sqlite:///var/alize.db"
    secret_key: str = DEFAULT_SECRET
    base_url: str = "http://127.0.0.1:5000"
    smtp_url: str = ""
    bounce_url: str = ""
    mail_from: str = "Alizé <ne-pas-repondre@exemple.test>"
    clock: str = "real"
    environment: str = "production"
    data_dir: str = "var"
    log_format: str = "text"
    metrics_port: int = 0
    proxies: int = 0
    seal_certificate: str = ""
    seal_passphrase: str = ""
    tsa_url: str = ""
    tsa_certificate: str = ""
    signature_provider: str = ""
    publisher: str = ""
    hosting: str = ""
    data_protection: str = ""
    security_contact: str = ""

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, overrides: Mapping[str, str] | None = None
    ) -> Settings:
        """Read `ALIZE_*` variables; `ALIZE_SECRET_KEY_FILE` may hold the secret instead.

        `overrides` are fields that a command sets whatever the environment says.
        Raises `InvalidSettings` naming every wrong variable.
        """
        environ = os.environ if environ is None else environ
        given: dict[str, str] = {}
        for field in fields(cls):
            name = f"ALIZE_{field.name.upper()}"
            if file := environ.get(f"{name}_FILE"):
                given[field.name] = Path(file).read_text(encoding="utf-8").strip()
            elif environ.get(name):
                given[field.name] = environ[name]
        given |= overrides or {}
        port, proxies = (number_of(given.pop(name, "0"), name) for name in NUMBERS)
        settings = cls(**given, metrics_port=port, proxies=proxies)
        settings.require_valid()
        return settings

    def require_valid(self) -> None:
        """Raise `InvalidSettings` when a value is not one of those allowed, or unsafe."""
        problems = [
            f"ALIZE_{name.upper()}={getattr(self, name)} : "
            f"attendu, l’un de {', '.join(filter(None, allowed))}."
            for name, allowed in ALLOWED.items()
            if getattr(self, name) not in allowed
        ]
        if not is_database(self.database_url):
            problems.append(
                "ALIZE_DATABASE_URL : attendu, sqlite:///chemin ou "
                "postgresql+psycopg://compte:secret@machine/base ; "
                "dans le secret, @ s’écrit %40, / %2F, : %3A, # %23 et % %25."
            )
        problems += [
            f"ALIZE_{name.upper()} : attendu, {' ou '.join(f'{each}…' for each in begins)}"
            for name, begins in ADDRESSES.items()
            if getattr(self, name) and not is_address(getattr(self, name), begins)
        ]
        if self.clock == "simulated" and self.environment == "production":
            problems.append("ALIZE_CLOCK=simulated ne va qu’avec ALIZE_ENVIRONMENT=demo ou test.")
        if self.environment == "production" and self.secret_key == DEFAULT_SECRET:
            problems.append("ALIZE_SECRET_KEY : en production, donnez un secret à vous.")
        if self.environment == "production" and self.signature_provider == "local":
            problems.append(
                "ALIZE_SIGNATURE_PROVIDER=local ne va qu’avec ALIZE_ENVIRONMENT=demo ou test : "
                "personne n’y signe rien."
            )
        if problems:
            raise InvalidSettings("\n".join(problems))


def is_database(url: str) -> bool:
    """Whether this is the address of a database that the application can open; it is never shown."""
    try:
        return url.startswith(DATABASES) and "@" not in (sa.make_url(url).host or "")
    except (sa.exc.ArgumentError, ValueError):
        return False


def is_address(url: str, begins: tuple[str, ...]) -> bool:
    """Whether this names a server, or a folder, in one of these ways."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return url.startswith(begins) and bool(parts.path if parts.scheme == "maildir" else parts.hostname)


def number_of(text: str, name: str) -> int:
    """A number that the environment gives. Raises `InvalidSettings`."""
    if not (text.isascii() and text.isdecimal()):
        raise InvalidSettings(f"ALIZE_{name.upper()}={text} : attendu, {NUMBERS[name]}.")
    return int(text)
