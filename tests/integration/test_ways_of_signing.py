"""How a text may be signed is the basin's to say; how a signatory wishes to is kept with their line."""

from __future__ import annotations

import pytest

from engine import errors
from engine.agreements import proving, signatures
from engine.agreements.models import Agreement, Signatory, Signature
from engine.people import basins
from engine.registry import current
from forms import catalogue
from tests.integration.programme import Programme
from tests.integration.test_annexes_and_amendments import ADVANCE, WithAdvance, with_operator


def let(programme: Programme, key: str, value: str) -> None:
    """The basin signs otherwise from now on."""
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=key, value=value, reason="Choix du comité."
        )


def approved(programme: Programme, **decided: object) -> Programme:
    """A project whose agreement is to be prepared."""
    programme.appraise()
    programme.decide(**decided)
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    return programme


def prepare(programme: Programme, mode: str) -> None:
    """The officer prepares an agreement that all sign in one way."""
    rows = [each | {"mode": mode} for each in programme.signatories()]
    answers = {"means_changed": False, "objective": "Une ligne.", "signatories": rows}
    programme.complete("prepare_agreement", "officer", answers)
    programme.print_papers()


@pytest.fixture
def programme(database, clock) -> Programme:
    return Programme(database, clock).install()


def test_a_basin_that_signs_annexes_on_paper_has_both_signed_on_paper(database, clock, tmp_path):
    programme = with_operator(WithAdvance(database, clock).install())
    let(programme, "signature.annex", "paper")
    approved(programme, **ADVANCE)
    task = programme.task("prepare_agreement")
    with programme.database.start_reading() as work:
        known = work.domain.context(work, task)
    assert {each["mode"] for each in known.prefill["signatories"]} == {"paper"}
    assert set(known.excluded["signatories-mode"]) == {"online", "provider"}
    with pytest.raises(catalogue.InvalidAnswers):
        prepare(programme, "online")

    prepare(programme, "paper")

    with pytest.raises(proving.WayNotAllowed):
        programme.sign(0)
    scan, asked = programme.scan(tmp_path), programme.task("sign_agreement", position=0)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=asked.id, signed_on=programme.today, document_id=scan)
    assert [each.mode for each in programme.rows(Signature)] == ["paper", "paper"]


def test_who_wished_to_sign_on_paper_is_not_signed_for_on_line(programme):
    approved(programme)
    prepare(programme, "paper")

    with programme.database.start_reading() as work:
        assert {each.way for each in work.database.query(Signatory)} == {"paper"}
    with pytest.raises(proving.WayNotAllowed):
        programme.sign(0)
    assert programme.rows(Signature) == []


def test_a_basin_that_signs_on_line_alone_records_no_paper(programme, tmp_path):
    let(programme, "signature.agreement", "online")
    approved(programme)
    prepare(programme, "online")
    scan, asked = programme.scan(tmp_path), programme.task("sign_agreement", position=0)

    with pytest.raises(proving.WayNotAllowed), programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=asked.id, signed_on=programme.today, document_id=scan)
    programme.sign(0)


def test_an_agreement_and_its_annex_keep_a_way_in_common(programme):
    let(programme, "signature.agreement", "online")

    with pytest.raises(errors.InvalidAnswers) as refusal, programme.work_as("officer") as work:
        current.change(
            work, basin_id=programme.basin_id, key="signature.annex", value="paper", reason="Papier."
        )

    assert "manière commune" in refusal.value.messages["value"][0]


def test_what_our_fonts_cannot_print_is_refused_before_it_is_signed(programme):
    approved(programme)
    answers = {"means_changed": False, "objective": "Une ligne 🚀", "signatories": programme.signatories()}

    with pytest.raises(errors.InvalidAnswers) as refusal:
        programme.complete("prepare_agreement", "officer", answers)

    assert "🚀" in refusal.value.messages["objective"][0]


def test_a_basin_may_have_its_texts_in_english(programme):
    let(programme, "documents.language", "en")
    approved(programme)
    prepare(programme, "online")

    [agreement] = programme.rows(Agreement)
    assert agreement.locale == "en"
    assert agreement.body.startswith("Agreement of cooperation and development")
    programme.sign(0)
