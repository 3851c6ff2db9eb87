"""`alize doctor` on a bad day: no database, no mail server, a certificate that is over; and it tells no secret."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine import doctor, scheduler, surroundings
from engine.clock import RealClock
from engine.documents import certificates
from engine.persistence.database import Database
from engine.projects import documents
from engine.settings import Settings
from tests.consoles import alize_in
from tests.mail_server import MailServer, free_port
from tests.web import installation

NOW = datetime.now(UTC)
ADDRESS = "https://alize.exemple.test"


def certified(folder: Path, *, begins: datetime, ends: datetime, name: str = "127.0.0.1") -> Path:
    """A certificate and its key, in one PEM file, good between two instants."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    with suppress(ValueError):
        names = [x509.IPAddress(ip_address(name))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def served(certificate: Path) -> Iterator[str]:
    """The address of a real server that shows this certificate to whoever comes, until the end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return  # The test is over.
            with plain, suppress(OSError), context.wrap_socket(plain, server_side=True):
                pass

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


@pytest.mark.parametrize(("begins", "ends", "said"), [
    (-10, 80, None),
    (-80, 10, "expire le"),
    (-80, -1, "certificate has expired"),
    (5, 80, "certificate is not yet valid"),
])  # fmt: skip
def test_the_certificate_that_a_server_really_shows_is_judged(tmp_path, monkeypatch, begins, ends, said):
    path = certified(tmp_path, begins=NOW + timedelta(days=begins), ends=NOW + timedelta(days=ends))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))  # Its issuer is believed: only its days are in question.

    with served(path) as address:
        found = list(surroundings.certificate_problems(address, NOW))

    assert [said in each for each in found] == ([] if said is None else [True])


def test_a_certificate_of_another_name_or_of_an_unknown_issuer_is_told(tmp_path, monkeypatch):
    path = certified(
        tmp_path, begins=NOW - timedelta(days=1), ends=NOW + timedelta(days=80), name="ailleurs.test"
    )
    with served(path) as address:
        (unknown,) = surroundings.certificate_problems(address, NOW)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        (other,) = surroundings.certificate_problems(address, NOW)

    assert "self-signed certificate" in unknown
    assert "IP address mismatch" in other


def production(**given: str) -> Settings:
    return Settings(environment="production", base_url=ADDRESS, **given)


def test_a_mail_server_that_is_gone_or_asks_for_another_password_is_told_without_sending():
    gone = f"smtp://127.0.0.1:{free_port()}"
    with MailServer() as server:
        assert list(surroundings.mail_server_problems(production(smtp_url=server.url))) == []
        account = server.url.replace("//", "//alize:CONFIDENTIEL-DU-COURRIEL@")
        (refused,) = surroundings.mail_server_problems(production(smtp_url=account))
        assert server.received == []
    (silent,) = surroundings.mail_server_problems(production(smtp_url=gone))

    for each in (refused, silent):
        assert each.startswith("ALIZE_SMTP_URL\u202f: le serveur de courriel ne répond pas, ou refuse")
        assert "CONFIDENTIEL" not in each
    assert "ConnectionRefusedError" in silent
    assert list(surroundings.mail_server_problems(Settings(environment="demo", smtp_url=gone))) == []


@pytest.fixture
def made(tmp_path):
    """An installation in production with a project and one document; its folder."""
    folder = tmp_path / "made"
    folder.mkdir()
    engine, world = installation.build(folder, RealClock(), environment="production", base_url=ADDRESS)
    project = installation.open_project(engine, world)
    with engine.database.start_work() as work:
        documents.add(work, engine.store, project_id=project, name="devis.pdf", content=b"%PDF-1.4 devis")
    engine.close()
    return folder


@pytest.fixture
def alize(made):
    """Its command line."""
    return alize_in(made, ALIZE_BASE_URL=ADDRESS, ALIZE_PROXIES="1", ALIZE_DATA_DIR=str(made))


def test_a_document_that_is_not_where_it_should_be_is_told(alize, made, tmp_path):
    assert "que la base nomme" not in alize("doctor").stdout

    said = alize("doctor", ALIZE_DATA_DIR=str(tmp_path / "not-mounted"))

    assert said.exit_code == 1
    assert "1 document(s) que la base nomme ne sont pas dans" in said.stdout


@pytest.mark.parametrize(("found", "what_to_do"), [
    ("0001", "lancez «\u202falize init\u202f»"),
    ("9999", "installez celui qui l’a mise à niveau"),
])  # fmt: skip
def test_tables_of_another_release_are_told_with_what_to_do(alize, made, found, what_to_do):
    database = Database(f"sqlite:///{made}/alize.db")
    with database.start_work() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    database.dispose()

    said = alize("doctor")

    assert said.exit_code == 1
    assert f"«\u202f{found}\u202f»" in said.stdout
    assert what_to_do in said.stdout


@pytest.mark.parametrize("command", ["doctor", "init", "backup", "restore", "resume", "user list"])
def test_a_database_that_does_not_answer_is_told_in_its_own_words(tmp_path, command):
    archive = tmp_path / "alize.zip"
    archive.write_bytes(b"never read")
    given = {"backup": [tmp_path / "b.zip"], "restore": [archive], "resume": ["--mails-since", "2026-11-15"]}
    url = f"postgresql+psycopg://alize:CONFIDENTIEL-DE-LA-BASE@127.0.0.1:{free_port()}/alize"

    said = alize_in(tmp_path, url=url)(*command.split(), *given.get(command, []))

    assert said.exit_code == 1
    assert "La base de données ne répond pas" in said.output
    assert "Connection refused" in said.output
    assert "CONFIDENTIEL" not in said.output
    assert said.exception is None or isinstance(said.exception, SystemExit)


def test_a_password_of_the_database_that_is_wrong_is_told(tmp_path, request):
    server = sa.make_url(request.getfixturevalue("postgres_server"))
    url = server.set(database="nulle-part").render_as_string(hide_password=False)

    said = alize_in(tmp_path, url=url)("init")

    assert said.exit_code == 1
    assert 'database "nulle-part" does not exist' in said.stderr


def test_a_file_of_the_database_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "alize.db").mkdir()

    said = alize_in(tmp_path)("doctor")

    assert said.exit_code == 1
    assert "unable to open database file" in said.stdout


WRONG = {
    "ALIZE_DATABASE_URL": [
        "postgresql+psycopg://alize:CONFIDENTIEL@CONFIDENTIEL@host/alize", "postgresql+psycopg://alize:CONFIDENTIEL@host:port/a",
        "sqlite:CONFIDENTIEL",
    ],
    "ALIZE_SMTP_URL": ["mail.exemple.test:587", "smtp://", "http://alize:CONFIDENTIEL@mail.exemple.test"],
    "ALIZE_BOUNCE_URL": ["imaps://", "pop3://alize:CONFIDENTIEL@mail.exemple.test", "maildir://somewhere"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, each) for name, values in WRONG.items() for each in values]
)
def test_an_address_that_cannot_be_one_is_refused_at_start_and_never_shown(tmp_path, name, value):
    said = alize_in(tmp_path)("doctor", **{name: value})

    assert said.exit_code == 1
    assert f"{name}\u202f: attendu," in said.stderr
    assert "CONFIDENTIEL" not in said.output
    assert isinstance(said.exception, SystemExit)


def test_no_secret_is_told_by_doctor_nor_in_any_line_of_log(alize, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    phrase = tmp_path / "phrase"
    phrase.write_text("CONFIDENTIEL-DU-CACHET", encoding="utf-8")

    said = alize(
        "doctor", "--network",
        ALIZE_SECRET_KEY="CONFIDENTIEL-DES-SESSIONS", ALIZE_SEAL_PASSPHRASE_FILE=str(phrase),
        ALIZE_SEAL_CERTIFICATE=str(tmp_path / "seal.p12"),
        ALIZE_SMTP_URL=f"smtp://alize:CONFIDENTIEL-DU-COURRIEL@127.0.0.1:{free_port()}",
        ALIZE_BOUNCE_URL=f"imap://alize:CONFIDENTIEL-DES-RETOURS@127.0.0.1:{free_port()}/INBOX",
        ALIZE_TSA_URL=f"http://alize:CONFIDENTIEL-DU-TEMPS@127.0.0.1:{free_port()}",
        ALIZE_BASE_URL=f"https://127.0.0.1:{free_port()}",
    )  # fmt: skip

    assert said.exit_code == 1
    assert "ALIZE_TSA_URL=http://…@127.0.0.1" in said.stdout
    assert "ne répond pas d’ici" in said.stdout
    assert "CONFIDENTIEL" not in said.output + caplog.text


def test_every_setting_that_may_hold_a_secret_is_hidden():
    secrets = {name: f"x://y:CONFIDENTIEL@{name}" for name in doctor.SECRETS}
    shown = list(
        doctor.settings_lines(
            Settings(**secrets, environment="test"),
            {f"ALIZE_{name.upper()}": value for name, value in secrets.items()},
        )
    )

    assert len(shown) == len(Settings.__dataclass_fields__)
    assert "CONFIDENTIEL" not in " ".join(shown)


@pytest.fixture
def in_order(tmp_path, monkeypatch):
    """An installation of which nothing is wrong: the settings of its command line, and its mail server."""
    folder = tmp_path / "in-order"
    folder.mkdir()
    monkeypatch.setenv(
        "SSL_CERT_FILE",
        str(certified(tmp_path, begins=NOW - timedelta(days=1), ends=NOW + timedelta(days=80))),
    )
    seal = folder / "seal.p12"
    seal.write_bytes(certificates.specimen("phrase", wall=NOW))
    with served(tmp_path / "server.pem") as address, MailServer() as server:
        engine, _ = installation.build(
            folder, RealClock(), environment="production", base_url=address, smtp_url=server.url
        )
        for tick in scheduler.TICKS:
            scheduler.run_tick(engine, tick)
        engine.close()
        yield {
            "folder": folder, "ALIZE_BASE_URL": address, "ALIZE_SMTP_URL": server.url, "ALIZE_PROXIES": "1",
            "ALIZE_DATA_DIR": str(folder), "ALIZE_SECRET_KEY": "0123456789abcdef" * 4,
            "ALIZE_SEAL_CERTIFICATE": str(seal), "ALIZE_SEAL_PASSPHRASE": "phrase",
            "ALIZE_PUBLISHER": "Association du bassin, 1 rue d’Essai", "ALIZE_HOSTING": "La même",
            "ALIZE_DATA_PROTECTION": "donnees@exemple.test",
        }  # fmt: skip


def test_when_nothing_is_wrong_it_says_so_and_exits_with_nought(in_order, tmp_path):
    alize = alize_in(**in_order)
    assert alize("backup", tmp_path / "alize.zip").exit_code == 0

    well, short = alize("doctor", "--network"), alize("doctor", ALIZE_SECRET_KEY="devinez")

    problems = [line for line in well.stdout.splitlines() if not re.match(r"ALIZE_\w+=|À faire", line)]
    assert problems == []
    assert well.exit_code == 0
    assert well.stderr.endswith("Tout va bien.\n"), "the mail server of the test writes there too"
    assert short.exit_code == 1
    assert "ALIZE_SECRET_KEY\u202f: trop court" in short.stdout
