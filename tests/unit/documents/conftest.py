"""A workshop of documents to test with, its certificate, and a server of timestamps on this machine."""

from __future__ import annotations

import asyncio
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as plain_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign import timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.documents import certificates, sources, typesetting
from engine.documents.workshop import Certificate, ChildWorkshop
from tests.unit.documents import samples

PASSPHRASE = "phrase de passe"
# The seal is dated by the machine: its certificates are good on the day of the test, whichever it is.
WALL = datetime.now(UTC)
Made = Callable[..., bytes]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse any connection but to this machine, where the test's own server of timestamps answers."""
    connect = socket.socket.connect

    def refuse(own: socket.socket, address: Any) -> None:
        if address[0] != "127.0.0.1":
            pytest.fail(f"A unit test connects to {address}.")
        connect(own, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildWorkshop]:
    """The workshop of a demonstration: its child, and a certificate of its own."""
    made = ChildWorkshop(specimen=tmp_path_factory.mktemp("seal"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Typeset a kind of document in this process: the same values are typeset once."""
    known: dict[str, bytes] = {}

    def make(kind: str, *given: Any, standard: str = "", **changes: Any) -> bytes:
        values = samples.SAMPLES[kind](*given, **changes)
        key = repr((kind, standard, values))
        if key not in known:
            root = tmp_path_factory.mktemp(kind)
            attachments = {"texte.pdf": make("agreement")} if kind == "envelope" else {}
            sources.lay_out(root, attachments)
            asked = standard or ("a-3a+ua-1" if kind == "envelope" else "a-2a+ua-1")
            source = sources.source_of(kind)
            known[key] = typesetting.typeset(source, values, root=root, standard=asked)
        return known[key]

    return make


@pytest.fixture(scope="session")
def seal_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate such as an installation has one."""
    path = tmp_path_factory.mktemp("certificates") / "cachet.p12"
    path.write_bytes(certificates.specimen(PASSPHRASE, wall=WALL))
    return path


@pytest.fixture(scope="session")
def certificate(seal_file: Path) -> Certificate:
    """The same, read."""
    return certificates.load(seal_file.read_bytes(), PASSPHRASE, wall=WALL)


def pem_of(certificate: Certificate) -> bytes:
    """What a reader who trusts a certificate is given."""
    return certificates.certificate_of(certificate.content, certificate.passphrase).public_bytes(
        serialization.Encoding.PEM
    )


# ── Timestamps ──────────────────────────────────────────────────────────────────────────────────────────────


class Tsa:
    """A server of timestamps that answers as it is told to."""

    def __init__(self) -> None:
        self.pem, certificate, key = tsa_certificate()
        self._stamps = timestamps.DummyTimeStamper(certificate, key, certs_to_embed=SimpleCertificateStore())
        self.answer: Callable[[bytes], bytes] = self.stamped
        self.asked = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def stamped(self, question: bytes) -> bytes:
        """What an honest server answers."""
        request = tsp.TimeStampReq.load(question)
        return asyncio.run(self._stamps.async_request_tsa_response(request)).dump()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def _answering(self) -> type[http.server.BaseHTTPRequestHandler]:
        outer = self

        class Answering(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked += 1
                content = outer.answer(question)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        return Answering


def tsa_certificate() -> tuple[bytes, plain_x509.Certificate, keys.PrivateKeyInfo]:
    """A certificate that stamps, and its key."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Horodatage de test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(WALL - timedelta(days=1))
        .not_valid_after(WALL + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(certificates.sealing_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (
        made.public_bytes(serialization.Encoding.PEM),
        plain_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(der),
    )


@pytest.fixture(scope="session")
def running_tsa() -> Iterator[Tsa]:
    """A server for all the tests of a process: its key takes a while."""
    running = Tsa()
    yield running
    running.close()


@pytest.fixture
def tsa(running_tsa: Tsa) -> Tsa:
    """An honest server that nobody has asked yet."""
    running_tsa.answer, running_tsa.asked = running_tsa.stamped, 0
    return running_tsa
