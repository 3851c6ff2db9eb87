"""The plain workshop keeps the promises of every workshop: repeatable, honest about what a file holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.documents import workshop
from engine.documents.plain import PlainWorkshop
from engine.documents.store import digest_of
from engine.documents.workshop import Inspected, SignatureFound

WALL = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
VALUES = {"date": "2026-11-16", "firm": "Scierie du Val (démo)"}


def made(**values: str) -> bytes:
    return PlainWorkshop().typeset("letter", VALUES | values, standard="a-2a+ua-1")


def test_the_same_values_give_the_same_bytes_and_others_do_not():
    assert made() == made()
    assert made() != made(firm="Atelier du Lavoir (démo)")


def test_a_file_says_what_it_was_made_of():
    content = PlainWorkshop().typeset(
        "envelope", VALUES, attachments={"A.pdf": b"%PDF-"}, standard="a-3a+ua-1"
    )

    found = PlainWorkshop().inspect(content)

    assert content.startswith(b"%PDF-")
    assert (found.is_readable, found.is_encrypted, found.pages) == (True, False, 1)
    assert (found.standards, found.attachments) == (("a-3a", "ua-1"), {"A.pdf": digest_of(b"%PDF-")})


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 somebody else's", b"GIF89a", made()[1:]])
def test_another_file_is_not_readable(content):
    assert PlainWorkshop().inspect(content) == Inspected()


def test_a_seal_covers_the_file_and_nothing_can_be_added_or_changed():
    plain = PlainWorkshop()
    certificate = plain.certificate(WALL)
    content = made()
    sealed = plain.seal(content, certificate=certificate, reason="Convention", place="Toul")

    (whole,) = plain.validate(sealed)
    (extended,) = plain.validate(sealed + b"%more\n")
    (changed,) = plain.validate(sealed.replace(b"595", b"596"))

    assert sealed.startswith(content)
    assert (whole.is_whole, whole.fingerprint, whole.timestamped) == (True, certificate.fingerprint, False)
    assert (extended.intact, extended.covers_all, extended.is_whole) == (True, False, False)
    assert (changed.intact, changed.is_whole) == (False, False)
    assert plain.validate(content) == []


def test_a_seal_that_is_timestamped_says_so():
    plain = PlainWorkshop()

    sealed = plain.seal(
        made(), certificate=plain.certificate(WALL), reason="", place="", tsa_url="http://tsa.exemple.test"
    )

    assert [each.timestamped for each in plain.validate(sealed)] == [True]


def test_what_was_found_goes_through_a_pipe_and_comes_back_the_same():
    signature = SignatureFound(
        intact=True, covers_all=True, modified=False, by="Cachet (démo)", fingerprint="ab", at=WALL,
        trusted=False, timestamped=True,
    )  # fmt: skip
    found = Inspected(
        is_readable=True, pages=2, standards=("a-3a",), codes=("https://alize.exemple.test/papier/1",),
        attachments={"A.pdf": "cd"}, signatures=(signature,),
    )  # fmt: skip

    assert workshop.inspected_of(workshop.as_json(found)) == found
    assert workshop.inspected_of(workshop.as_json(Inspected())) == Inspected()
    assert workshop.signatures_of(workshop.as_json([signature])) == [signature]


def test_a_certificate_shows_neither_its_key_nor_its_passphrase():
    certificate = workshop.Certificate(b"the key", "the words", "ab", "Cachet (démo)", WALL, WALL)

    assert "key" not in repr(certificate)
    assert "words" not in repr(certificate)
