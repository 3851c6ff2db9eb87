"""People, roles and organisations, as those who look after them see them."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.outbox import notify
from engine.outbox.models import CapturedMail, Message, Outcome
from engine.people import assignments, directory, organisations, persons
from engine.people.models import Account, Assignment, Role
from tests.conftest import START

PAGES = (
    "/administration",
    "/administration/personnes",
    "/administration/personnes/nouvelle",
    "/administration/organisations",
    "/administration/organisations/nouvelle",
    "/administration/bassins/terres-de-lorraine/roles",
    "/administration/bassins/terres-de-lorraine/roles/nouveau",
    "/administration/national/roles",
    "/administration/comptes",
    "/administration/incidents",
    "/administration/courriels",
    "/administration/taches-de-fond",
)


@pytest.fixture
def administrator(client, sign_in):
    return sign_in(client, "administrator")


@pytest.fixture
def dead_mail(engine, world):
    """A mail given up, about the first basin."""
    with engine.database.start_work() as work:
        message_id = notify.notify(
            work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
            data={"withdrawn_on": "2026-11-10"},
        )  # fmt: skip
        work.flush()
        message = work.database.get_one(Message, message_id)
        message.outcome, message.failed_at, message.failure = Outcome.DEAD.value, work.now, "450 boîte pleine"
    return message_id


class TestWhoMayEnter:
    @pytest.mark.parametrize("page", PAGES)
    def test_an_administrator_opens_everything(self, administrator, page):
        assert administrator.get(page).status_code == 200

    @pytest.mark.parametrize("page", PAGES)
    def test_in_english_no_french_sentence_is_left(self, administrator, page):
        administrator.post("/langue", data={"locale": "en"})
        text = re.sub(r"<[^>]+>", " ", administrator.get(page).text.partition("<main")[2])
        allowed = re.compile(
            r"comité d’agrément|Comité de pilotage|\(démo\)|Alès|Cévennes|prescripteur|mandataire|Laminoirs"
        )

        assert not re.findall(r"\w*[éèêàçùô]\w*", allowed.sub("", text))

    @pytest.mark.parametrize("page", PAGES)
    def test_somebody_not_signed_in_is_sent_to_sign_in(self, client, page):
        assert client.get(page).location.startswith("/connexion")

    @pytest.mark.parametrize(
        ("who", "page", "status"),
        [
            ("officer", "/administration/personnes", 200),
            ("officer", "/administration/comptes", 403),
            ("officer", "/administration/national/roles", 403),
            ("officer", "/administration/incidents", 403),
            ("officer", "/administration/taches-de-fond", 403),
            ("officer", "/administration/courriels", 200),
            ("officer", "/administration/bassins/terres-de-lorraine/roles", 200),
            ("officer", "/administration/bassins/valenciennois/roles", 404),
            ("officer", "/administration/bassins/terres-de-lorraine/roles/nouveau", 403),
            ("basin_administrator", "/administration/bassins/terres-de-lorraine/roles/nouveau", 200),
            ("basin_administrator", "/administration/bassins/valenciennois/roles", 404),
            ("basin_administrator", "/administration/comptes", 403),
            ("basin_administrator", "/administration/national/roles", 403),
            ("basin_administrator", "/administration/taches-de-fond", 403),
            ("member", "/administration/personnes", 403),
            ("member", "/administration/bassins/terres-de-lorraine/roles", 200),
            ("auditor", "/administration/incidents", 200),
            ("auditor", "/administration/personnes", 403),
            ("auditor", "/administration/taches-de-fond", 200),
            ("coordinator", "/administration", 403),
        ],
    )
    def test_each_sees_what_their_role_opens(self, client, sign_in, who, page, status):
        assert sign_in(client, who).get(page).status_code == status

    @pytest.mark.parametrize(
        ("who", "is_led_there"),
        [
            ("administrator", True),
            ("officer", True),
            ("auditor", True),
            ("member", False),
            ("steering", False),
        ],
    )
    def test_the_header_leads_there_whoever_has_something_to_read(self, client, sign_in, who, is_led_there):
        header = sign_in(client, who).get("/bassins").text.partition("<main")[0]

        assert ('href="/administration"' in header) is is_led_there

    def test_the_front_page_offers_only_what_opens(self, officer):
        page = officer.get("/administration").text
        links = re.findall(r'href="(/administration/[^"]+)"', page.partition("<main")[2])

        assert links
        assert {officer.get(link).status_code for link in links} == {200}


class TestPeople:
    def test_are_found_whatever_the_accents(self, officer):
        assert "Chair (démo)" in officer.get("/administration/personnes?q=CHAIR+demo").text

    def test_of_another_basin_do_not_exist(self, officer, world):
        assert "Other Member" not in officer.get("/administration/personnes").text
        assert officer.get(f"/administration/personnes/{world.people['other_member']}").status_code == 404

    def test_a_card_shows_roles_past_and_present(self, administrator, engine, world):
        with engine.database.start_work() as work:
            role = work.database.scalars(
                sa.select(Assignment).where(Assignment.person_id == world.people["steering"])
            ).one()
            assignments.end(work, role.id, reason="Mutation à Metz")
        page = administrator.get(f"/administration/personnes/{world.people['steering']}").text

        assert "Rôles passés" in page
        assert "Mutation à Metz" in page

    def test_one_is_added_then_invited(self, officer, engine):
        added = officer.post(
            "/administration/personnes/nouvelle",
            data={"full_name": "Nadia Roux (démo)", "email": "nadia.roux@exemple.test", "language": "fr"},
        )
        officer.post(f"{added.location}/compte")
        scheduler.deliver_mail(engine)
        with engine.database.start_reading() as work:
            mail = work.database.scalars(sa.select(CapturedMail)).one()

        assert added.status_code == 303
        assert mail.address == "nadia.roux@exemple.test"
        assert "/connexion" in mail.text

    def test_a_wrong_address_is_said_beside_its_field_with_what_was_typed(self, officer):
        answer = officer.post(
            "/administration/personnes/nouvelle", data={"full_name": "Nadia Roux (démo)", "email": "nadia"}
        )

        assert answer.status_code == 422
        assert 'value="Nadia Roux (démo)"' in answer.text
        assert 'aria-invalid="true"' in answer.text

    def test_a_corrected_address_moves_the_account_and_sends_again_what_came_back(
        self, officer, engine, world, dead_mail
    ):
        with engine.database.start_work() as work:
            persons.mark_address_invalid(work, world.people["member"])
        answer = officer.post(
            f"/administration/personnes/{world.people['member']}/corriger",
            data={"full_name": "Member (démo)", "email": "nouvelle@exemple.test", "language": "fr"},
        )
        with engine.database.start_reading() as work:
            account = work.database.get_one(Account, world.people["member"])
            message = work.database.get_one(Message, dead_mail)

        assert answer.status_code == 303
        assert account.email == "nouvelle@exemple.test"
        assert message.outcome is None

    def test_an_officer_cannot_change_the_address_of_an_administrator(self, officer, world):
        person = world.people["basin_administrator"]
        page = officer.get(f"/administration/personnes/{person}")
        answer = officer.post(
            f"/administration/personnes/{person}/corriger",
            data={"full_name": "Autre", "email": "a-moi@exemple.test", "language": "fr"},
        )

        assert "Corriger" not in page.text
        assert answer.status_code == 403

    def test_a_disabled_account_is_out_at_once(self, officer, flask_app, sign_in, world):
        member = sign_in(flask_app.test_client(), "member")
        officer.post(f"/administration/personnes/{world.people['member']}/desactiver")
        out = member.get("/compte").status_code
        officer.post(f"/administration/personnes/{world.people['member']}/reactiver")

        assert out == 302
        assert sign_in(member, "member").get("/compte").status_code == 200

    def test_a_list_as_a_file_executes_nothing(self, officer, engine):
        with engine.database.start_work() as work:
            persons.add(work, full_name="=HYPERLINK(1)", fictitious=True)
        answer = officer.get("/administration/personnes.csv")

        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert "'=HYPERLINK(1)" in answer.get_data(as_text=True)
        assert "Other Member" not in answer.get_data(as_text=True)

    def test_a_role_held_on_several_projects_is_said_once_with_their_number(
        self, administrator, engine, world
    ):
        with engine.database.start_work() as work:
            signing = persons.add(work, full_name="Nadia Roux (démo)", fictitious=True).id
            work.flush()
            for _number in range(4):
                assignments.assign(
                    work, role=Role.SIGNATORY, basin_id=world.basin_id, person_id=signing, case_id=uuid4()
                )
        page = administrator.get("/administration/personnes?q=nadia").text

        assert page.count("Signataire") == 1
        assert "sur 4 projets" in page
        assert "et 1 autre" not in page

    def test_pages_follow_each_other_without_losing_anybody(self, administrator, engine):
        with engine.database.start_work() as work:
            for number in range(70):
                persons.add(work, full_name=f"Personne {number % 35:03} (démo)", fictitious=True)
        seen, address = [], "/administration/personnes?q=personne"
        while address:
            page = administrator.get(address).text
            seen += re.findall(r'href="/administration/personnes/([0-9a-f-]{36})"', page)
            found = re.search(r'rel="next" href="([^"]+)"', page)
            address = found[1].replace("&amp;", "&") if found else None

        assert len(seen) == len(set(seen)) == 70


class TestRoles:
    def give(self, browser, world, slug="terres-de-lorraine", **data):
        return browser.post(
            f"/administration/bassins/{slug}/roles/nouveau", data={"valid_from": "2026-11-16", **data}
        )

    def test_one_is_given_from_a_day_on(self, administrator, engine, world):
        answer = self.give(
            administrator, world, role="seat", person_id=str(world.people["second_officer"]),
            organisation_id=str(world.companies[1]), valid_from="2026-12-01",
        )  # fmt: skip
        with engine.database.start_reading() as work:
            held = directory.roles_of_person(work, world.people["second_officer"])

        assert answer.status_code == 303
        assert (held[0].role, held[0].valid_from.isoformat()) == ("seat", "2026-12-01")

    def test_the_chair_goes_only_to_a_member_for_a_partner_company(self, administrator, world):
        answer = self.give(
            administrator, world, role="chair", person_id=str(world.people["steering"]),
            organisation_id=str(world.companies[1]),
        )  # fmt: skip

        assert answer.status_code == 403
        assert "attribuez d’abord un siège" in answer.text
        assert "<form" in answer.text

    def test_a_second_chair_is_refused_with_the_form_kept(self, administrator, world):
        answer = self.give(
            administrator, world, role="chair", person_id=str(world.people["member"]),
            organisation_id=str(world.companies[1]),
        )  # fmt: skip

        assert answer.status_code == 409
        assert "déjà tenu" in answer.text

    def test_one_is_ended_with_its_reason(self, administrator, engine, world):
        with engine.database.start_reading() as work:
            role = work.database.scalars(
                sa.select(Assignment.id).where(Assignment.person_id == world.people["steering"])
            ).one()
        page = administrator.get(f"/administration/roles/{role}/fin")
        refused = administrator.post(f"/administration/roles/{role}/fin", data={"ends_on": "2026-11-16"})
        done = administrator.post(
            f"/administration/roles/{role}/fin", data={"ends_on": "2026-11-16", "reason": "Fin de mandat"}
        )

        assert "Steering (démo)" in page.text
        assert refused.status_code == 422
        assert done.status_code == 303
        assert "Steering (démo)" not in administrator.get(done.location).text

    def test_of_another_basin_is_not_found(self, client, sign_in, engine, world):
        with engine.database.start_reading() as work:
            role = work.database.scalars(
                sa.select(Assignment.id).where(Assignment.person_id == world.people["other_officer"])
            ).one()

        assert (
            sign_in(client, "basin_administrator").get(f"/administration/roles/{role}/fin").status_code == 404
        )

    def test_a_vacant_chair_is_said(self, administrator, engine, world):
        with engine.database.start_work() as work:
            role = work.database.scalars(
                sa.select(Assignment.id).where(Assignment.role == Role.CHAIR.value)
            ).one()
            assignments.end(work, role, reason="Départ")

        assert (
            "Personne ne peut présider"
            in administrator.get("/administration/bassins/terres-de-lorraine/roles").text
        )

    def test_a_national_role_is_given_by_the_national_administration(self, administrator, world, engine):
        answer = administrator.post(
            "/administration/national/roles",
            data={"role": "auditor", "person_id": str(world.people["steering"])},
        )
        again = administrator.post(
            "/administration/national/roles",
            data={"role": "auditor", "person_id": str(world.people["steering"])},
        )

        assert answer.status_code == 303
        assert again.status_code == 409

    @pytest.mark.parametrize(
        "data", [{}, {"role": "operator", "person_id": "x"}, {"role": "auditor", "person_id": "x"}]
    )
    def test_a_national_role_that_cannot_be_is_refused(self, administrator, data):
        assert administrator.post("/administration/national/roles", data=data).status_code == 422


class TestOrganisations:
    def test_of_another_basin_show_only_their_name_number_and_city(self, officer, world):
        page = officer.get(f"/administration/organisations/{world.companies[-1]}").text

        assert "Valenciennes" in page
        assert "000000059" in page
        assert "01 99 00 00 09".replace(" ", "\u00a0") not in page
        assert "Corriger" not in page

    def test_legal_forms_do_not_count_in_the_order_and_the_page_says_so(self, administrator, engine):
        with engine.database.start_work() as work:
            for name in ("SARL Zyx (démo)", "Zyw (démo)"):
                organisations.add(work, name=name)
        page = administrator.get("/administration/organisations").text

        assert page.index("Zyw (démo)") < page.index("SARL Zyx (démo)")
        assert "sans compter la forme juridique" in page

    def test_searching_a_number_finds_it_wherever_it_is(self, officer):
        assert "Laminoirs du Hainaut" in officer.get("/administration/organisations?q=000+000+059").text
        assert "Laminoirs du Hainaut" not in officer.get("/administration/organisations").text

    def test_one_is_added_once_in_the_country(self, officer):
        first, second = (
            officer.post(
                "/administration/organisations/nouvelle",
                data={"name": "Fonderie neuve (démo)", "siret": "00000008300006", "city": "Toul"},
            )
            for _time in range(2)
        )

        assert (first.status_code, second.status_code) == (303, 409)

    def test_a_move_keeps_the_former_number_dated(self, officer, engine, world, clock):
        company = world.companies[0]
        answer = officer.post(
            f"/administration/organisations/{company}/corriger",
            data={"name": "Entreprise partenaire 1 (démo)", "siret": "00000001800010", "city": "Nancy"},
        )
        with engine.database.start_reading() as work:
            now = organisations.siret_on(work, company, START.date())
            before = organisations.siret_on(work, company, START.date() - timedelta(days=1))

        assert answer.status_code == 303, answer.text
        assert (now, before) == ("00000001800010", None) or before == "00000001800002"

    def test_of_another_basin_cannot_be_corrected(self, officer, world):
        answer = officer.post(
            f"/administration/organisations/{world.companies[-1]}/corriger", data={"name": "Autre (démo)"}
        )

        assert answer.status_code == 403
