"""What is held on somebody is theirs to read: every part of it, in words, and nobody else's addresses."""

from __future__ import annotations

import io
import json
import zipfile

from engine.people import tokens
from engine.projects import everyday
from engine.retention import archiving, emptying, erasing, gathering
from tests.integration.programme import FIRM


def test_an_export_holds_every_part_of_the_register_that_names_the_person(rejected, store):
    who = rejected.people["prescriber"]
    with rejected.database.start_work() as work:
        tokens.create(work, person_id=who, name="=cmd", scopes=[tokens.Scope.READ], days=3)
    with rejected.database.start_reading() as work:
        found = gathering.gather(work, who)
    made = zipfile.ZipFile(io.BytesIO(archiving.archive(found, store)))

    tables = {part.table for part in found.parts}
    assert {
        "person",
        "account",
        "absence",
        "assignment",
        "outbox",
        "history",
        "diagnostic",
        "task",
        "document",
        "api_token",
    } <= tables
    names = set(made.namelist())
    assert {"LISEZ-MOI.html", "donnees.json", "fichiers/001-cv.pdf"} <= names
    assert {f"{each}.csv" for each in tables} <= names
    data = json.loads(made.read("donnees.json"))
    assert data["parts"]["person"]["rows"][0]["full_name"] == "Pia Prescriber"
    assert any("Mme Prescriber" in (row["content"] or "") for row in data["parts"]["history"]["rows"])
    every = b"".join(made.read(name) for name in names)
    assert b"'=cmd" in made.read("api_token.csv")
    assert b"token_hash" not in every
    assert b"password_hash" not in every
    assert made.read("person.csv").startswith("\ufeffNom".encode())


def test_opinions_on_the_head_of_a_firm_are_theirs_to_read(rejected, store):
    head = rejected.project().sme_head_id
    with rejected.database.start_reading() as work:
        found = {part.table: part for part in gathering.gather(work, head).parts}

    assert found["diagnostic"].rows[0]["bearer_rating"] == "strong"
    assert found["decision"].rows[0]["explanation"] == "Pas prêt."
    assert {row["text"] for row in found["note"].rows} >= {"Rien à signaler."}


def test_an_export_of_who_wrote_a_file_does_not_give_away_how_to_reach_its_firm(rejected, store):
    with rejected.database.start_reading() as work:
        officer = {part.table: part for part in gathering.gather(work, rejected.people["officer"]).parts}
        head = {part.table: part for part in gathering.gather(work, rejected.project().sme_head_id).parts}

    def contact(parts):
        row = parts["project"].rows[0]
        return row["contact_name"], row["contact_email"], row["contact_phone"]

    assert contact(officer) == (None, None, None)
    assert officer["project"].rows[0]["firm"] == FIRM["name"]
    assert contact(head) == (FIRM["contact_name"], FIRM["contact_email"], "+33199001122")


def test_an_export_holds_history_however_often_it_names_somebody_and_in_order(rejected, monkeypatch):
    who = rejected.people["prescriber"]
    with rejected.work_as("officer") as work:
        for day in range(5):
            everyday.write_note(
                work, project_id=rejected.case_id, text=f"Mme Prescriber, {day}", audience="committee"
            )

    def told():
        with rejected.database.start_reading() as work:
            [part] = [each for each in gathering.gather(work, who).parts if each.table == "history"]
            return [row["seq"] for row in part.rows]

    whole = told()
    monkeypatch.setattr(emptying, "AT_ONCE", 2)
    assert told() == whole == sorted(set(whole))


def test_the_page_of_an_export_is_read_by_people(rejected, store):
    head = rejected.project().sme_head_id
    with rejected.database.start_reading() as work:
        found = gathering.gather(work, head)
    page = zipfile.ZipFile(io.BytesIO(archiving.archive(found, store))).read("LISEZ-MOI.html").decode()

    for word in ("Dirigeant de l’entreprise", "16/11/2026", "Rien à signaler.", "Forte", "non"):
        assert f"<td>{word}" in page, word
    for code in ("sme_head", "2026-11-16T", ">strong<", "search_text", "content_digest", "{&quot;"):
        assert code not in page, code


def test_an_export_of_somebody_erased_holds_no_name(rejected, store):
    head = rejected.project().sme_head_id
    erasing.erase(rejected.database, head)
    with rejected.database.start_reading() as work:
        found = gathering.gather(work, head)
    assert found.parts[0].rows[0]["full_name"] == "Personne effacée"
