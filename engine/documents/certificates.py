"""The certificate that seals: read, checked against the day, or made for a demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.sign import signers

from engine.documents.workshop import Certificate, CertificateExpired, CertificateUnreadable

# A demonstration's own: nobody trusts it, and it says what it is.
SPECIMEN_NAME = "Cachet spécimen"
SPECIMEN_ORGANISATION = "Alizé, démonstration"
SPECIMEN_DAYS = 5 * 365


def load(content: bytes, passphrase: str, *, wall: datetime) -> Certificate:
    """Read a PKCS#12 and give its certificate, good at this instant.

    The day is checked here because signing does not: pyHanko signs with a certificate that is past.
    Raises `CertificateUnreadable`, `CertificateExpired`.
    """
    found = certificate_of(content, passphrase)
    if not found.not_valid_before_utc <= wall <= found.not_valid_after_utc:
        raise CertificateExpired
    return Certificate(
        content=content,
        passphrase=passphrase,
        fingerprint=found.fingerprint(hashes.SHA256()).hex(),
        subject=found.subject.rfc4514_string(),
        valid_from=found.not_valid_before_utc,
        valid_until=found.not_valid_after_utc,
        commits=commits(found),
    )


def certificate_of(content: bytes, passphrase: str) -> x509.Certificate:
    """The certificate of a PKCS#12 that has its key. Raises `CertificateUnreadable`."""
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except (ValueError, TypeError) as error:
        raise CertificateUnreadable from error
    if key is None or certificate is None:
        raise CertificateUnreadable
    return certificate


def commits(certificate: x509.Certificate) -> bool:
    """Whether a certificate says that it commits who signs: readers ask for it, pyHanko among them."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return False


class CheckedKey(signers.SimpleSigner):
    """What signs with a key that was checked when its file was read.

    pyHanko checks an RSA key again at each signature, and a seal takes two: longer than the rest together.
    """

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign; any other mechanism than that of most RSA certificates is the library’s own affair."""
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
        if self.signing_key.algorithm != "rsa" or mechanism["algorithm"].native == "rsassa_pss":
            return bytes(super().sign_raw(data, digest_algorithm))
        key = serialization.load_der_private_key(
            self.signing_key.dump(), None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, rsa.RSAPrivateKey):
            raise CertificateUnreadable
        return key.sign(data, padding.PKCS1v15(), getattr(hashes, digest_algorithm.upper())())


def signer_of(certificate: Certificate) -> signers.SimpleSigner:
    """What pyHanko signs with. Raises `CertificateUnreadable` for a key of a kind it does not know."""
    try:
        found: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(
            certificate.content, other_certs=[], passphrase=certificate.passphrase.encode() or None
        )
    except (ValueError, TypeError, NotImplementedError) as error:
        raise CertificateUnreadable from error
    return CheckedKey(found.signing_cert, found.signing_key, found.cert_registry)


def specimen(passphrase: str, *, wall: datetime, rsa_bits: int = 0) -> bytes:
    """Make a PKCS#12 for a demonstration: its own authority, five years, a key as quick as it is small.

    With `rsa_bits`, the larger key of most authorities’ certificates.
    """
    if rsa_bits:
        large = rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
        return of_key(large, passphrase, wall=wall)
    return of_key(ec.generate_private_key(ec.SECP256R1()), passphrase, wall=wall)


def of_key(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: str, *, wall: datetime) -> bytes:
    """A PKCS#12 of this key, which vouches for itself."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, SPECIMEN_ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, SPECIMEN_NAME),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wall - timedelta(days=1))
        .not_valid_after(wall + timedelta(days=SPECIMEN_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(sealing_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(SPECIMEN_NAME.encode(), key, certificate, None, encryption)


def sealing_usage() -> x509.KeyUsage:
    """Signing, and meaning it; nothing else."""
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
