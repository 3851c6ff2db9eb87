"""An administrator's day: people and roles with their dates, what failed, what runs by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine import scheduler
from engine.clock import add_months
from engine.outbox.captured import MailboxTransport
from engine.outbox.transport import Refused
from tests.journeys.site import Site


def test_a_person_is_added_given_a_role_from_a_day_and_loses_it_on_another(site: Site) -> None:
    administrator = site.visit("administrator")
    administrator.go("/administration/personnes")
    administrator.follow("Ajouter une personne")
    administrator.answer(full_name="Nadia Neuve (démo)", email="nadia@exemple.test")
    administrator.send()
    assert administrator.sees("Nadia Neuve (démo)")

    begins, ends = site.today + timedelta(days=10), site.today + timedelta(days=40)
    administrator.follow("Terres de Lorraine")
    administrator.answer(role="operator", valid_from=begins.isoformat(), valid_to=site.today.isoformat())
    administrator.send()
    assert any("La fin doit suivre le début." in line for line in administrator.errors())
    administrator.answer(valid_to=ends.isoformat())
    administrator.send()
    assert administrator.sees("Rôle attribué.")
    administrator.go("/administration/personnes?q=nadia")
    administrator.follow("Nadia Neuve (démo)")
    coming = administrator.page.locator("section", has_text="Rôles à venir")
    assert "26 novembre 2026" in coming.inner_text()

    site.wait_until(begins)
    administrator.go("/administration/bassins/terres-de-lorraine/roles")
    row = administrator.page.locator("tr", has_text="Nadia Neuve (démo)")
    assert "26 déc. 2026" in row.inner_text()
    row.get_by_role("link", name="Mettre fin").click()
    administrator.answer(reason="Elle change de métier.")
    administrator.send()
    assert administrator.sees("Le rôle a pris fin.")
    assert administrator.page.locator("tr", has_text="Nadia Neuve (démo)").count() == 0


def test_what_failed_is_seen_and_taken_up_again_and_so_is_what_runs_by_itself(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = late_report_that_cannot_be_reminded(site, monkeypatch)
    administrator = site.visit("administrator")
    administrator.go("/administration/incidents")
    administrator.follow(dossier.project().reference)
    assert administrator.sees("Le barème est illisible"), "why it stopped"
    assert administrator.sees("Traceback"), "and where, for whoever repairs it"
    administrator.check()
    administrator.press("Relancer")
    assert administrator.sees("Le projet repart")
    assert administrator.sees("Aucun incident")
    before = len(site.mails_to(site.world.emails["member2"]))
    site.wait(days=3)
    assert len(site.mails_to(site.world.emails["member2"])) == before + 1, "what was due is done, once"

    for tick in scheduler.TICKS:
        scheduler.run_tick(site.engine, tick)
    administrator.go("/administration/taches-de-fond")
    assert administrator.page.locator("main tbody tr").count() == len(scheduler.TICKS)
    assert administrator.sees("bien")
    assert administrator.page.get_by_text("échec", exact=True).count() == 0
    administrator.check()


def late_report_that_cannot_be_reminded(site: Site, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A project stopped on the day a report was due, by an operation that fails; the cause is then removed."""

    def fails(_act: Any) -> Mapping[str, Any]:
        raise ValueError("Le barème est illisible")

    site.basin.session()
    dossier = site.basin.accompanied()
    due_on = add_months(site.today, 3)
    domain = site.engine.database.domain
    with monkeypatch.context() as broken:
        failing = replace(domain, operations={**domain.operations, "escalation.start": fails})
        broken.setattr(site.engine.database, "domain", failing)
        site.wait_until(due_on + timedelta(days=2))
    return dossier


class Full(MailboxTransport):
    """A post that finds every mailbox full."""

    def send(self, post: Any) -> None:
        """Refuse the mail, not the address."""
        raise Refused("552 boîte pleine", is_address_invalid=False)


def test_a_mail_given_up_is_sent_again(site: Site) -> None:
    working = site.engine.transport
    site.engine.transport = Full(site.engine.database)
    site.basin.opened().qualify(category="development", headcount=12, commune="54528")
    site.basin.post()
    administrator = site.visit("administrator")
    administrator.go("/administration/courriels")
    failed = administrator.page.locator("tr", has_text="Member (démo)")
    assert failed.get_by_role("button", name="Renvoyer").count() == 1
    administrator.check()
    assert administrator.sees("552 boîte pleine"), "why it did not arrive"
    site.engine.transport = working
    administrator.press("Renvoyer")
    assert administrator.sees("Le courriel repart")
    site.basin.post()
    assert len(site.mails_to(site.world.emails["member"])) == 1
    administrator.go("/administration/courriels")
    assert administrator.sees("Aucun échec")
