"""What a session leaves on paper says what was decided and signed, word for word."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pypdfium2
import pytest
import sqlalchemy as sa

from engine import errors, operations
from engine.committee import delivering, errata, minutes
from engine.committee.minutes_models import Minutes
from engine.documents import making
from engine.documents.models import Paper
from engine.documents.store import Store
from engine.documents.workshop import ChildWorkshop
from engine.people import basins
from engine.settings import Settings
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

HELD = date(2026, 12, 10)


@pytest.fixture
def programme(sqlite, clock) -> Programme:
    return Programme(sqlite, clock).install()


@pytest.fixture
def printed(programme, tmp_path):
    """Make what is due with the installation's own workshop; the text of each paper, by its kind."""
    workshop, store = ChildWorkshop(specimen=tmp_path / "seal"), Store(tmp_path / "papers")
    settings = Settings(environment="test", base_url="https://alize.test")

    def make() -> dict[str, str]:
        making.make_due(programme.database, settings, workshop, store, operations.paper_hooks())
        with programme.database.start_reading() as work:
            papers = list(work.database.scalars(sa.select(Paper)))
        assert [each.failure for each in papers if each.failure] == []
        return {each.kind: said(store.read(each.content_hash)) for each in papers}

    yield make
    workshop.close()


def said(pdf: bytes) -> str:
    """Everything that a document says, without the blanks and hyphens that a line break may change."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    document.close()
    return squeezed(text)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\xad\u200b\ufffe-]+", "", text)


def closed(programme: Programme) -> Sitting:
    """A session that approved a project with an advance, its minutes drafted by the programme and signed."""
    programme.appraise()
    sitting = planned(programme, HELD)
    sitting.diffuse()
    programme.play_until(HELD)
    sitting.hold()
    answers = programme.decision(session_id=str(sitting.id), advance_amount=1_500_000, advance_months=24)
    programme.complete("committee_decision", "officer", answers)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    with programme.database.start_reading() as work:
        body = minutes.draft(work, sitting.row)
    sitting.submit_minutes(body)
    sitting.sign_minutes()
    delivering.deliver_due(programme.database)
    return sitting


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_document_of_a_session_is_made_and_says_it(programme, printed, locale):
    if locale == "en":
        with programme.work_as("officer") as work:
            basins.change_parameter(
                work, basin_id=programme.basin_id, key="documents.language", value=locale, reason="essai"
            )
    sitting = closed(programme)
    programme.complete("notify_decision", "officer", {"channel": "email", "sent_on": HELD.isoformat()})
    programme.complete("accept_mandate", "mandatary", {"accepted": True, "objectives": "Tenir les délais."})
    with programme.work_as("officer") as work:
        errata.record(
            work, sitting.id, item_id=sitting.items()[0].id, wrong="Six jours.", right="Sept jours.",
            reason="Une faute de saisie.",
        )  # fmt: skip

    texts = printed()

    with programme.database.start_reading() as work:
        signed = work.database.scalars(sa.select(Minutes)).one()
    assert signed.file_hash is not None
    for line in signed.body.splitlines():
        assert squeezed(line.removeprefix("– ")) in texts["minutes"], line
    number = squeezed("TDL-2026-D001")
    assert all(number in texts[kind] for kind in ("decision_letter", "extract", "mission_letter", "minutes"))
    assert squeezed("15 000,00 €" if locale == "fr" else "€15,000.00") in texts["decision_letter"]
    assert squeezed("Tenir les délais.") in texts["mission_letter"]
    assert squeezed("Sept jours.") in texts["erratum"]
    assert squeezed("Mécanique du Grand Pré (démo)") in texts["erratum"]
    assert squeezed("Chair (démo)") in texts["extract"]


def test_a_letter_says_nothing_of_who_voted_what(programme, printed):
    programme.appraise()
    sitting = planned(programme, HELD)
    programme.play_until(HELD)
    answers = programme.decision(
        "rejected", session_id=str(sitting.id), reason="other", explanation="Le marché manque.", mode="vote",
        votes_for=1, votes_against=4, abstentions=0,
    )  # fmt: skip
    programme.complete("committee_decision", "officer", answers)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})

    letter = printed()["decision_letter"]

    assert squeezed("Le comité n’a pas retenu votre projet.") in letter
    assert squeezed("Le marché manque.") in letter
    assert "vote" not in letter.lower()


def test_minutes_refuse_what_no_file_could_print(programme):
    programme.appraise()
    sitting = planned(programme, programme.today + timedelta(days=20))
    programme.play_until(sitting.row.held_on)
    programme.complete("committee_decision", "officer", programme.decision(session_id=str(sitting.id)))
    sitting.hold()

    with pytest.raises(errors.InvalidAnswers) as refusal:
        sitting.submit_minutes("Le comité 😀 approuve.")

    assert "😀" in str(refusal.value.messages["body"])
