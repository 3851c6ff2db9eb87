"""A basin's own step and questions on pages, in files and for programs."""

from __future__ import annotations

import io

import openpyxl
import pytest

from engine.people import assignments, basins, passwords
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.registry import changes, library, overlay, versions
from engine.runtime.models import Draft
from tests.integration.asking import BANK, MORE, OPINION
from tests.stories import DIAGNOSTIC
from tests.web import installation
from tests.web.installation import LORRAINE, PASSWORD
from tests.web.task_lives import TYPED_DIAGNOSTIC, Lives
from tests.web.task_page.reading import form_of, is_open, main_of, rows_of, text, typed_in
from web.projects import basin_answers

TYPED = {"extra_rent": "12 000", "extra_owner": "no"}
SENT = {"extra_rent": 1_200_000, "extra_owner": False}


@pytest.fixture
def lives(engine, world) -> Lives:
    """A basin that asks more than the programme, from today on."""
    folder = library.basin(LORRAINE)
    files = overlay.apply(
        library.reference(),
        published=folder.parameters.published,
        changes=changes.read({"changes": [BANK, MORE]}),
    )
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        basin = basins.find(work, world.basin_id)
        versions.publish(
            work, basin_id=basin.id, files=files, parameters=folder.parameters.published,
            charter_version="2010", effective_on=work.now.date(), chain=basin.chain_id,
        )  # fmt: skip
    return Lives(engine, world)


@pytest.fixture
def task(lives, clock):
    """The diagnostic, asked of the member with the basin's questions."""
    case_id = lives.open()
    lives.act(case_id, "qualify", "officer", {
        "outcome": "continue", "prescriber_id": str(lives.world.people["member"]),
        "category": "development", "headcount": 12, "commune": "54528",
    })  # fmt: skip
    lives.act(case_id, "accept_prescription", "member", {"accepted": True})
    lives.act(case_id, "basin_bank", "officer", OPINION)
    clock.advance(minutes=20)
    return lives.task(case_id, "preliminary_diagnostic")


@pytest.fixture
def answered(lives, task):
    """The dossier, once the diagnostic is given."""
    lives.act(task.case_id, "preliminary_diagnostic", "member", {**DIAGNOSTIC, **SENT})
    return task.case_id


def test_the_page_asks_them_last_under_their_own_heading(member, task):
    answer = member.get(f"/taches/{task.id}")

    assert "12 réponses à donner" in text(answer)
    (group,) = form_of(answer).xpath(".//*[@role='group'][h2]")
    assert group.findtext("h2") == "Questions du bassin"
    assert [each.get("name") for each in group.xpath(".//input")] == [
        "extra_rent", "extra_owner", "extra_owner",
    ]  # fmt: skip
    assert group.xpath("following-sibling::*[.//button]"), "the button comes after"


def test_submitting_them_completes_the_task(member, lives, task):
    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC | TYPED)

    assert answer.status_code == 303
    assert not is_open(lives, task)


def test_answers_to_correct_come_back_as_typed_with_a_link_to_them(member, lives, task):
    typed = TYPED_DIAGNOSTIC | TYPED | {"extra_rent": "<b>douze</b>", "extra_owner": "\u202e"}
    answer = member.post(f"/taches/{task.id}", data=typed)

    assert answer.status_code == 422
    assert is_open(lives, task)
    links = main_of(answer).xpath("//*[@class='error-summary']//a/@href")
    assert links == ["#answer-extra_rent", "#answer-extra_owner"]
    assert typed_in(answer)["extra_rent"] == "<b>douze</b>"
    assert "<b>douze" not in answer.get_data(as_text=True)


def test_a_draft_holds_them_and_nothing_that_is_not_asked(member, lives, task):
    typed = {"summary": "Une sci", "extra_rent": "douze", "extra_gone": "?"}
    member.post(f"/taches/{task.id}/brouillon", data=typed)

    (kept,) = rows_of(lives, Draft, Draft.task_id == task.id)
    assert kept.answers == {"summary": "Une sci", "extra_rent": "douze"}
    assert typed_in(member.get(f"/taches/{task.id}"))["extra_rent"] == "douze"


def test_the_project_shows_the_answers_to_who_reads_what_people_write(officer, flask_app, sign_in, answered):
    said = text(officer.get(f"/projets/{answered}")).replace("\u202f", " ").replace("\xa0", " ")
    assert "Demandé par le bassin" in said
    assert "Avis de la banque" in said
    assert "Quelle agence ? Toul (démo)" in said
    assert "Loyer annuel 12 000,00 €" in said
    assert said.index("Avis de la banque 16 novembre") < said.index("Loyer annuel")
    assert "Demandé par le bassin" not in text(officer.get(f"/projets/{answered}/engagements"))

    told = text(officer.get(f"/projets/{answered}/historique"))
    assert "Étape du bassin : Avis de la banque" in told.replace("\u202f", " ")
    assert "Questions du bassin : Établir le diagnostic préalable" in told.replace("\u202f", " ")


def test_an_expert_of_the_project_reads_no_answer(engine, world, api, answered):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        expert = installation.known(work, world, "expert", passwords.hash_secret(PASSWORD))
        assignments.assign(
            work, role=Role.EXPERT, basin_id=world.basin_id, case_id=answered, person_id=expert,
            from_date=work.now.date(),
        )  # fmt: skip

    assert api.get("expert", f"/projects/{answered}").json["basin_answers"] == []


def test_the_file_of_the_list_has_them_in_one_cell(officer, answered):
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/projets.xlsx").data))
    header, *lines = [[cell.value for cell in row] for row in book.worksheets[0]]
    (told,) = [line[header.index("Demandé par le bassin")] for line in lines]

    assert told.startswith("Avis de la banque (Avis Réservé, Pourquoi Le bail court jusqu’en juin.")
    assert "Le dirigeant est-il propriétaire\u202f? Non" in told


def test_a_program_is_told_what_is_asked_and_answers_it(api, lives, task):
    shown = api.get("member", f"/tasks/{task.id}").json
    assert shown["form_schema"]["properties"]["extra_rent"]["title"] == "Loyer annuel"
    assert {"extra_rent", "extra_owner"} <= set(shown["form_schema"]["required"])

    path = f"/tasks/{task.id}/complete"
    refused = api.post("member", path, {"answers": {**DIAGNOSTIC, **SENT, "extra_rent": "12 000"}})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["extra_rent"])
    assert api.post("member", path, {"answers": {**DIAGNOSTIC, **SENT}}).status_code == 200
    assert not is_open(lives, task)

    bank, diagnostic = api.get("officer", f"/projects/{task.case_id}").json["basin_answers"]
    assert (bank["title"], bank["step"]) == ("Avis de la banque", "basin_bank")
    assert [(each["name"], each["value"]) for each in diagnostic["answers"]] == [
        ("extra_rent", 1_200_000), ("extra_owner", False),
    ]  # fmt: skip


def test_every_place_is_that_of_a_process_of_the_reference():
    known = {name.removesuffix(".bpmn") for name in library.reference()}

    assert set(basin_answers.PLACES) <= known
