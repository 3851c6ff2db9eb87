"""A dossier's history tells each role as much by the API as on its page and in its file, and no more."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.people import accounts, assignments, passwords
from engine.people.models import CASE_ROLES, Role
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from engine.projects import corrections, documents, everyday
from engine.projects.readers import NOT_TO_THE_FIRM, WITH_AUDIENCE
from engine.runtime import cases
from tests.conftest import START
from tests.web import installation
from web.projects.history_entries import DONE, SAID_TWICE
from web.projects.history_words import SENTENCES

WORDS = "Propos tenus sous le sceau"
HASHED = passwords.hash_secret(installation.PASSWORD)
AUDIENCES = ("operator", "committee", "project")
KINDS = sorted(
    {kind.partition(":")[0] for kind in SENTENCES if not kind.startswith((*WITH_AUDIENCE, *NOT_TO_THE_FIRM))}
    | {"projects.something.new"}
)
ALERT = "projects.firm_alert.signalled"
KEPT = ("projects.note.written", "projects.call.noted", "projects.document.added", "projects.note.corrected")
READS = {
    "officer": AUDIENCES,
    "auditor": AUDIENCES,
    "administrator": AUDIENCES[1:],
    "chair": AUDIENCES[1:],
    "member": AUDIENCES[1:],
    "steering": AUDIENCES[1:],
    "prescriber": AUDIENCES[1:],
    "mandatary": AUDIENCES[1:],
    "expert": AUDIENCES[2:],
    "sme_head": AUDIENCES[2:],
    "signatory": AUDIENCES[2:],
}


@pytest.fixture
def told(engine, world, project) -> UUID:
    """A project on which everything happened, with words each time; one person in each of its roles."""
    with engine.database.start_work() as work:
        held = {Role(each.role): each.person_id for each in assignments.of_case(work, project, START.date())}
        for role in sorted(CASE_ROLES - {Role.RECUSED}):
            world.people[role.value] = held.get(role) or given(work, world, project, role)
        accounts.create(work, person_id=world.people["sme_head"], password_hash=HASHED)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        locked = cases.lock(work, project)
        for kind in [*KINDS, ALERT]:
            work.record(
                kind, chain=project, subject=new_id(), basin_id=locked.case.basin_id,
                content={"reason": WORDS, "explanation": WORDS, "name": WORDS},
            )  # fmt: skip
        for audience in AUDIENCES:
            keep(work, engine, project, audience)
    return project


def given(work, world, project, role) -> UUID:
    person_id = installation.known(work, world, role.value, HASHED)
    assignments.assign(
        work, role=role, basin_id=world.basin_id, case_id=project, person_id=person_id, from_date=START.date()
    )
    return person_id


def keep(work, engine, project, audience):
    note = everyday.write_note(work, project_id=project, text=f"{WORDS} ({audience})", audience=audience)
    corrections.strike_out(
        work, project_id=project, record_id=note.id, reason=f"{WORDS} ({audience})", correction="Rien."
    )
    everyday.note_call(
        work, project_id=project, correspondent="Claire Lac (démo)", summary=f"{WORDS} ({audience})",
        called_on=START.date(), audience=audience,
    )  # fmt: skip
    documents.add(
        work, documents.Store(engine.documents), project_id=project, name=f"{WORDS} ({audience}).pdf",
        content=b"%PDF-1.4 " + audience.encode(), audience=audience,
    )  # fmt: skip


@pytest.mark.parametrize("who", READS)
def test_the_history_tells_each_role_what_was_written_for_it(api, told, who):
    items = api.get(who, f"/projects/{told}/history?limit=200").json["items"]

    with_words = {each["kind"] for each in items if WORDS in str(each["content"])}
    assert {each["kind"] for each in items} >= set(KINDS), "what happened is told to everybody"
    assert with_words >= set(KEPT)
    assert set(KINDS) <= with_words if "committee" in READS[who] else not set(KINDS) & with_words
    assert (ALERT in with_words, ALERT in {each["kind"] for each in items}) == (
        ("committee" in READS[who],) * 2
    ), "an alert about the firm is not told to it"
    for kind in KEPT:
        found = [str(each["content"]) for each in items if each["kind"] == kind]
        assert len(found) == len(READS[who]), kind
        assert all(any(f"({audience})" in each for each in found) for audience in READS[who]), kind


@pytest.mark.parametrize("who", ["officer", "member", "expert"])
def test_the_page_the_file_and_the_api_tell_the_same(client, sign_in, api, told, who):
    items = api.get(who, f"/projects/{told}/history?limit=200").json["items"]
    sign_in(client, who)
    page = client.get(f"/projets/{told}/historique?tout=oui").get_data(as_text=True)
    file = client.get(f"/projets/{told}/historique.csv").get_data(as_text=True)

    in_words = [each["kind"] for each in items if WORDS in str(each["content"])]
    expected = sum(kind != DONE and not kind.startswith(SAID_TWICE) for kind in in_words)
    lines = [line for line in file.splitlines() if WORDS in line]
    assert len(lines) == expected
    for audience in AUDIENCES:
        is_read = audience in READS[who]
        assert (f"({audience})" in page, f"({audience})" in file) == (is_read, is_read)


def test_the_project_keeps_what_people_wrote_from_who_is_not_of_the_committee(api, told):
    reason = {"requested_by": "firm", "reason": WORDS, "requested_on": "2026-11-16"}
    assert api.post("officer", f"/projects/{told}/withdraw", {"answers": reason}).status_code == 200

    member, expert = (api.get(who, f"/projects/{told}").json for who in ("member", "expert"))

    assert (member["need"], member["end"]["reason"]) == ("Embaucher deux compagnons.", WORDS)
    assert (expert["need"], expert["end"]["reason"]) == (None, None)
    assert expert["end"]["kind"] == "withdrawn"
