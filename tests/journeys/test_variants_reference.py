"""A new reference beside what a basin drew: seen, settled, published, compared, kept as a file, taken in again."""

from __future__ import annotations

from pathlib import Path

from engine import installing
from engine.registry import library, versions
from engine.variants import drafts, drawing, reviewing
from tests.integration.variants import renamed
from tests.journeys.site import Site, Visitor
from tests.journeys.variants import DRAFT, HOME, begun, looked_at

OURS, THEIRS = "Écouter la demande", "Visiter l’entreprise"


def test_a_new_reference_is_seen_settled_published_compared_and_exported(site: Site, tmp_path: Path) -> None:
    officer = begun(site)
    draw(site)
    publish_reference(site)
    officer.go(HOME)
    assert officer.sees("Le programme a publié la référence n° 2")
    take_over(officer)
    publish(site, officer)
    compare(officer)
    leave_and_come_back(officer, tmp_path / "processus.zip")


def draw(site: Site) -> None:
    """The basin drew the appraisal, whose first step it calls otherwise."""
    with site.basin.acting("officer") as work:
        draft = drafts.required(work, site.world.basin_id)
        drawn = renamed(drawing.shown(work, draft, "appraisal"), OURS).decode()
        drawing.keep(
            work, draft_id=draft.id, revision=draft.revision, process="appraisal", text=drawn,
            reason="Nous écoutons d’abord.", subject="Instruction du dossier",
        )  # fmt: skip


def publish_reference(site: Site) -> None:
    """The programme calls the same step by a third name."""
    files = library.reference()
    files["appraisal.bpmn"] = renamed(files["appraisal.bpmn"], THEIRS)
    with site.engine.database.start_work() as work:
        versions.publish(
            work, basin_id=None, files=files, parameters={}, charter_version="2010",
            effective_on=work.now.date(), chain=installing.PROGRAMME_CHAIN,
        )  # fmt: skip


def take_over(officer: Visitor) -> None:
    """What it brings is told, and what both changed is asked: nothing is chosen for the basin."""
    officer.follow("Ouvrir le brouillon")
    officer.follow("La reprendre dans ce brouillon")
    assert THEIRS in officer.text()
    looked_at(officer)
    officer.press("Reprendre cette référence")
    assert officer.sees("Il reste à choisir")
    looked_at(officer)
    officer.page.get_by_label("Garder le dessin du bassin").first.check()
    officer.press("Reprendre cette référence")
    assert officer.sees("s’appuie maintenant sur la dernière référence")
    assert officer.sees("Rien ne s’oppose à la publication")


def publish(site: Site, officer: Visitor) -> None:
    """The coordination approves, the officer publishes."""
    officer.press("Soumettre à la relecture")
    with site.basin.acting("coordinator") as work:
        draft = drafts.required(work, site.world.basin_id)
        reviewing.approve(work, draft_id=draft.id, revision=draft.revision, note="")
    officer.go(f"{DRAFT}/publier")
    officer.send()
    assert officer.sees("Version 2 publiée")
    assert not officer.sees("Le programme a publié la référence n° 2")


def compare(officer: Visitor) -> None:
    """The last two versions: in words, then both drawings."""
    officer.follow("Comparer")
    assert OURS in officer.text()
    assert officer.page.locator("#dessins svg").count() == 2
    looked_at(officer)
    officer.go(f"{HOME}/versions")
    looked_at(officer)
    officer.follow("version 1")
    assert officer.sees("Qualifier la demande")
    looked_at(officer)


def leave_and_come_back(officer: Visitor, file: Path) -> None:
    """A version leaves as a file; a draft is made of it."""
    officer.go(f"{HOME}/versions/2")
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Tout exporter").click()
    download.value.save_as(file)
    officer.go(HOME)
    officer.press("Commencer un brouillon")
    officer.press("Retirer")
    officer.follow("Importer")
    officer.press("Remplacer le contenu")
    assert officer.sees("Choisissez le fichier")
    looked_at(officer)
    officer.page.locator("[name=file]").set_input_files(file)
    officer.press("Remplacer le contenu")
    assert officer.sees("contient maintenant ce que dit le fichier")
    assert officer.sees("Rien ne s’oppose à la publication")
