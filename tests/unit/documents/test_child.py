"""The child is killed at its limits and is there again; nothing secret leaves its pipe."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import isolation
from engine.documents import child, sources
from engine.documents.workshop import (
    CHILD,
    CertificateExpired,
    CertificateUnreadable,
    ChildWorkshop,
    NoCertificate,
    NotTypeset,
)
from tests.unit.documents import sample_words, samples
from tests.unit.documents.conftest import PASSPHRASE, WALL

STANDARD = "a-2a+ua-1"
SECONDS = 1.5
OPENING = '#set document(title: "T", date: datetime(year: 2026, month: 1, day: 1))\n= T\n'
BAD = {
    "unending": "#while true {}",
    "recursive": "#let f(n) = f(n + 1)\n#f(0)",
    "panicking": '#panic("x")',
    "broken": "#let",
    "reaching": '#read("/etc/passwd")',
    "climbing": '#read("../../../../../etc/passwd")',
    "fetching": '#import "@preview/cetz:0.2.0"',
    "undated": "#set document(date: none)",
}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A folder of templates that are wrong, each in its way, and of a good one."""
    (tmp_path / "words").mkdir()
    (tmp_path / "layout.typ").write_text(OPENING, encoding="utf-8")
    for name, body in {**BAD, "good": "#json(bytes(sys.inputs.data)).said"}.items():
        (tmp_path / f"{name}.typ").write_text(body + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_template_that_fails_is_refused_with_its_reason_and_the_child_goes_on(templates, name):
    workshop = ChildWorkshop(templates=templates, seconds=SECONDS)

    with pytest.raises(NotTypeset) as refusal:
        workshop.typeset(name, {}, standard=STANDARD)

    assert refusal.value.details["reason"]
    assert "root:" not in str(refusal.value.details["reason"])
    assert workshop.typeset("good", {"said": "b"}, standard=STANDARD).startswith(b"%PDF-")


def test_the_same_values_give_the_same_bytes_in_another_child(workshop):
    first = workshop.typeset("erratum", samples.erratum(), standard=STANDARD)
    workshop.close()

    assert workshop.typeset("erratum", samples.erratum(), standard=STANDARD) == first


def test_the_largest_documents_are_made_within_the_memory_of_the_child(workshop):
    pages = workshop.inspect(
        workshop.typeset("session_dossier", samples.session_dossier(60), standard=STANDARD)
    )

    assert pages.pages > 60
    assert pages.standards == ("a-2a", "ua-1")


def test_an_envelope_is_made_with_what_it_carries(workshop):
    text = workshop.typeset("agreement", samples.agreement(), standard=STANDARD)

    envelope = workshop.typeset(
        "envelope", samples.envelope(), attachments={"texte.pdf": text}, standard="a-3a+ua-1"
    )

    found = workshop.inspect(envelope)
    assert found.attachments == {"texte.pdf": sha256(text)}
    assert found.codes == (sample_words.CODE,)
    assert workshop.inspect(text).codes == (sample_words.CODE,)


def sha256(content: bytes) -> str:
    """The name of a content."""
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_an_unknown_template_or_a_bad_attachment_is_refused_before_the_child_is_asked(workshop):
    for template, attachments in (("nothing", {}), ("erratum", {"../x": b"x"})):
        with pytest.raises(NotTypeset):
            workshop.typeset(template, samples.erratum(), attachments=attachments, standard=STANDARD)


# ── The certificate ─────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_secret_stands_in_the_command_or_the_environment_of_the_child(seal_file, monkeypatch):
    monkeypatch.setenv("ALIZE_SEAL_PASSPHRASE", PASSPHRASE)
    workshop = ChildWorkshop(seal=seal_file, passphrase=PASSPHRASE)

    found = workshop.certificate(WALL)

    process = Path("/proc") / str(isolation.child_of(CHILD).pid)
    told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert PASSPHRASE.encode() not in told
    assert {line.split(b"=")[0] for line in (process / "environ").read_bytes().split(b"\0") if line} <= {
        b"PYTHONPATH", b"PYTHONHASHSEED", b"LC_CTYPE",
    }  # fmt: skip
    assert PASSPHRASE not in repr(found)
    assert "specimen" not in repr(found)


def test_the_certificate_of_the_installation_is_read_by_the_child(seal_file, certificate):
    workshop = ChildWorkshop(seal=seal_file, passphrase=PASSPHRASE)

    assert workshop.certificate(WALL) == certificate


def test_a_demonstration_makes_its_own_certificate_once_for_its_owner_alone(tmp_path):
    first = ChildWorkshop(specimen=tmp_path / "seal").certificate(WALL)
    again = ChildWorkshop(specimen=tmp_path / "seal").certificate(WALL + timedelta(days=1))

    (file,) = (tmp_path / "seal").iterdir()
    assert first == again
    assert "Cachet spécimen" in first.subject
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_certificate_nothing_seals(tmp_path):
    for workshop in (ChildWorkshop(), ChildWorkshop(seal=tmp_path / "absent.p12")):
        with pytest.raises(NoCertificate):
            workshop.certificate(WALL)


def test_a_wrong_passphrase_and_a_certificate_that_is_past_are_told_apart(seal_file, tmp_path):
    not_one = tmp_path / "x.p12"
    not_one.write_bytes(b"not a certificate")

    with pytest.raises(CertificateUnreadable):
        ChildWorkshop(seal=seal_file, passphrase="une autre").certificate(WALL)
    with pytest.raises(CertificateUnreadable):
        ChildWorkshop(seal=not_one, passphrase=PASSPHRASE).certificate(WALL)
    for wall in (datetime(2020, 1, 1, tzinfo=UTC), WALL + timedelta(days=3000)):
        with pytest.raises(CertificateExpired):
            ChildWorkshop(seal=seal_file, passphrase=PASSPHRASE).certificate(wall)


# ── What the child does with a question, asked in this process ──────────────────────────────────────────────


@pytest.fixture
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the processor to the process of the tests, and let it be as large as other tests made it."""
    monkeypatch.setattr(child, "allow_processor", lambda _seconds: None)
    monkeypatch.setattr(child, "HEAVY_MEGABYTES", 1_000_000)


@pytest.mark.usefixtures("no_limit")
def test_an_answer_begins_with_how_it_went(tmp_path):
    sources.lay_out(tmp_path, {})
    asked = {
        "asks": "typeset",
        "seconds": 1,
        "with": {
            "source": sources.source_of("erratum"),
            "values": samples.erratum(),
            "root": str(tmp_path),
            "standard": STANDARD,
        },
    }

    line, _end, content = child.answer(asked).partition(b"\n")

    assert json.loads(line) == {"is_spent": False}
    assert content.startswith(b"%PDF-")


@pytest.mark.usefixtures("no_limit")
def test_a_child_that_has_grown_answers_and_makes_room_for_another(monkeypatch, made):
    monkeypatch.setattr(child, "HEAVY_MEGABYTES", 0)

    line, _end, content = child.answer({
        "asks": "validate", "seconds": 1, "with": {"content": made("erratum"), "trusted": []},
    }).partition(b"\n")  # fmt: skip

    assert json.loads(line) == {"is_spent": True}
    assert content == b"[]"


@pytest.mark.usefixtures("no_limit")
@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), RuntimeError("x"), SystemExit(1)])
def test_a_child_that_met_the_unexpected_says_so_and_is_asked_nothing_more(monkeypatch, error):
    def failing(**_given):
        raise error

    monkeypatch.setitem(child.WORK, "inspect", failing)

    said = child.answer({"asks": "inspect", "seconds": 1, "with": {}})

    assert b'"is_spent": true' in said
    assert b'"refused": "NotTypeset"' in said


@pytest.mark.usefixtures("no_limit")
def test_every_work_of_the_child_can_be_asked(certificate, made, tmp_path):
    pdf = made("erratum")

    def ask(asks, **given):
        line, _end, content = child.answer({"asks": asks, "seconds": 5, "with": given}).partition(b"\n")
        assert json.loads(line) == {"is_spent": False}
        return content

    sealed = ask("seal", pdf=pdf, certificate=certificate, reason="R", place="P", tsa_url="", tsa_trust=b"")
    assert ask("specimen", passphrase="x", wall=WALL)
    assert certificate.fingerprint.encode() in ask(
        "certificate", content=certificate.content, passphrase=PASSPHRASE, wall=WALL
    )
    assert b'"intact": true' in ask("validate", content=sealed, trusted=[])
    assert b'"pages": 1' in ask("inspect", content=sealed, root=str(tmp_path))
