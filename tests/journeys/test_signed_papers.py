"""A copy signed on paper comes back by its printed code; whoever holds a file learns whether it is intact."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.agreements import drafting
from engine.agreements.models import Agreement
from tests.journeys.site import DESK, PHONE, Site


@pytest.fixture
def text(site: Site) -> Agreement:
    """An agreement to sign by four people, its file made."""
    site.basin.session()
    dossier = site.basin.to_sign()
    with site.engine.database.start_reading() as work:
        found = drafting.latest(work, dossier.case_id)
    assert found is not None
    assert found.file_hash is not None
    return found


def file_of(site: Site, text: Agreement, folder: Path) -> str:
    """The agreement as a file on somebody's machine."""
    path = folder / "convention.pdf"
    path.write_bytes(site.engine.store.read(str(text.file_hash)))
    return str(path)


def test_the_officer_records_a_signed_copy_recognised_by_its_code(
    site: Site, text: Agreement, tmp_path: Path
) -> None:
    officer = site.visit("officer")
    officer.go(f"/projets/{text.project_id}/convention")
    officer.check(DESK, PHONE)
    officer.follow("Enregistrer un exemplaire signé")
    officer.check(DESK, PHONE)
    officer.page.set_input_files("#file", file_of(site, text, tmp_path))
    officer.press("Continuer")
    assert officer.sees(f"Convention {text.number}, version 1")
    officer.check(DESK, PHONE)

    officer.press("Enregistrer ces signatures")
    assert officer.sees("Indiquez le jour d’une signature au moins")
    days = officer.page.locator("input[type=date]")
    for at in (0, 3):
        days.nth(at).fill(site.today.isoformat())
    officer.page.check("#attested")
    officer.press("Enregistrer ces signatures")

    assert officer.page.url.endswith(f"/projets/{text.project_id}/convention")
    assert officer.sees("2 signatures sont enregistrées.")
    assert officer.sees("2 signatures sur 4")


def test_anybody_checks_a_file_on_a_phone_without_a_script(
    site: Site, text: Agreement, tmp_path: Path
) -> None:
    stranger = site.stranger(phone=True, scripts=False)
    stranger.go("/validation")
    stranger.page.set_input_files("#file", file_of(site, text, tmp_path))
    stranger.send()

    assert stranger.sees("Ce document est intact")
    assert stranger.sees(text.number)
    assert stranger.sees("En signature")

    stranger.go(f"/papier/{text.paper_id.hex if text.paper_id else ''}")
    assert stranger.sees(text.number)
    assert not stranger.sees("Enregistrer l’exemplaire signé")


def test_a_file_that_was_changed_is_no_longer_ours(site: Site, text: Agreement, tmp_path: Path) -> None:
    path = Path(file_of(site, text, tmp_path))
    path.write_bytes(path.read_bytes() + b"\n% a line more\n")
    stranger = site.stranger()
    stranger.go("/validation")
    stranger.page.set_input_files("#file", str(path))
    stranger.send()

    assert stranger.sees("Ce n’est pas un document de cette installation")
    stranger.check(DESK, PHONE)
