"""Look inside a file, whoever sent it: pages, codes, attachments, signatures; in a child process."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw
import zxingcpp
from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from engine.documents import typesetting
from engine.documents.workshop import PICTURES, Inspected, NotTypeset, SignatureFound

DOTS_PER_INCH = 150
# Beyond, nobody looks for a code: what people sign and scan has two pages.
MOST_PAGES_READ = 20
MOST_PIXELS = 30_000_000
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
NEEDS_PASSWORD = 4  # FPDF_ERR_PASSWORD
ARCHIVE = re.compile(rb"pdfaid:(part|conformance)(?:=[\"']|>)\s*([0-9A-Za-z]+)")
ACCESSIBLE = re.compile(rb"pdfuaid:part(?:=[\"']|>)\s*([0-9]+)")


def inspect(content: bytes, *, root: Path | None = None) -> Inspected:
    """Say what is inside a file; `root` is a folder where a picture was put, to be set on a page.

    Whatever the file is, this answers: nothing is raised for one that is broken.
    """
    if content.startswith(PICTURES):
        return picture(root)
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return Inspected(is_encrypted=error.err_code == NEEDS_PASSWORD)
    try:
        return opened(document, content)
    finally:
        document.close()


def picture(root: Path | None) -> Inspected:
    """Read the codes of a picture."""
    try:
        document = pypdfium2.PdfDocument(typesetting.page_of(root or Path()))
    except (NotTypeset, pypdfium2.PdfiumError):
        return Inspected()
    try:
        return Inspected(is_readable=True, pages=1, codes=tuple(codes(document)))
    finally:
        document.close()


def opened(document: pypdfium2.PdfDocument, content: bytes) -> Inspected:
    """What is inside a document that pdfium has opened."""
    pages = len(document)
    is_encrypted = pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) >= 0
    root = catalogue(content)
    metadata = stream_of(root, "/Metadata")
    return Inspected(
        is_readable=pages > 0,
        is_encrypted=is_encrypted,
        pages=pages,
        standards=standards(metadata),
        is_tagged=is_true(entry(entry(root, "/MarkInfo"), "/Marked")),
        has_colours=bool(entry(root, "/OutputIntents")),
        codes=tuple(codes(document)) if pages <= MOST_PAGES_READ else (),
        attachments=dict(attachments(document)),
        signatures=tuple(validate(content)),
    )


# ── What a document says of itself ──────────────────────────────────────────────────────────────────────────


def catalogue(content: bytes) -> Any:
    """The first object of a PDF; nothing where it cannot be read."""
    try:
        return PdfFileReader(io.BytesIO(content), strict=False).root
    except Exception:  # noqa: BLE001 - pyHanko raises anything for a file that is not what it seems
        return None


def entry(holder: Any, name: str) -> Any:
    """An entry of a dictionary of a PDF, or nothing, whatever stands there."""
    try:
        return holder[name]
    except Exception:  # noqa: BLE001 - idem
        return None


def stream_of(holder: Any, name: str) -> bytes:
    """The content of a stream of a PDF, or nothing."""
    try:
        return bytes(holder[name].data)
    except Exception:  # noqa: BLE001 - idem
        return b""


def is_true(value: Any) -> bool:
    """Whether a value of a PDF is « true »."""
    return bool(getattr(value, "value", value))


def standards(metadata: bytes) -> tuple[str, ...]:
    """The standards that metadata claim, by the names they are asked for: « a-2a », « ua-1 »."""
    archive = {key: value.decode().lower() for key, value in ARCHIVE.findall(metadata)}
    claimed = []
    if b"part" in archive:
        claimed.append(f"a-{archive[b'part']}{archive.get(b'conformance', '')}")
    if accessible := ACCESSIBLE.search(metadata):
        claimed.append(f"ua-{accessible[1].decode()}")
    return tuple(claimed)


def attachments(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, str]]:
    """The name and the SHA-256 of each file that a document carries."""
    for number in range(document.count_attachments()):
        attached = document.get_attachment(number)
        try:
            yield attached.get_name(), hashlib.sha256(bytes(attached.get_data())).hexdigest()
        except pypdfium2.PdfiumError:
            continue


# ── Codes ───────────────────────────────────────────────────────────────────────────────────────────────────


def codes(document: pypdfium2.PdfDocument) -> list[str]:
    """The texts of the QR codes of a document: of its last page, where ours stand, else of one before."""
    for number in reversed(range(len(document))):
        try:
            found = codes_of(document[number])
        except pypdfium2.PdfiumError:
            continue  # A page that cannot be drawn hides nothing from the others.
        if found:
            return found
    return []


def codes_of(page: pypdfium2.PdfPage) -> list[str]:
    """The texts of the QR codes of a page, as a scanner of offices sees it."""
    width, height = page.get_size()
    scale = DOTS_PER_INCH / 72
    if not 0 < width * height * scale * scale <= MOST_PIXELS:
        return []
    bitmap = page.render(scale=scale, grayscale=True)
    # No picture library is needed: the reader takes bytes of grey, row by row.
    rows = memoryview(bitmap.buffer).cast("B").cast("B", (bitmap.height, bitmap.stride))
    found = zxingcpp.read_barcodes(rows, formats=QR)
    return [each.text for each in found if each.valid]


# ── Signatures ──────────────────────────────────────────────────────────────────────────────────────────────


def validate(content: bytes, trusted: Sequence[bytes] = ()) -> list[SignatureFound]:
    """Verify the signatures of a PDF; `trusted` are certificates in PEM. A broken file has none."""
    roots = list(certificates_of(trusted))
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        found = list(reader.embedded_regular_signatures)
    except Exception:  # noqa: BLE001 - pyHanko raises anything for a file that is not what it seems
        return []
    return [verdict(each, roots) for each in found]


def verdict(signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]) -> SignatureFound:
    """What one signature proves.

    « Intact » alone proves little: a file that was extended later stays intact in the part that was signed.
    Whoever asks reads what is covered, and what came after, too.
    """
    signer = signature.signer_cert
    fingerprint = hashlib.sha256(signer.dump()).hexdigest() if signer is not None else ""
    try:
        status = judged(signature, roots)
    except Exception:  # noqa: BLE001 - idem: a signature that cannot be verified proves nothing
        return SignatureFound(
            intact=False, covers_all=False, modified=True, by=name_of(signer), fingerprint=fingerprint,
            at=None, trusted=False, timestamped=False,
        )  # fmt: skip
    level, stamp = status.modification_level, status.timestamp_validity
    stamped_at = stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None
    return SignatureFound(
        intact=status.intact and status.valid and is_padded_with_nothing(signature),
        covers_all=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        modified=level is None or level > ModificationLevel.LTA_UPDATES,
        by=name_of(signer),
        fingerprint=fingerprint,
        at=stamped_at or status.signer_reported_dt,
        trusted=status.trusted or fingerprint in {hashlib.sha256(each.dump()).hexdigest() for each in roots},
        timestamped=stamped_at is not None,
    )


def judged(signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]) -> PdfSignatureStatus:
    """Ask pyHanko, which fetches nothing."""
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    stamps = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    return validate_pdf_signature(signature, context, ts_validation_context=stamps)


def is_padded_with_nothing(signature: EmbeddedPdfSignature) -> bool:
    """Whether the room kept for the signature holds the signature and zeros: no signature covers itself."""
    room = bytes(signature.pkcs7_content)
    length = len(cms.ContentInfo.load(room, strict=False).dump())
    return not any(room[length:])


def name_of(signer: x509.Certificate | None) -> str:
    """Who signed, as the certificate says."""
    if signer is None:
        return ""
    parts = signer.subject.native
    return str(parts.get("common_name") or parts.get("organization_name") or signer.subject.human_friendly)


def is_stamped(content: bytes, trusted: bytes) -> bool:
    """Whether a seal bears a timestamp that holds, of a trusted server where one is given."""
    roots = list(certificates_of([trusted]))
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    for signature in reader.embedded_regular_signatures:
        stamp = judged(signature, roots).timestamp_validity
        return stamp is not None and stamp.intact and stamp.valid and (stamp.trusted or not roots)
    return False


def certificates_of(contents: Sequence[bytes]) -> Iterator[x509.Certificate]:
    """The certificates of PEM files, several a file."""
    for content in contents:
        if pem.detect(content):
            for _kind, _headers, der in pem.unarmor(content, multiple=True):
                yield x509.Certificate.load(der)
