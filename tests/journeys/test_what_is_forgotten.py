"""What comes to its term is announced, put off, done; somebody reads what is held on them, and is erased."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from engine.demo.dossier import Dossier
from engine.people import absences, assignments, persons
from engine.people.models import Role
from engine.projects import everyday
from engine.retention import plans
from tests.journeys.site import DESK, PHONE, Site, Visitor


def shot(visitor: Visitor, name: str) -> None:
    """Keep what is shown, at both widths, where `ALIZE_SHOTS` says, to be looked at."""
    folder = os.environ.get("ALIZE_SHOTS")
    if folder:
        for width, size in (("desk", DESK), ("phone", PHONE)):
            visitor.page.set_viewport_size(size)
            visitor.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def let_days_pass(site: Site, days: int) -> None:
    """Look once a day at what is due; its mails leave."""
    for _day in range(days):
        site.clock.advance(days=1)
        plans.forget_daily(site.engine.database, site.engine.store)
    site.basin.post()


def rejected(site: Site) -> Dossier:
    """A project that the committee did not retain."""
    dossier = site.basin.appraised()
    site.basin.meet(since=dossier.task("committee_decision").opened_on)
    dossier.decide("rejected", reason="quality", explanation="Le projet n’est pas prêt.")
    return dossier


def test_what_comes_to_its_term_is_announced_put_off_and_done(site: Site) -> None:
    officer = site.visit("officer")
    officer.go("/administration/conservation")
    officer.check(DESK, PHONE)
    shot(officer, "conservation-empty")

    first = rejected(site)
    second = site.basin.opened(siret="00000022400006", name="Émaux de la Chiers (démo)")
    site.clock.advance(days=365 - 35)
    let_days_pass(site, 8)
    mail = site.last_mail(site.world.emails["officer"], "retention_due")
    assert "classé sans suite" in mail.text
    officer = site.visit("officer")
    officer.go("/administration/conservation")
    assert officer.sees("Émaux de la Chiers")
    shot(officer, "conservation-idle")
    let_days_pass(site, 40)
    officer.go(f"/projets/{second.case_id}")
    shot(officer, "project-dropped")

    site.clock.advance(days=365 - 50)
    let_days_pass(site, 10)
    mail = site.last_mail(site.world.emails["officer"], "retention_due")
    folder = os.environ.get("ALIZE_SHOTS")
    if folder:
        (Path(folder) / "mail.txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
        (Path(folder) / "mail.html").write_text(mail.html, encoding="utf-8")
    officer = site.visit("officer")
    officer.go("/administration/conservation")
    officer.check(DESK, PHONE)
    shot(officer, "conservation")
    officer.follow("Reporter")
    officer.check(DESK, PHONE)
    shot(officer, "put-off")
    officer.page.get_by_label("Motif").fill("Un recours est en cours.")
    officer.page.get_by_label("Jusqu’au").fill((site.today + timedelta(days=60)).isoformat())
    officer.press("Reporter")
    assert officer.sees("Un recours est en cours.")
    shot(officer, "put-off-done")
    let_days_pass(site, 75)

    officer = site.visit("officer")
    for path in ("", "/historique", "/parcours", "/documents"):
        officer.go(f"/projets/{first.case_id}{path}")
        assert not officer.sees("Claire Lac")
        officer.check(DESK, PHONE)
        shot(officer, f"skeleton{path.replace('/', '-')}")
    officer.go("/projets?etat=ended")
    shot(officer, "skeletons-listed")


def test_somebody_reads_what_is_held_on_them_and_another_is_erased(site: Site) -> None:
    dossier = rejected(site)
    with site.basin.acting("officer") as work:
        everyday.write_note(
            work, project_id=dossier.case_id, text="Mme Partie rappelle demain.", audience="committee"
        )
    with site.engine.database.start_work() as work:
        gone = persons.add(work, full_name="Odile Partie", email="odile@exemple.test").id
        held = assignments.assign(work, role=Role.STEERING, basin_id=site.world.basin_id, person_id=gone)
        absences.declare(work, person_id=gone, first_day=site.today, last_day=site.today)
        assignments.end(work, held.id, reason="départ")

    member = site.visit("member")
    member.go("/compte")
    shot(member, "account")
    member.follow("Mes données")
    member.check(DESK, PHONE)
    shot(member, "own-data")
    with member.page.expect_download() as told:
        member.page.get_by_role("button", name="Télécharger mes données").click()
    folder = os.environ.get("ALIZE_SHOTS")
    if folder:
        told.value.save_as(str(Path(folder) / "mes-donnees.zip"))

    desk = site.visit("administrator")
    desk.go(f"/administration/personnes/{site.world.people['member']}")
    desk.follow("Ses données, et son effacement")
    assert desk.sees("À faire d’abord")
    desk.check(DESK, PHONE)
    shot(desk, "erase-obstacles")
    desk.go(f"/administration/personnes/{gone}")
    shot(desk, "card-before")
    desk.follow("Ses données, et son effacement")
    desk.check(DESK, PHONE)
    shot(desk, "erase")
    desk.page.get_by_role("button", name="Effacer Odile Partie").press("Enter")
    desk.page.wait_for_load_state()
    assert desk.sees("Cochez la case")
    desk.check(DESK, PHONE)
    shot(desk, "erase-unticked")
    desk.page.get_by_role("checkbox").press("Space")
    desk.page.get_by_role("button", name="Effacer Odile Partie").press("Enter")
    desk.page.wait_for_url("**/administration/personnes")
    assert desk.sees("Cette personne est effacée.")
    shot(desk, "erased")
    desk.go(f"/administration/personnes/{gone}")
    assert not desk.sees("Odile")
    desk.check(DESK, PHONE)
    shot(desk, "card-after")
    desk.go(f"/administration/personnes/{gone}/effacer")
    assert desk.sees("déjà effacée")
    desk.check(DESK, PHONE)
    shot(desk, "erase-again")
