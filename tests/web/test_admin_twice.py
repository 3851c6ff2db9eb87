"""A form of the administration sent twice is one act; a list too long to show whole is searched."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from lxml import html

from engine.people import organisations, persons
from engine.people.models import Assignment, Organisation, Person
from web.admin import roles

ROLES = "/administration/bassins/terres-de-lorraine/roles/nouveau"
CREATING = {
    "/administration/personnes/nouvelle": (
        Person, {"full_name": "Zélie Double (démo)", "email": "", "phone": "", "language": "fr"},
    ),
    "/administration/organisations/nouvelle": (
        Organisation, {"name": "Scierie Double (démo)", "siret": "", "city": "Toul", "phone": ""},
    ),
    "/administration/national/roles": (Assignment, {"role": "auditor"}),
    ROLES: (Assignment, {"role": "steering"}),
}  # fmt: skip


@pytest.fixture
def administrator(client, sign_in):
    return sign_in(client, "administrator")


def count(engine, table) -> int:
    with engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(sa.func.count()).select_from(table))


def key_on(page) -> str:
    return html.document_fromstring(page.text).xpath("//main//input[@name='key']/@value")[0]


@pytest.mark.parametrize("address", CREATING)
def test_a_double_click_adds_once(administrator, engine, world, address):
    table, sent = CREATING[address]
    if "role" in sent:
        sent = sent | {"person_id": str(world.people["head"])}
    if address == ROLES:
        address += f"?personne={world.people['head']}"
    sent = sent | {"key": key_on(administrator.get(address))}
    before = count(engine, table)

    first, second = (administrator.post(address, data=sent) for _click in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(engine, table) == before + 1

    assert key_on(administrator.get(address)) != sent["key"]


def test_whoever_is_beyond_the_list_is_found_by_a_search(administrator, engine, world, monkeypatch):
    monkeypatch.setattr(roles, "MOST_CHOICES", 3)
    with engine.database.start_work() as work:
        person = persons.add(work, full_name="Zoé Zénith (démo)", fictitious=True).id
        body = organisations.add(work, name="Zinguerie du Zénith (démo)", city="Toul", fictitious=True).id
    page = administrator.get(ROLES)
    assert str(person) not in page.text
    assert "Chercher une personne" in page.text

    address = f"{ROLES}?qui=zenith&structure=zinguerie&role=seat"
    found = html.document_fromstring(administrator.get(address).text)
    assert found.xpath("//*[@name='qui']/@value") == ["zenith"]
    assert str(person) in html.tostring(found).decode()

    answer = administrator.post(
        address,
        data={
            "role": "seat",
            "person_id": str(person),
            "organisation_id": str(body),
            "valid_from": "2026-11-16",
        },
    )
    with engine.database.start_reading() as work:
        held = work.database.scalars(sa.select(Assignment).where(Assignment.person_id == person)).one()
    assert answer.status_code == 303
    assert held.organisation_id == body
