"""Opening, numbering, finding and listing dossiers; their documents."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from engine import errors
from engine.people import partnerships
from engine.people.models import PartnershipAgreement
from engine.projects import documents, dossiers
from engine.projects.recording import ProjectNotFound
from forms import catalogue
from tests.integration.programme import FIRM, Programme

PDF = b"%PDF-1.7 un document"


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def test_an_intake_opens_a_dossier_under_the_agreement_and_charter_in_force(programme):
    programme.open()

    project = programme.project()
    with programme.database.start_reading() as work:
        agreement = partnerships.in_force(work, programme.basin_id, programme.today)
    assert (project.partnership_agreement_id, project.charter_version) == (agreement.id, "2010")
    assert (project.status, project.reference, project.firm) == ("qualifying", "TDL-2026-001", FIRM["name"])
    assert programme.steps() == ["qualify"]


def test_without_a_partnership_agreement_in_force_nothing_is_opened(programme):
    with programme.work_as("officer") as work:
        agreement = work.database.query(PartnershipAgreement).one()
        partnerships.move_end(work, agreement.id, ends_on=date(2026, 11, 15), reason="Fin anticipée.")

    with pytest.raises(partnerships.NoAgreementInForce):
        programme.open()


def test_a_firm_not_registered_yet_may_ask(programme):
    programme.open(not_registered=True, siret=None)

    assert programme.project().not_registered


@pytest.mark.parametrize("siret", ["00000001800003", "12345"])
def test_a_wrong_siret_is_refused(programme, siret):
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        programme.open(siret=siret)

    assert "siret" in refusal.value.messages


def test_the_same_firm_is_shown_as_a_duplicate_whatever_its_spelling(programme):
    programme.open()

    with programme.database.start_reading() as work:
        found = [
            dossiers.duplicates(work, basin_id=programme.basin_id, name="MECANIQUE du grand pre"),
            dossiers.duplicates(
                work, basin_id=programme.basin_id, name="Autre nom", siret=str(FIRM["siret"])
            ),
            dossiers.duplicates(work, basin_id=programme.basin_id, name="Fonderie des Trois Lunes"),
        ]

    assert [[each.reference for each in some] for some in found] == [["TDL-2026-001"], ["TDL-2026-001"], []]


def test_a_firm_that_comes_back_submits_its_ended_dossier_again(programme):
    first = programme.open()
    programme.complete("qualify", "officer", {"outcome": "drop", "reason": "Trop tôt."})
    assert programme.project().status == "dropped"

    programme.open()

    assert programme.project().resubmission_of == first


def test_two_dossiers_opened_at_once_have_two_numbers_in_a_row(database, clock):
    programme = Programme(database, clock).install()
    failures: list[BaseException] = []

    def open_one(number: int) -> None:
        try:
            Programme.open(programme, siret=None, not_registered=True, name=f"Atelier {number} (démo)")
        except BaseException as error:  # noqa: BLE001 — told by the assertion below.
            failures.append(error)

    threads = [threading.Thread(target=open_one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with database.start_reading() as work:
        page = dossiers.list_projects(work)
    assert sorted(each.reference for each in page.projects) == [
        f"TDL-2026-{each:03d}" for each in range(1, 7)
    ]


def test_a_refused_opening_gives_its_number_back(programme):
    with pytest.raises(RuntimeError), programme.work_as("officer") as work:
        answers = {**FIRM, "siret": None, "not_registered": True}
        dossiers.open_project(work, basin_id=programme.basin_id, answers=answers)
        raise RuntimeError("the act fails after its number was taken")

    programme.open()

    assert programme.project().reference == "TDL-2026-001"


def test_pages_of_dossiers_neither_skip_nor_repeat_whatever_opens_meanwhile(programme, clock):
    opened = [
        programme.open(siret=None, not_registered=True, name=f"Atelier {each} (démo)") for each in range(7)
    ]
    with programme.database.start_reading() as work:
        first = dossiers.list_projects(work, limit=3)
    clock.advance(minutes=1)
    programme.open(siret=None, not_registered=True, name="Dernier venu (démo)")

    seen = [each.id for each in first.projects]
    following = first.next
    while following:
        with programme.database.start_reading() as work:
            page = dossiers.list_projects(work, limit=3, after=following)
        seen += [each.id for each in page.projects]
        following = page.next

    assert len(seen) == len(set(seen)) == 7
    assert set(seen) == set(opened)


def test_dossiers_are_found_by_basin_phase_state_and_words(programme):
    programme.open()
    programme.open(siret=None, not_registered=True, name="Fonderie des Trois Lunes (démo)")
    programme.complete("qualify", "officer", {"outcome": "drop", "reason": "Trop tôt."})

    def firms(**filters: object) -> list[str]:
        with programme.database.start_reading() as work:
            return [each.firm for each in dossiers.list_projects(work, **filters).projects]

    assert firms(phase="diagnostic") == [FIRM["name"]]
    assert firms(state="ended") == ["Fonderie des Trois Lunes (démo)"]
    assert firms(q="grand pré mécanique") == [FIRM["name"]]
    assert firms(q="100%") == []
    assert firms(basin="toulois", state="open") == [FIRM["name"]]
    assert firms(basin="ailleurs") == firms(basin_ids=[]) == []


@pytest.mark.parametrize("filters", [{"phase": "x"}, {"state": "x"}, {"after": "x"}, {"after": "ééé"}])
def test_a_filter_that_does_not_exist_is_refused_by_name(programme, filters):
    with programme.database.start_reading() as work, pytest.raises(errors.InvalidAnswers):
        dossiers.list_projects(work, **filters)


def test_an_unknown_dossier_is_not_found(programme):
    with programme.database.start_reading() as work, pytest.raises(ProjectNotFound):
        dossiers.find(work, programme.people["officer"])


def test_a_document_is_kept_once_under_its_hash_and_found_again(programme, tmp_path):
    programme.open()
    store = documents.Store(tmp_path / "documents")

    for name in ("bilan.pdf", "../../etc/passwd.pdf"):
        with programme.work_as("officer") as work:
            documents.add(work, store, project_id=programme.case_id, name=name, content=PDF)

    with programme.database.start_reading() as work:
        found = documents.of_project(work, programme.case_id)
    assert {each.name for each in found} == {"bilan.pdf", "passwd.pdf"}
    assert len({each.content_hash for each in found}) == 1
    assert store.read(found[0].content_hash) == PDF
    assert [path.is_file() for path in store.folder.rglob("*") if path.is_file()] == [True]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html>"),
        ("piege.pdf", b"MZ executable"),
        ("gros.pdf", PDF + b"0" * documents.LARGEST),
        ("", PDF),
        ("a\x00b.pdf", PDF),
    ],
)
def test_a_file_that_is_not_what_is_accepted_is_refused_and_nothing_is_written(
    programme, tmp_path, name, content
):
    programme.open()
    store = documents.Store(tmp_path / "documents")

    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        documents.add(work, store, project_id=programme.case_id, name=name, content=content)

    assert not store.folder.exists()


def test_numbers_begin_again_with_each_year(programme, clock):
    programme.open(siret=None, not_registered=True, name="Scierie du Val (démo)")
    first = programme.project().reference
    clock.set(clock.instant.replace(year=2027, month=1, day=4))

    programme.open(siret=None, not_registered=True, name="Atelier du Lavoir (démo)")

    assert (first, programme.project().reference) == ("TDL-2026-001", "TDL-2027-001")
