"""The one door to pyHanko for signing: a seal added to a PDF, its own bytes kept in front."""

from __future__ import annotations

import io
import urllib.request
from datetime import datetime

from asn1crypto import tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.general import SigningError

from engine.documents import certificates, inspecting
from engine.documents.workshop import Certificate, NotTypeset, TsaSilent

FIELD = "Cachet"
DIGEST = "sha256"
TSA_SECONDS = 8
LARGEST_TOKEN = 1_000_000


class Stamps(timestamps.TimeStamper):
    """RFC 3161 over plain HTTP, by the standard library."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask the server for a token. Nothing else runs meanwhile: there is nothing to leave room for."""
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked by `seal`
            self.url, req.dump(), {"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(request, timeout=TSA_SECONDS) as answer:  # noqa: ASYNC210, S310 - idem
            return tsp.TimeStampResp.load(answer.read(LARGEST_TOKEN))


def seal(
    pdf: bytes,
    *,
    certificate: Certificate,
    wall: datetime,
    reason: str,
    place: str,
    tsa_url: str = "",
    tsa_trust: bytes = b"",
) -> bytes:
    """Sign a PDF as its next revision, invisibly (PAdES); with a timestamp where a server is given.

    Raises `CertificateUnreadable`, `CertificateExpired`, `TsaSilent`, `NotTypeset` for what is no PDF.
    """
    certificates.load(certificate.content, certificate.passphrase, wall=wall)
    if tsa_url and not tsa_url.startswith(("http://", "https://")):
        raise TsaSilent
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            location=place,
        ),
        signer=certificates.signer_of(certificate),
        timestamper=Stamps(tsa_url) if tsa_url else None,
        new_field_spec=fields.SigFieldSpec(FIELD),
    )
    sealed = signed(signer, pdf, is_stamped=bool(tsa_url))
    if tsa_url and not inspecting.is_stamped(sealed, tsa_trust):
        raise TsaSilent
    return sealed


def signed(signer: signers.PdfSigner, pdf: bytes, *, is_stamped: bool) -> bytes:
    """Run the signature. Whatever a server of timestamps answers wrong is `TsaSilent`."""
    try:
        return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue())
    except PdfError as error:
        raise NotTypeset(reason=str(error)) from error
    except (OSError, ValueError, TypeError, AttributeError, SigningError) as error:
        # Nothing but the server's answer can be of these kinds once the certificate is read; pyHanko 0.38
        # meets an AttributeError while it words that a stamp answers another question than ours.
        if is_stamped:
            raise TsaSilent from error
        raise
