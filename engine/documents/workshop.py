"""What a workshop does for the makers of papers: typeset, seal, look inside; and how it may refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine import errors

NOTHING: Mapping[str, bytes] = {}


class Silent(errors.Unavailable):
    """L’atelier des documents n’a pas répondu dans ses limites."""


class NotTypeset(errors.Unavailable):
    """Le document n’a pas pu être composé ({reason})."""


class SealWaits(errors.Unavailable):
    """Le cachet ne peut pas être apposé pour l’instant : le document attend.

    Nobody's paper is to blame: the installation's certificate is missing or past, or somebody else's
    server is silent. It is tried again every hour, for ever.
    """


class NoCertificate(SealWaits):
    """Aucun certificat de cachet n’est installé : le document attend, rien n’est perdu."""


class CertificateUnreadable(SealWaits):
    """Le certificat de cachet ne peut pas être lu : vérifiez le fichier et sa phrase de passe."""


class CertificateExpired(SealWaits):
    """Le certificat de cachet n’est pas valable à cette date : installez-en un autre."""


class TsaSilent(SealWaits):
    """Le service d’horodatage ne répond pas, ou répond mal : le document attend."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The installation's own seal, as found good to sign with at an instant of the machine's clock."""

    content: bytes = field(repr=False)  # A PKCS#12, key included.
    passphrase: str = field(repr=False)
    fingerprint: str  # SHA-256 of the certificate itself, in hexadecimal.
    subject: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class SignatureFound:
    """An electronic signature found in a file.

    `intact`: the bytes it covers are those that were signed. `covers_all`: nothing follows them.
    `modified`: something was added that a later reader would see. `trusted`: its certificate is one of
    those the reader was given.
    """

    intact: bool
    covers_all: bool
    modified: bool
    by: str
    fingerprint: str
    at: datetime | None
    trusted: bool
    timestamped: bool

    @property
    def is_whole(self) -> bool:
        """Whether the file is, to its last byte, what was signed."""
        return self.intact and self.covers_all and not self.modified


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is inside a file, whoever sent it; everything is empty when it cannot be read."""

    is_readable: bool = False
    is_encrypted: bool = False
    pages: int = 0
    standards: tuple[str, ...] = ()  # As its metadata claim: « a-2a », « ua-1 ».
    is_tagged: bool = False  # /MarkInfo says so: a screen reader is told what is a heading, a cell…
    has_colours: bool = False  # /OutputIntents is there: colours mean the same everywhere.
    codes: tuple[str, ...] = ()  # The texts of the QR codes on its pages.
    attachments: Mapping[str, str] = field(default_factory=dict)  # Name → SHA-256 of the content.
    signatures: tuple[SignatureFound, ...] = ()


class Workshop(Protocol):
    """Where papers are made. Nothing of it is called while a transaction is open."""

    def certificate(self, wall: datetime) -> Certificate:
        """Give the certificate that seals, good at this instant of the machine's clock.

        Raises `NoCertificate`, `CertificateUnreadable`, `CertificateExpired`.
        """
        ...

    def typeset(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        attachments: Mapping[str, bytes] = NOTHING,
        standard: str,
    ) -> bytes:
        """Make a PDF of plain values; `template` is a name such as « agreement », without its number.

        `data` goes to JSON as it is: its `locale` chooses the words, its `date` (YYYY-MM-DD) is the
        document's. `standard` joins what is asked for: « a-2a+ua-1 ». The same values give the same bytes.
        Raises `NotTypeset`, `Silent`.
        """
        ...

    def seal(
        self,
        pdf: bytes,
        *,
        certificate: Certificate,
        reason: str,
        place: str,
        tsa_url: str = "",
        tsa_trust: bytes = b"",
    ) -> bytes:
        """Sign a PDF with the installation's seal, its own bytes kept in front; stamped when a URL is given.

        Raises `SealWaits` and its kinds, `Silent`.
        """
        ...

    def inspect(self, content: bytes) -> Inspected:
        """Look inside a file that may be anybody's; an unreadable one is an answer. Raises `Silent`."""
        ...

    def validate(self, content: bytes, trusted: Sequence[bytes] = ()) -> list[SignatureFound]:
        """Verify the signatures of a file; `trusted` are certificates in PEM. Raises `Silent`."""
        ...

    def close(self) -> None:
        """End what the workshop keeps running."""
        ...


def as_json(found: Inspected | Sequence[SignatureFound]) -> bytes:
    """Write what was found as a child process sends it: plain JSON, so that it can be nothing but values."""
    if isinstance(found, Inspected):
        return json.dumps(asdict(found), default=datetime.isoformat).encode()
    return json.dumps([asdict(each) for each in found], default=datetime.isoformat).encode()


def inspected_of(answer: bytes) -> Inspected:
    """Read what a child process found inside a file."""
    content: dict[str, Any] = json.loads(answer)
    return Inspected(
        **content
        | {
            "standards": tuple(content["standards"]),
            "codes": tuple(content["codes"]),
            "signatures": tuple(map(signature_of, content["signatures"])),
        }
    )


def signatures_of(answer: bytes) -> list[SignatureFound]:
    """Read the signatures that a child process found in a file."""
    return [signature_of(each) for each in json.loads(answer)]


def signature_of(values: Mapping[str, Any]) -> SignatureFound:
    """One signature, its instant read back."""
    at = values["at"]
    return SignatureFound(**{**values, "at": datetime.fromisoformat(at) if at else None})
