"""A page of signature gone stale says what became of its text, and that nothing is left to sign."""

from __future__ import annotations

import pytest

from tests.web.project_pages.reading import TODAY, sent, text_of


@pytest.fixture
def signing(life):
    """An agreement that waits for four signatures."""
    life.to_sign(life.session(TODAY), TODAY)
    return life


def refuse(life, position: int) -> None:
    """A line refuses."""
    task = life.task("sign_agreement", position=position)
    answers = {"answer": "refuse", "reason": "Plus de jours."}
    life.do("sign_agreement", task.assignee_id, answers, position=position)


def test_who_signs_a_text_refused_meanwhile_reads_who_refused_it(signing, client, sign_in):
    task = signing.task("sign_agreement", position=1)
    chair = sign_in(client, "chair")
    page = chair.get(f"/taches/{task.id}")
    refuse(signing, 2)

    answer = chair.post(f"/taches/{task.id}", data=sent(page, answer="refuse", reason="Relire."))

    told = text_of(answer)
    assert answer.status_code == 409
    assert "a refusé de signer ce texte" in told
    assert "Vous n’avez plus rien à signer." in told
    assert "C’était" not in told
    assert "l’opérateur du bassin peut le corriger" not in told


def test_who_had_signed_a_text_refused_since_reads_so_too(signing, client, sign_in):
    task = signing.task("sign_agreement", position=1)
    chair = sign_in(client, "chair")
    page = chair.get(f"/taches/{task.id}")
    signing.sign(1)
    refuse(signing, 2)

    answer = chair.post(f"/taches/{task.id}", data=sent(page, answer="refuse", reason="Relire."))

    assert answer.status_code == 409
    assert "a refusé de signer ce texte" in text_of(answer)
