"""A seal covers the whole file, says when, and waits rather than be worth nothing."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import pem
from asn1crypto import x509 as plain_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from engine.documents import certificates, inspecting, plain, sealing
from engine.documents.workshop import (
    CertificateExpired,
    CertificateUnreadable,
    NotTypeset,
    SealWaits,
    TsaSilent,
)
from tests import pdfsig
from tests.unit.documents.conftest import PASSPHRASE, WALL, pem_of


@pytest.fixture(scope="session")
def envelope(made) -> bytes:
    """What is sealed."""
    return made("envelope")


@pytest.fixture(scope="session")
def sealed(envelope, certificate) -> bytes:
    """The same, sealed, without a timestamp."""
    return seal(envelope, certificate)


def seal(pdf, certificate, **changes) -> bytes:
    """Seal now."""
    asked = {"reason": "Convention TDL-2026-C012, version 2", "place": "Toul", "wall": WALL}
    return sealing.seal(pdf, certificate=certificate, **asked | changes)


def test_a_seal_covers_the_whole_file_and_keeps_its_bytes_in_front(envelope, sealed, certificate):
    (found,) = inspecting.validate(sealed, [pem_of(certificate)])

    assert sealed.startswith(envelope)
    assert len(sealed) - len(envelope) < 20_000
    assert found.is_whole
    assert found.trusted
    assert not found.timestamped
    assert found.fingerprint == certificate.fingerprint
    assert found.by == "Cachet spécimen"
    assert found.at is not None
    assert abs(found.at - WALL) < timedelta(hours=1)


def test_whoever_reads_the_seal_otherwise_finds_it_whole(sealed, certificate, tmp_path):
    _kind, _headers, der = pem.unarmor(pem_of(certificate))
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    context = ValidationContext(trust_roots=[plain_x509.Certificate.load(der)], allow_fetching=False)

    assert validate_pdf_signature(signature, context).bottom_line


def test_poppler_finds_the_seal_valid_and_the_whole_document_signed(sealed, tmp_path):
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)

    said = pdfsig.said_of(file)

    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_what_the_envelope_carries_is_the_same_once_sealed(sealed, envelope):
    before, after = inspecting.inspect(envelope), inspecting.inspect(sealed)

    assert after.attachments == before.attachments
    assert after.pages == before.pages
    assert after.codes == before.codes
    assert [each.is_whole for each in after.signatures] == [True]


@pytest.mark.parametrize("seed", range(12))
def test_one_byte_that_changes_is_seen_wherever_it_is(sealed, seed):
    place = random.Random(seed).randrange(9, len(sealed))
    changed = bytearray(sealed)
    changed[place] ^= 1 << random.Random(seed).randrange(8)

    found = inspecting.validate(bytes(changed))

    if inside_the_signature(sealed, place):
        return  # What the signature itself is made of is signed by nobody: see the test that follows.
    assert not any(each.is_whole for each in found)


def inside_the_signature(pdf: bytes, place: int) -> bool:
    """Whether a place is between the two parts that a signature covers."""
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    _start, first, second, _length = (int(each) for each in signature.byte_range)
    return first <= place < second


def test_nothing_can_be_hidden_in_the_room_that_a_signature_leaves(sealed):
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    _start, _first, second, _length = (int(each) for each in signature.byte_range)
    changed = bytearray(sealed)
    changed[second - 3] = ord("7")  # The last zero of the room, before « > ».

    (found,) = inspecting.validate(bytes(changed))

    assert not found.is_whole


def test_a_file_that_was_extended_after_its_seal_is_not_whole(sealed):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Added"] = TextStringObject("x")
    writer.update_root()
    extended = io.BytesIO()
    writer.write(extended)

    (found,) = inspecting.validate(extended.getvalue())

    assert found.intact
    assert not found.covers_all
    assert found.modified
    assert not found.is_whole


def test_bytes_that_follow_the_last_line_are_seen(sealed):
    found = inspecting.validate(sealed + b"\n% rien\n")

    assert not any(each.is_whole for each in found)


def test_a_seal_on_a_sealed_file_leaves_the_first_one_verifiable(sealed, certificate):
    with pytest.raises(Exception, match="Cachet"):
        seal(sealed, certificate)


def test_a_seal_of_somebody_else_is_whole_and_not_trusted(envelope, certificate):
    other = certificates.load(certificates.specimen("x", wall=WALL), "x", wall=WALL)

    (found,) = inspecting.validate(seal(envelope, other), [pem_of(certificate)])

    assert found.is_whole
    assert not found.trusted
    assert found.fingerprint != certificate.fingerprint


def test_a_certificate_replaced_between_two_seals_leaves_the_first_trusted(envelope, certificate):
    after = certificates.load(certificates.specimen("x", wall=WALL), "x", wall=WALL)
    both = [pem_of(certificate), pem_of(after)]

    found = [inspecting.validate(seal(envelope, each), both)[0] for each in (certificate, after)]

    assert all(each.is_whole and each.trusted for each in found)
    assert found[0].fingerprint != found[1].fingerprint


@pytest.mark.parametrize(
    "wall", [datetime(2020, 1, 1, tzinfo=UTC), WALL + timedelta(days=3000)], ids=["not yet", "past"]
)
def test_nothing_is_sealed_with_a_certificate_that_is_not_valid_that_day(envelope, certificate, wall):
    with pytest.raises(CertificateExpired):
        seal(envelope, certificate, wall=wall)


def test_a_certificate_that_cannot_be_read_waits_for_another():
    content = certificates.specimen(PASSPHRASE, wall=WALL)

    for given, passphrase in ((content, "une autre"), (b"", PASSPHRASE), (content[:200], PASSPHRASE)):
        with pytest.raises(CertificateUnreadable) as refusal:
            certificates.load(given, passphrase, wall=WALL)
        assert isinstance(refusal.value, SealWaits)


def test_a_file_without_its_key_or_of_another_kind_of_key_seals_nothing(certificate):
    own = certificates.certificate_of(certificate.content, PASSPHRASE)
    without = pkcs12.serialize_key_and_certificates(
        b"x", None, None, [own], serialization.BestAvailableEncryption(b"x")
    )

    with pytest.raises(CertificateUnreadable):
        certificates.load(without, "x", wall=WALL)
    with pytest.raises(CertificateUnreadable):
        certificates.signer_of(replace(certificate, passphrase="une autre"))


def test_a_certificate_that_says_nothing_of_its_use_does_not_commit(certificate):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    plain = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(WALL)
        .not_valid_after(WALL + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    content = pkcs12.serialize_key_and_certificates(
        b"x", key, plain, None, serialization.BestAvailableEncryption(b"x")
    )

    assert not certificates.load(content, "x", wall=WALL).commits


def test_a_signature_that_cannot_be_verified_proves_nothing(sealed):
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    _start, first, _second, _length = (int(each) for each in signature.byte_range)
    written = bytes(signature.signer_info["signature"]).hex().encode()
    own = sealed.lower().index(written, first)

    for place in (first + 1, first + 9, own + 8, own + len(written) - 8):
        changed = bytearray(sealed)
        changed[place : place + 4] = b"0f0f"

        assert not any(each.is_whole for each in inspecting.validate(bytes(changed))), place


def test_a_specimen_commits_whoever_seals_with_it(certificate):
    assert certificates.load(certificate.content, certificate.passphrase, wall=WALL).commits


def test_what_is_no_pdf_is_not_sealed(certificate):
    with pytest.raises(NotTypeset):
        seal(b"not a document", certificate)


# ── Timestamps ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_seal_is_stamped_by_the_server_that_is_given(envelope, certificate, tsa):
    stamped = seal(envelope, certificate, tsa_url=tsa.url, tsa_trust=tsa.pem)

    (found,) = inspecting.validate(stamped, [pem_of(certificate), tsa.pem])
    assert found.is_whole
    assert found.timestamped
    assert found.at is not None
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert tsa.asked == 2


def test_poppler_finds_a_stamped_seal_valid(envelope, certificate, tsa, tmp_path):
    file = tmp_path / "stamped.pdf"
    file.write_bytes(seal(envelope, certificate, tsa_url=tsa.url))

    assert "Signature is Valid" in pdfsig.said_of(file)


def test_the_page_that_tries_a_server_is_sealed_and_stamped(certificate, tsa):
    tried = seal(plain.one_page(b"{}"), certificate, tsa_url=tsa.url)

    (found,) = inspecting.validate(tried, [tsa.pem])
    assert found.timestamped


@pytest.mark.parametrize(
    "answer", [b"", b"<html>Bonjour</html>", b"\x30\x03\x02\x01\x02", b"\x00" * 500], ids=str
)
def test_a_server_that_answers_wrong_is_waited_for(envelope, certificate, tsa, answer):
    tsa.answer = lambda _question: answer

    with pytest.raises(TsaSilent):
        seal(envelope, certificate, tsa_url=tsa.url)


def test_a_stamp_for_something_else_is_refused(envelope, certificate, tsa):
    known: list[bytes] = []

    def always_the_first(question: bytes) -> bytes:
        known.append(tsa.stamped(question))
        return known[0]

    tsa.answer = always_the_first

    with pytest.raises(TsaSilent):
        seal(envelope, certificate, tsa_url=tsa.url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/passwd", "ftp://127.0.0.1/"])
def test_a_server_that_is_not_there_is_waited_for(envelope, certificate, url):
    with pytest.raises(TsaSilent):
        seal(envelope, certificate, tsa_url=url)


def test_a_stamp_of_a_server_that_is_not_the_one_trusted_is_refused(envelope, certificate, tsa):
    with pytest.raises(TsaSilent):
        seal(envelope, certificate, tsa_url=tsa.url, tsa_trust=pem_of(certificate))


def test_the_child_seals_and_stamps_as_this_process_does(workshop, envelope, tsa):
    certificate = workshop.certificate(WALL)

    stamped = workshop.seal(
        envelope, certificate=certificate, reason="R", place="Toul", tsa_url=tsa.url, tsa_trust=tsa.pem
    )

    (found,) = workshop.validate(stamped, [pem_of(certificate)])
    assert found.is_whole
    assert found.trusted
    assert found.timestamped
    with pytest.raises(TsaSilent):
        workshop.seal(
            envelope, certificate=certificate, reason="R", place="Toul", tsa_url="http://127.0.0.1:9/"
        )
