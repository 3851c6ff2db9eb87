"""The first day of a real installation: from an empty database to the first project, by pages and by commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from engine import app as engine_app
from engine import doctor, scheduler
from engine.app import Engine
from engine.people import accounts, assignments, basins, partnerships, persons
from engine.people.models import Account, Role
from engine.persistence.unit_of_work import SYSTEM, Actor
from engine.projects.models import Project
from engine.registry import current
from engine.settings import Settings
from tests.consoles import alize_in
from tests.mail_server import MailServer
from tests.web.conftest import CheckingClient

SLUG = "pays-de-la-meuse"
HOME = f"/bassins/{SLUG}"
CHECKLIST = f"{HOME}/mise-en-marche"
ROLES = f"/administration/bassins/{SLUG}/roles"
PASSWORD = "une phrase de passe solide"
INTAKE = {
    "siret": "00000006700009", "name": "Scierie du Lac (démo)", "contact_name": "Claire Lac (démo)",
    "contact_email": "claire.lac@exemple.test", "need": "Embaucher deux compagnons.", "information_read": "yes",
}  # fmt: skip


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@dataclass
class Installation:
    """A production installation, its mailbox, and one browser per person."""

    engine: Engine
    flask: Flask
    mails: MailServer
    browsers: dict[str, CheckingClient] = field(default_factory=dict)

    def browser(self, email: str) -> CheckingClient:
        """The browser of somebody: signed in by a code that came by mail, and a second factor."""
        if email not in self.browsers:
            self.browsers[email] = self.sign_in(self.flask.test_client(), email)
        return self.browsers[email]

    def sign_in(self, browser: CheckingClient, email: str) -> CheckingClient:
        browser.post("/connexion/code", data={"email": email})
        entered = browser.post("/connexion/code/verifier", data={"code": self.code_for(email)})
        assert entered.status_code == 303, entered.text
        if entered.location == "/connexion/second-facteur":
            browser.post("/connexion/second-facteur", data={"code": self.one_time_code(email)})
        elif browser.get("/compte").location == "/compte/second-facteur":
            browser.post("/compte/second-facteur")
            browser.post("/compte/second-facteur/confirmer", data={"code": self.one_time_code(email)})
        assert browser.get("/compte").status_code == 200
        return browser

    def code_for(self, email: str) -> str:
        """The code of the last mail that brought one."""
        scheduler.deliver_mail(self.engine)
        subjects = [str(each["Subject"]) for each in self.mails.received if email in str(each["To"])]
        return next(found[1] for each in reversed(subjects) if (found := re.match(r"(\d{6}),", each)))

    def one_time_code(self, email: str) -> str:
        """What the application on their telephone shows now."""
        with self.engine.database.start_reading() as work:
            secret = work.database.scalars(sa.select(Account.totp_secret).where(Account.email == email)).one()
        return pyotp.TOTP(secret).at(self.engine.database.clock.wall())


@pytest.fixture
def installation(address, tmp_path, clock, mails) -> Iterator[Installation]:
    from web import app as web_app

    settings = Settings(
        database_url=address, secret_key="of this test", smtp_url=mails.url, data_dir=str(tmp_path),
    )  # fmt: skip
    assert settings.environment == "production"
    engine = engine_app.build(settings, clock=clock)
    engine.create()
    with engine.database.start_work(Actor(SYSTEM.person_id, "cli")) as work:
        person = persons.add(work, full_name="Aline Admin (démo)", email="admin@exemple.test")
        accounts.create(work, person_id=person.id, password=PASSWORD)
        assignments.assign(work, role=Role.ADMINISTRATOR, basin_id=None, person_id=person.id)
    flask = web_app.create_app(engine)
    flask.test_client_class = CheckingClient
    flask.testing = True
    yield Installation(engine, flask, mails)
    engine.close()


def id_in(answer) -> str:
    """The id that an address ends with."""
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[-1]


@dataclass
class Administrator:
    """What the administrator does on the first day, page by page."""

    browser: CheckingClient
    companies: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def add_organisation(self, name: str) -> None:
        answer = self.browser.post("/administration/organisations/nouvelle", data={"name": name})
        self.companies[name] = id_in(answer)

    def add_person(self, name: str, email: str) -> None:
        data = {"full_name": name, "email": email, "language": "fr"}
        self.people[name] = id_in(self.browser.post("/administration/personnes/nouvelle", data=data))

    def invite(self, name: str) -> None:
        answer = self.browser.post(f"/administration/personnes/{self.people[name]}/compte")
        assert answer.status_code == 303

    def give(self, role: str, *, person: str = "", organisation: str = "", **more: str):
        # The page that the checklist leads to says which role; the form sends the rest.
        ids = {
            "person_id": self.people.get(person, ""),
            "organisation_id": self.companies.get(organisation, ""),
        }
        data = {"role": role, "valid_from": "2026-11-16", **{k: v for k, v in ids.items() if v}, **more}
        address = f"{ROLES}/nouveau?personne={ids['person_id']}&organisation={ids['organisation_id']}"
        return self.browser.post(address, data=data)


@pytest.fixture
def administrator(installation) -> Administrator:
    """The administrator, whose new basin exists and follows the reference."""
    browser = installation.browser("admin@exemple.test")
    made = browser.post(
        "/bassins/nouveau", data={"name": "Pays de la Meuse", "code": "pdm", "territory": "FR"}
    )
    assert made.location == CHECKLIST
    return Administrator(browser)


def settle(administrator: Administrator, companies: int = 4) -> None:
    """Publish the reference; the operator and its officer, the companies with a member each, the chair."""
    assert administrator.browser.post(f"{HOME}/processus").location == CHECKLIST
    administrator.add_organisation("Chambre de la Meuse (démo)")
    assert (
        administrator.give("operator_organisation", organisation="Chambre de la Meuse (démo)").location
        == ROLES
    )
    administrator.add_person("Odile Officier (démo)", "officier@exemple.test")
    administrator.invite("Odile Officier (démo)")
    assert administrator.give("operator", person="Odile Officier (démo)").location == ROLES
    for number in range(companies):
        firm, member = f"Forge {number} (démo)", f"Membre {number} (démo)"
        administrator.add_organisation(firm)
        assert administrator.give("partner_company", organisation=firm).location == ROLES
        administrator.add_person(member, f"membre{number}@exemple.test")
        assert administrator.give("seat", person=member, organisation=firm).location == ROLES
    chair = administrator.give("chair", person="Membre 0 (démo)", organisation="Forge 0 (démo)")
    assert chair.location == ROLES


AGREEMENT = {"starts_on": "2026-11-16", "charter_version": "2010", "is_complete": "yes"}


def missing_before_a_project(page: str) -> int:
    """How many things the checklist says are missing."""
    found = re.search(r"Il manque encore (\d+) choses? pour ouvrir un premier projet", page)
    return int(found[1]) if found else 0


def test_an_empty_installation_leads_its_administrator_to_a_first_basin(installation):
    browser = installation.browser("admin@exemple.test")

    assert "Aucun bassin encore" in browser.get("/bassins").text
    assert 'href="/bassins/nouveau"' in browser.get("/administration").text


def test_the_first_day_goes_by_pages_from_an_empty_database_to_the_first_project(installation, administrator):
    browser = administrator.browser
    assert missing_before_a_project(browser.get(CHECKLIST).text) == 4
    settle(administrator)
    assert missing_before_a_project(browser.get(CHECKLIST).text) == 1
    assert browser.post(f"{HOME}/conventions/nouvelle", data=AGREEMENT).location == CHECKLIST
    assert "Il manque encore 1 chose pour qu’une décision soit prise" in browser.get(CHECKLIST).text

    officer = installation.browser("officier@exemple.test")
    planned = officer.post(
        f"/seances/nouvelle?bassin={SLUG}", data={"held_on": "2026-12-10", "kind": "meeting"}
    )
    assert planned.status_code == 303, planned.text
    assert "Tout est prêt" in officer.get(CHECKLIST).text
    opened = officer.post(f"/projets/nouveau?bassin={SLUG}", data=INTAKE)

    assert opened.status_code == 303, opened.text
    with installation.engine.database.start_reading() as work:
        project = work.database.scalars(sa.select(Project)).one()
        agreement = partnerships.in_force(work, project.basin_id, date(2026, 11, 16))
        unfinished = list(doctor.unfinished(work))
    assert (project.reference, project.charter_version) == ("PDM-2026-001", "2010")
    assert project.partnership_agreement_id == agreement.id
    assert agreement.ends_on == date(2029, 11, 15)
    assert "Scierie du Lac (démo)" in officer.get("/taches").text
    assert [line.split("\u202f: ")[1].split(" – ")[0] for line in unfinished] == ["territoire", "paramètres"]


def test_people_are_invited_by_mail_and_sign_in_without_a_password(installation, administrator):
    settle(administrator)
    installation.browser("officier@exemple.test")

    subjects = [str(each["Subject"]) for each in installation.mails.received if "officier" in str(each["To"])]
    assert "Bienvenue dans Alizé" in subjects
    assert any("votre code Alizé" in each for each in subjects)


def test_only_whom_the_charter_allows_presides_and_the_refusal_says_what_is_missing(administrator):
    settle(administrator)
    administrator.add_person("Paul Passant (démo)", "paul@exemple.test")
    administrator.add_organisation("Agence du Val (démo)")
    administrator.give("associate_partner", organisation="Agence du Val (démo)")

    for prepare, sentence in (
        (None, "attribuez d’abord un siège"),
        ("seat", "donnez d’abord ce rôle à son organisation"),
    ):
        if prepare:
            administrator.give(prepare, person="Paul Passant (démo)", organisation="Agence du Val (démo)")
        refused = administrator.give(
            "chair", person="Paul Passant (démo)", organisation="Agence du Val (démo)"
        )
        assert refused.status_code == 403
        assert sentence in refused.text


def test_three_companies_are_too_few_to_sign_and_a_signed_agreement_is_complete(administrator):
    settle(administrator, companies=3)
    browser = administrator.browser

    few = browser.post(f"{HOME}/conventions/nouvelle", data=AGREEMENT)
    incomplete = browser.post(f"{HOME}/conventions/nouvelle", data=AGREEMENT | {"is_complete": ""})

    assert "Il faut quatre entreprises partenaires" in browser.get(f"{HOME}/conventions/nouvelle").text
    assert (few.status_code, incomplete.status_code) == (403, 422)
    assert "Il faut au moins 4 entreprises partenaires" in few.text


def test_an_agreement_that_ends_stops_intake_and_is_renewed_only_after_evaluation(
    installation, administrator
):
    settle(administrator)
    browser = administrator.browser
    browser.post(f"{HOME}/conventions/nouvelle", data=AGREEMENT)
    officer = installation.browser("officier@exemple.test")
    assert officer.post(f"/projets/nouveau?bassin={SLUG}", data=INTAKE).status_code == 303
    with installation.engine.database.start_reading() as work:
        agreement = partnerships.of_basin(work, basins.by_slug(work, SLUG).id)[0]
    end = f"{HOME}/conventions/{agreement.id}/fin"
    assert officer.post(end, data={"ends_on": "2026-11-15", "reason": ""}).status_code == 422
    ended = officer.post(end, data={"ends_on": "2026-11-16", "reason": "Le bassin s’arrête."})
    installation.engine.database.clock.advance(days=1)
    installation.sign_in(officer, "officier@exemple.test")

    page = officer.get(HOME).text
    refused = officer.post(
        f"/projets/nouveau?bassin={SLUG}",
        data=INTAKE | {"siret": "00000005900006", "name": "Moulin Bleu (démo)"},
    )
    renewal = {**AGREEMENT, "starts_on": "2026-11-17"}
    early = officer.post(f"{HOME}/conventions/nouvelle", data=renewal)
    renewed = officer.post(f"{HOME}/conventions/nouvelle", data=renewal | {"evaluated_on": "2026-11-10"})

    assert ended.location == HOME
    assert "Fins récentes et à venir" in page
    assert "Le bassin s’arrête." in page
    assert "les projets en cours vont à leur terme" in page
    assert refused.status_code == 409
    assert "Scierie du Lac (démo)" in officer.get("/taches").text
    assert early.status_code == 422
    assert renewed.location == CHECKLIST


def test_a_parameter_changes_with_its_reason_and_keeps_its_history(installation, administrator):
    settle(administrator)
    officer = installation.browser("officier@exemple.test")
    address = f"{HOME}/parametres/advance.max-months"

    wrong = officer.post(address, data={"value": "140", "reason": "Vote"})
    first = officer.post(address, data={"value": "60", "reason": "Vote du comité"})
    below = officer.post(f"{HOME}/parametres/follow-up.months", data={"value": "12", "reason": "Plus court"})
    quiet = officer.post(
        f"{HOME}/parametres/calendar.quiet-periods", data={"value": "14/7 au 20/8", "reason": "Usages locaux"}
    )
    published = officer.get(f"{HOME}/parametres/follow-up.minimum")

    assert (wrong.status_code, first.location, below.status_code) == (422, address, 422)
    assert "entre 1 et 84" in wrong.text
    page = officer.get(address).text
    assert "Vote du comité" in page
    assert "Odile Officier (démo)" in page
    assert quiet.status_code == 303
    with installation.engine.database.start_reading() as work:
        values = current.in_force(work, basins.by_slug(work, SLUG).id)
    assert values["advance.max_months"] == 60
    assert values["calendar.quiet_periods"] == [["07-14", "08-20"]]
    assert "en publiant une nouvelle version" in published.text
    assert officer.post(f"{HOME}/parametres/follow-up.minimum", data={"value": "24"}).status_code == 409
    assert officer.get(f"{HOME}/parametres/rien").status_code == 404


def test_the_national_coordinator_records_the_decision_and_changes_nothing_else(installation, administrator):
    administrator.add_person("Nadia Nationale (démo)", "nationale@exemple.test")
    administrator.invite("Nadia Nationale (démo)")
    role = {"role": "national_coordinator", "person_id": administrator.people["Nadia Nationale (démo)"]}
    assert administrator.browser.post("/administration/national/roles", data=role).status_code == 303
    coordinator = installation.browser("nationale@exemple.test")
    address = f"{HOME}/territoire"

    tomorrow = coordinator.post(address, data={"decided_on": "2026-11-17", "minutes": "Relevé nᵒ 3"})
    recorded = coordinator.post(address, data={"decided_on": "2026-11-02", "minutes": "Relevé nᵒ 3"})

    assert (tomorrow.status_code, recorded.location) == (422, CHECKLIST)
    assert "Le comité national l’a validé le 2 novembre 2026" in coordinator.get(CHECKLIST).text
    assert administrator.browser.get(address).status_code == 403
    assert coordinator.get(f"{HOME}/conventions/nouvelle").status_code == 403


def test_the_first_day_goes_by_commands(address, tmp_path, mails):
    run = alize_in(tmp_path, url=address, ALIZE_SMTP_URL=mails.url)

    def alize(line: str, expected: int = 0) -> str:
        done = run(*shlex.split(line))
        assert done.exit_code == expected, (line, done.output)
        return done.output

    alize("init")
    assert "Aucun bassin encore" in alize("doctor", expected=1)  # Without https it is never all well.
    assert alize('basin add "Pays de la Meuse" --code PDM --follow').strip() == SLUG
    assert "fait  processus" in alize(f"basin ready {SLUG}", expected=1)
    alize('organisation add "Chambre (démo)"')
    alize(f'role give operator_organisation --basin {SLUG} --organisation "Chambre (démo)"')
    alize(f'user add officier@exemple.test "Odile (démo)" --invite --role operator --basin {SLUG}')
    for number in range(4):
        alize(f'organisation add "Forge {number} (démo)"')
        alize(
            f'role give partner_company --basin {SLUG} --from 2026-01-01 --organisation "Forge {number} (démo)"'
        )
        alize(f'user add membre{number}@exemple.test "Membre {number} (démo)" --invite')
        alize(
            f'role give seat --basin {SLUG} --person membre{number}@exemple.test --organisation "Forge {number} (démo)"'
        )
    said = alize(f"role give chair --basin {SLUG} --person officier@exemple.test", expected=1)
    assert "attribuez d’abord un siège" in said
    alize(f"role give chair --basin {SLUG} --person membre0@exemple.test")
    alize(f'basin set {SLUG} advance.max_months 60 --reason "Vote"')
    assert "Entre 1 et 84" in alize(f'basin set {SLUG} advance.max_months 160 --reason "Vote"', expected=1)
    alize(f'basin validate {SLUG} --on 2026-01-15 --minutes "Relevé nᵒ 3"')
    alize(f"basin sign {SLUG} --from 2026-01-20")
    alize(f"session plan {SLUG} 2099-01-10 --at 14:30")

    told = alize(f"basin ready {SLUG}")
    assert told.count("fait") == 10
    assert "À faire" not in alize("doctor", expected=1)
