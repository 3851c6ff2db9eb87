"""The child that typesets, seals and looks inside files: within limits, one question at a time."""

from __future__ import annotations

import contextlib
import json
import logging
import resource
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import clock, isolation
from engine.documents import certificates, inspecting, sealing, typesetting
from engine.documents.workshop import REFUSALS, Certificate, NotTypeset, as_json

MEGABYTES = 512
# Typst keeps what it has set, and pdfium what it has read: a child that has grown makes room for another.
HEAVY_MEGABYTES = 300


def main() -> None:
    """Answer until the parent closes the pipe."""
    logging.disable(logging.CRITICAL)
    isolation.answer_questions(answer, megabytes=MEGABYTES)


def answer(question: Mapping[str, Any]) -> bytes:
    """Answer one question: a line that says how it went, then what was asked for."""
    allow_processor(question["seconds"])
    try:
        # A library that prints must not be taken for an answer.
        with contextlib.redirect_stdout(sys.stderr):
            content = WORK[question["asks"]](**question["with"])
        return line(is_spent=megabytes_taken() > HEAVY_MEGABYTES) + content
    except tuple(REFUSALS.values()) as refusal:
        details = {name: str(value) for name, value in refusal.details.items()}
        return line(refused=type(refusal).__name__, details=details)
    except MemoryError:
        return line(refused=NotTypeset.__name__, details={"reason": "too large"}, is_spent=True)
    except BaseException as error:  # noqa: BLE001 - a panic of a library is no Exception: end with it
        reason = f"{type(error).__name__}: {error}"[:500]
        return line(refused=NotTypeset.__name__, details={"reason": reason}, is_spent=True)


def line(**said: object) -> bytes:
    """How it went, on one line. A spent child is asked nothing more."""
    return json.dumps(said).encode() + b"\n"


def megabytes_taken() -> float:
    """The memory that this process takes now; nothing where the machine does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 1_000_000


def allow_processor(seconds: float) -> None:
    """Let this question take so much of the processor: an endless one ends even when its parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Typst works on every core at once.
    most = int(used.ru_utime + used.ru_stime + seconds * 8 + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def typeset(source: bytes, values: Mapping[str, Any], root: str, standard: str) -> bytes:
    """Make a PDF."""
    return typesetting.typeset(source, values, root=Path(root), standard=standard)


def certificate(content: bytes, passphrase: str, wall: datetime) -> bytes:
    """Say what a certificate is, if it is good at this instant; its key stays here."""
    found = certificates.load(content, passphrase, wall=wall)
    return json.dumps(
        {
            "fingerprint": found.fingerprint,
            "subject": found.subject,
            "valid_from": found.valid_from.isoformat(),
            "valid_until": found.valid_until.isoformat(),
            "commits": found.commits,
        }
    ).encode()


def specimen(passphrase: str, wall: datetime) -> bytes:
    """Make a certificate for a demonstration."""
    return certificates.specimen(passphrase, wall=wall)


def seal(pdf: bytes, certificate: Certificate, **asked: Any) -> bytes:
    """Seal a PDF."""
    return sealing.seal(pdf, certificate=certificate, wall=clock.RealClock().wall(), **asked)


def inspect(content: bytes, root: str) -> bytes:
    """Look inside a file."""
    return as_json(inspecting.inspect(content, root=Path(root)))


def validate(content: bytes, trusted: list[bytes]) -> bytes:
    """Verify the signatures of a file."""
    return as_json(inspecting.validate(content, trusted))


WORK: dict[str, Callable[..., bytes]] = {
    "certificate": certificate,
    "inspect": inspect,
    "seal": seal,
    "specimen": specimen,
    "typeset": typeset,
    "validate": validate,
}

if __name__ == "__main__":
    main()
