"""A workshop without a printer: files as small as a PDF can be, that say what they were made of."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.documents.store import digest_of
from engine.documents.workshop import NOTHING, Certificate, Inspected, SignatureFound

PLAIN = "plain"
MADE_OF = re.compile(rb"^%made-of (.*)$", re.MULTILINE)
SEALED = re.compile(rb"^%sealed ([0-9a-f]{64}) (\S+) (\S+)$", re.MULTILINE)


class PlainWorkshop:
    """No library, no child process, and the same bytes for the same values.

    It serves tests and benchmarks; `engine.app` refuses it in production.
    """

    def certificate(self, wall: datetime) -> Certificate:
        """Give a certificate that seals nothing, good on any day."""
        start, end = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        return Certificate(b"", "", PLAIN, "Cachet ordinaire", start, end)

    def typeset(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        attachments: Mapping[str, bytes] = NOTHING,
        standard: str,
    ) -> bytes:
        """Make one empty page whose comment says what it was made of."""
        made_of = {
            "template": template,
            "standard": standard,
            "digest": digest_of(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()),
            "attachments": {name: digest_of(content) for name, content in sorted(attachments.items())},
        }
        return one_page(json.dumps(made_of, sort_keys=True).encode())

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
        """Add a line that holds the digest of what comes before."""
        stamp = "stamped" if tsa_url else "-"
        return pdf + f"%sealed {digest_of(pdf)} {certificate.fingerprint} {stamp}\n".encode()

    def inspect(self, content: bytes) -> Inspected:
        """Say what a file of this workshop was made of; any other is unreadable."""
        line = MADE_OF.search(content)
        if line is None or not content.startswith(b"%PDF-"):
            return Inspected()
        made_of = json.loads(line[1])
        return Inspected(
            is_readable=True,
            pages=1,
            standards=tuple(made_of["standard"].split("+")),
            is_tagged=True,
            has_colours=True,
            attachments=made_of["attachments"],
            signatures=tuple(self.validate(content)),
        )

    def validate(self, content: bytes, trusted: Sequence[bytes] = ()) -> list[SignatureFound]:
        """Read the lines that `seal` added."""
        return [
            SignatureFound(
                intact=(intact := line[1].decode() == digest_of(content[: line.start()])),
                covers_all=line.end() + 1 == len(content),
                modified=not intact or line.end() + 1 != len(content),
                by=line[2].decode(),
                fingerprint=line[2].decode(),
                at=None,
                trusted=True,
                timestamped=line[3] == b"stamped",
            )
            for line in SEALED.finditer(content)
        ]

    def close(self) -> None:
        """Nothing is kept running."""


def one_page(comment: bytes) -> bytes:
    """The smallest PDF that every reader opens, with a comment of one line."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    content = b"%PDF-1.7\n%made-of " + comment + b"\n"
    places = []
    for number, written in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"xref\n0 4\n%strailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(content))
    )
