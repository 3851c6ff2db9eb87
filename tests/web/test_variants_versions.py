"""A basin's process as versions and files: compared, exported, taken in, told to programs, at what cost."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from engine import installing
from engine.people import basins
from engine.registry import library, packaging, versions
from engine.registry.charter import articles
from engine.variants import published
from tests.integration.variants import renamed
from tests.web.costs import statements
from tests.web.installation import LORRAINE
from tests.web.task_lives import Lives
from tests.web.variant_pages import DRAFT, HOME, STEP, added, begun, draft_of, revision_in, sent

PICTURE = re.compile(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


def test_the_wishes_are_kept_and_a_draft_is_given_up(officer, engine, world):
    begun(officer)
    sent(officer, f"{DRAFT}/motif", {"reason": "Suivre de plus près.", "effective_on": "2027-01-01"})
    page = officer.get(DRAFT)
    given_up = officer.post(f"{DRAFT}/abandonner", data={"revision": revision_in(page)})

    assert "Suivre de plus près." in page.get_data(as_text=True)
    assert given_up.location.endswith(HOME)
    assert draft_of(engine, world) is None


def test_what_is_published_is_said_once_more_before_the_day_is_asked(officer, monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", frozenset)
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)

    page = officer.get(f"{DRAFT}/publier").get_data(as_text=True)

    said = page.index("Ce que fait cette version")
    assert page.index('name="revision"') < said < page.index('name="effective_on"')
    assert "Avis de la banque" in page[said:]


def test_the_check_has_a_page_of_its_own(officer):
    begun(officer)

    assert "La vérification" in officer.get(f"{DRAFT}/verifier").get_data(as_text=True)


def test_a_name_that_would_be_markup_is_only_a_name(officer):
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", {**STEP, "name": "<script>alert(1)</script>"})

    page = officer.get(DRAFT).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_reference_and_a_version_are_compared(officer):
    page = officer.get(f"{HOME}/comparer?de=reference-1&a=1").get_data(as_text=True)

    assert "Comparer deux versions" in page
    assert officer.get(f"{HOME}/comparer?de=reference-9&a=1").status_code == 404


def test_the_files_of_a_version_are_the_ones_that_ran(officer):
    answer = officer.get(f"{HOME}/versions/1/project.bpmn?telecharger=oui")

    assert answer.mimetype == "application/xml"
    assert b"definitions" in answer.data
    assert officer.get(f"{HOME}/versions/1/nothing.bpmn").status_code == 404


@pytest.mark.parametrize("number", [0, 2, 2**31, 10**30])
@pytest.mark.parametrize("address", ["versions/{}", "versions/{}.zip", "versions/{}/project.bpmn"])
def test_a_version_that_never_was_is_not_there(officer, number, address):
    assert officer.get(f"{HOME}/{address.format(number)}").status_code == 404


def test_a_draft_is_exported_and_taken_in_again(officer, engine, world):
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    packed = officer.get(f"{HOME}/brouillon.zip")
    officer.post(f"{DRAFT}/abandonner", data={"revision": revision_in(officer.get(DRAFT))})
    begun(officer)
    taken_in = sent(officer, f"{DRAFT}/importer", {"file": (io.BytesIO(packed.data), "processus.zip")})

    assert packed.mimetype == "application/zip"
    assert taken_in.status_code == 303
    assert len(added(engine, world)) == 1


def test_nobody_waits_for_a_file_to_be_read_to_write(officer, engine, monkeypatch):
    """Twenty megabytes of diagrams take seconds, and the database of a small installation has one writer."""
    begun(officer)
    packed, unpack, written = officer.get(f"{DRAFT}.zip").data, packaging.unpack, []

    def while_others_write(content):
        with engine.database.start_work() as work:
            written.append(work.now)
        return unpack(content)

    monkeypatch.setattr(packaging, "unpack", while_others_write)
    taken_in = sent(officer, f"{DRAFT}/importer", {"file": (io.BytesIO(packed), "processus.zip")})

    assert (taken_in.status_code, len(written)) == (303, 1)


@pytest.mark.parametrize("content", [b"", b"rien", b"PK\x03\x04" + b"\x00" * 200])
def test_a_file_that_is_no_process_is_refused_and_changes_nothing(officer, engine, world, content):
    begun(officer)
    refused = sent(officer, f"{DRAFT}/importer", {"file": (io.BytesIO(content), "processus.zip")})
    nothing = sent(officer, f"{DRAFT}/importer", {})

    assert (refused.status_code, nothing.status_code) == (409, 422)
    assert "ne peut pas être repris" in refused.get_data(as_text=True)
    assert added(engine, world) == []


def test_a_version_is_exported_whole(officer):
    packed = officer.get(f"{HOME}/versions/1.zip")

    names = zipfile.ZipFile(io.BytesIO(packed.data)).namelist()
    assert f"{LORRAINE}/parameters.toml" in names
    assert f"{LORRAINE}/diagrams/project.bpmn" in names


def test_a_new_reference_is_taken_over_from_the_draft(officer, engine, world):
    begun(officer)
    none_yet = officer.get(f"{DRAFT}/reference")
    too_soon = officer.post(f"{DRAFT}/reference", data={"revision": 1})
    files = library.reference()
    files["appraisal.bpmn"] = renamed(files["appraisal.bpmn"], "Visiter l’entreprise")
    with engine.database.start_work() as work:
        versions.publish(
            work, basin_id=None, files=files, parameters={}, charter_version="2010",
            effective_on=work.now.date(), chain=installing.PROGRAMME_CHAIN,
        )  # fmt: skip
    home = officer.get(HOME).get_data(as_text=True)
    offered = officer.get(DRAFT).get_data(as_text=True)
    asked = officer.get(f"{DRAFT}/reference").get_data(as_text=True)
    taken = sent(officer, f"{DRAFT}/reference", {})

    assert none_yet.location.endswith(DRAFT)
    assert too_soon.location.endswith(DRAFT)
    assert "a publié la référence n° 2" in home
    assert "La reprendre dans ce brouillon" in offered
    assert "se reprend telle quelle" in asked
    assert taken.status_code == 303
    assert "La reprendre dans ce brouillon" not in officer.get(DRAFT).get_data(as_text=True)


def test_the_api_says_what_the_version_in_force_changes_of_the_reference(api):
    version = api.get("officer", f"/basins/{LORRAINE}").json["version"]

    assert (version["number"], version["reference"]) == (1, 1)
    assert [each["kind"] for each in version["changes"]] == ["questions", "questions"]


def test_the_overview_costs_the_same_whatever_the_number_of_versions(officer, engine, world):
    with engine.database.start_reading() as work:
        files = versions.files_of(work, published.of_basin(work, world.basin_id)[0].id)
    first = statements(officer, engine, HOME)
    for number in range(3):
        name = f"Accueillir {number}"
        with engine.database.start_work() as work:
            versions.publish(
                work, basin_id=world.basin_id, parameters={}, charter_version="2010",
                files={**files, "appraisal.bpmn": renamed(files["appraisal.bpmn"], name)},
                effective_on=work.now.date(), chain=basins.chain_of(work, world.basin_id),
            )  # fmt: skip
    many = statements(officer, engine, HOME)

    assert many <= first <= 16


def test_a_version_published_without_pictures_says_so_in_words(officer, engine, world):
    bare = {name: PICTURE.sub(b"", content) for name, content in library.reference().items()}
    with engine.database.start_work() as work:
        basin = basins.by_slug(work, LORRAINE)
        installing.publish_basin(work, basin, bare, library.basin(LORRAINE))

    pages = {
        address: officer.get(address)
        for address in (f"{HOME}/versions/2", f"{HOME}/comparer", f"/bassins/{LORRAINE}", HOME)
    }
    compared = pages[f"{HOME}/comparer"].text

    assert {page.status_code for page in pages.values()} == {200}
    for address in (f"{HOME}/versions/2", f"/bassins/{LORRAINE}"):
        assert "Ce diagramme a été publié sans dessin" in pages[address].text, address
        assert "data-diagram" not in pages[address].text, address
    assert "Image SVG" not in pages[f"/bassins/{LORRAINE}"].text
    assert "Ce processus n’y est pas" not in compared
    assert officer.get(f"{HOME}/versions/2?processus=appraisal").text.count("Qualifier la demande")


def test_a_project_that_runs_without_a_picture_is_followed_in_words(officer, engine, world):
    with engine.database.start_work() as work:
        basin = basins.by_slug(work, LORRAINE)
        bare = {name: PICTURE.sub(b"", content) for name, content in library.reference().items()}
        installing.publish_basin(work, basin, bare, library.basin(LORRAINE))
    lives = Lives(engine, world)
    case_id = lives.open()
    task = lives.task(case_id, "qualify")

    for address in (
        f"/taches/{task.id}?vue=projet", f"/projets/{case_id}", f"/projets/{case_id}/parcours",
        f"/pilotage?bassin={LORRAINE}",
    ):  # fmt: skip
        page = officer.get(address, follow_redirects=True)
        assert page.status_code == 200, address
        assert "Ce diagramme a été publié sans dessin" in page.text, address
    assert officer.get(f"/projets/{case_id}/schema/appraisal.svg").status_code == 404
