"""What a workshop does for the makers of papers: typeset, seal, look inside; and how it may refuse."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from engine import errors, isolation
from engine.documents import sources

NOTHING: Mapping[str, bytes] = {}
CHILD = "engine.documents.child"
LARGEST_DOCUMENT = 64_000_000
MAKING_SECONDS = 20.0
READING_SECONDS = 10.0
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# It protects nothing: whoever reads the folder may seal specimens.
SPECIMEN_PASSPHRASE = "specimen"  # noqa: S105 - idem


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


class TsaUnreadable(SealWaits):
    """Le certificat du service d’horodatage ne peut pas être lu : vérifiez son fichier."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The installation's own seal, as found good to sign with at an instant of the machine's clock."""

    content: bytes = field(repr=False)  # A PKCS#12, key included.
    passphrase: str = field(repr=False)
    fingerprint: str  # SHA-256 of the certificate itself, in hexadecimal.
    subject: str
    valid_from: datetime
    valid_until: datetime
    commits: bool = True  # Its key usage says that signing with it is meant: readers ask for it.


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


class ChildWorkshop:
    """The workshop of an installation: every library of documents runs in one warm child process.

    `seal` is the installation's PKCS#12; without one, `specimen` is the folder where a demonstration makes
    its own, once. `templates` is where documents are described.
    """

    def __init__(
        self,
        *,
        seal: Path | None = None,
        passphrase: str = "",
        specimen: Path | None = None,
        templates: Path = sources.TEMPLATES,
        seconds: float = MAKING_SECONDS,
    ) -> None:
        self._seal = seal
        self._passphrase = passphrase if seal else SPECIMEN_PASSPHRASE
        self._specimen = specimen
        self._templates = templates
        self._seconds = seconds

    def certificate(self, wall: datetime) -> Certificate:
        """Read the installation's certificate again each time: it is replaced without a restart."""
        try:
            content = self._content(wall)
        except OSError as error:
            raise NoCertificate from error
        found = json.loads(self._ask("certificate", content=content, passphrase=self._passphrase, wall=wall))
        return Certificate(
            content=content,
            passphrase=self._passphrase,
            fingerprint=found["fingerprint"],
            subject=found["subject"],
            valid_from=datetime.fromisoformat(found["valid_from"]),
            valid_until=datetime.fromisoformat(found["valid_until"]),
            commits=found["commits"],
        )

    def typeset(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        attachments: Mapping[str, bytes] = NOTHING,
        standard: str,
    ) -> bytes:
        """Hand the child a folder that holds all it may read, and takes nothing."""
        try:
            source = sources.source_of(template, folder=self._templates)
            with folder() as root:
                sources.lay_out(root, attachments, folder=self._templates)
                return self._ask(
                    "typeset", source=source, values=dict(data), root=str(root), standard=standard
                )
        except (LookupError, ValueError) as error:
            raise NotTypeset(reason=f"{type(error).__name__}: {error}") from error

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
        """Hand the child the key on its pipe: no file, no argument, no environment holds it."""
        return self._ask(
            "seal", pdf=pdf, certificate=certificate, reason=reason, place=place, tsa_url=tsa_url,
            tsa_trust=tsa_trust,
        )  # fmt: skip

    def inspect(self, content: bytes) -> Inspected:
        """Hand the child the file, a picture as a file of its folder."""
        with folder() as root:
            if content.startswith(PICTURES):
                (root / "picture").write_bytes(content)
            answer = self._ask("inspect", seconds=READING_SECONDS, content=content, root=str(root))
            return inspected_of(answer)

    def validate(self, content: bytes, trusted: Sequence[bytes] = ()) -> list[SignatureFound]:
        """Hand the child the file and whom to trust."""
        asked = {"content": content, "trusted": list(trusted)}
        return signatures_of(self._ask("validate", seconds=READING_SECONDS, **asked))

    def close(self) -> None:
        """End the child; the next question starts another."""
        isolation.stop(CHILD)

    def _content(self, wall: datetime) -> bytes:
        """The PKCS#12 of this installation, made now for a demonstration that has none. Raises `OSError`."""
        if self._seal is not None:
            return self._seal.read_bytes()
        if self._specimen is None:
            raise NoCertificate
        path = self._specimen / "specimen.p12"
        if not path.exists():
            keep_once(path, self._ask("specimen", passphrase=self._passphrase, wall=wall))
        return path.read_bytes()

    def _ask(self, asks: str, *, seconds: float | None = None, **given: Any) -> bytes:
        """Ask the child. Raises `Silent` when no answer came, and what the child says it refuses."""
        limit = min(seconds or self._seconds, self._seconds)
        question = {"asks": asks, "with": given, "seconds": limit}
        answer = isolation.child_of(CHILD, largest_answer=LARGEST_DOCUMENT).ask(question, limit)
        if answer is None:
            raise Silent
        line, _end, content = answer.partition(b"\n")
        said = json.loads(line)
        if said.get("is_spent"):
            isolation.retire(CHILD)
        if refused := said.get("refused"):
            raise REFUSALS[refused](**said["details"])
        return content


# What the child may refuse: it gives the name, and the parent raises it.
REFUSALS: Mapping[str, type[errors.EngineError]] = {
    each.__name__: each for each in (CertificateExpired, CertificateUnreadable, NotTypeset, TsaSilent)
}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own for one question, gone with it even when the child was killed."""
    with tempfile.TemporaryDirectory(prefix="alize-") as path:
        yield Path(path)


def keep_once(path: Path, content: bytes) -> None:
    """Write a file whole, for its owner alone, unless somebody else did at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink()


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
