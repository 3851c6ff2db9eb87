"""A member goes away and another does the task; an officer leaves and all is handed over; an account is closed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from tests.journeys.site import DESK, PHONE, Site, Visitor
from tests.journeys.test_intake import ANSWERS


def shot(visitor: Visitor, name: str) -> None:
    """Keep what is shown, where `ALIZE_SHOTS` says, to be looked at."""
    folder = os.environ.get("ALIZE_SHOTS")
    if folder:
        visitor.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_on_a_telephone_a_member_names_another_who_does_the_task_in_their_name(site: Site) -> None:
    dossier = site.basin.prescribed()
    task = dossier.task("preliminary_diagnostic")
    member = site.visit("member", phone=True)
    member.go("/compte")
    member.follow("Mes absences et remplacements")
    member.page.get_by_label("Du", exact=True).fill(site.today.isoformat())
    member.page.get_by_label("au (inclus)").fill((site.today + timedelta(days=9)).isoformat())
    member.page.get_by_label("Remplacement").select_option(str(site.world.people["member2"]))
    member.check(PHONE, DESK)
    shot(member, "absences")
    member.press("Déclarer")
    member.check(PHONE)
    shot(member, "absences-declared")
    member.go("/taches")
    shot(member, "inbox-of-absent")

    other = site.visit("member2", phone=True)
    other.go("/taches")
    assert other.sees("absent(e) jusqu’au")
    other.check(PHONE, DESK)
    shot(other, "inbox-of-substitute")
    other.go(f"/taches/{task.id}")
    assert other.sees("l’histoire dira vos deux noms")
    other.check(PHONE)
    shot(other, "task-of-substitute")
    other.answer(**ANSWERS)
    other.submit()
    assert dossier.steps() == ["check_completeness"]


def test_all_that_a_leaver_holds_is_handed_over_by_the_keyboard_alone(site: Site) -> None:
    site.basin.prescribed()
    desk = site.visit("administrator")
    desk.go(f"/administration/personnes/{site.world.people['member']}")
    desk.follow("Tout confier à quelqu’un d’autre")
    desk.page.get_by_label("À qui confier le tout").select_option(str(site.world.people["steering"]))
    desk.page.get_by_label("Motif").fill("Départ à la retraite.")
    desk.page.get_by_role("button", name="Vérifier sans rien changer").press("Enter")
    assert desk.sees("Rien n’est encore fait") or desk.page.locator("[aria-invalid=true]").count() == 1
    desk.check(DESK, PHONE)
    shot(desk, "handover-checked")
    desk.page.get_by_label("À qui confier le tout").select_option(str(site.world.people["member2"]))
    desk.page.get_by_role("button", name="Tout confier").press("Enter")
    assert desk.sees("Rien à confier")
    desk.check(DESK)
    shot(desk, "handover-done")
    desk.follow("Désactiver le compte")
    desk.check(DESK, PHONE)
    shot(desk, "closing")
    desk.press("Désactiver le compte")
    assert desk.sees("Réactiver le compte")
