"""`alize user handover`, `disable` and `enable`: what they do, and what they refuse, in a sentence."""

from __future__ import annotations

import pytest

from engine.clock import RealClock
from tests.consoles import alize_in
from tests.web import installation

HERE = "https://alize.exemple.test"
LEAVER, TAKER = "officer@exemple.test", "colleague@exemple.test"


@pytest.fixture
def alize(tmp_path):
    engine, world = installation.build(tmp_path, RealClock(), environment="production", base_url=HERE)
    installation.open_project(engine, world)
    engine.close()
    run = alize_in(tmp_path, ALIZE_BASE_URL=HERE, ALIZE_DATA_DIR=str(tmp_path))
    basin = ("--basin", installation.LORRAINE)
    run("user", "add", TAKER, "Une Collègue", "--invite", "--role", "operator", *basin)
    return run


def handover(alize, *more, leaver=LEAVER, taker=TAKER):
    return alize("user", "handover", leaver, taker, "--reason", "Départ.", *more)


def test_a_check_changes_nothing_and_a_handover_leaves_nothing(alize):
    assert handover(alize, "--check").stdout.splitlines() == ["role\toperator\tTerres de Lorraine\tpossible"]
    assert handover(alize).exit_code == 0

    again = handover(alize)

    assert (again.exit_code, again.stdout.strip()) == (0, "Rien à confier.")


def test_what_cannot_be_is_said_and_all_is_refused_but_what_can_be_on_demand(alize):
    alize("user", "disable", TAKER)
    refused = handover(alize)
    assert refused.exit_code == 1
    assert "Le compte de cette personne est fermé" in refused.output
    assert "Rien n’a été confié" in refused.output
    assert handover(alize, "--possible").exit_code == 0, "nothing is possible, and nothing is done"
    assert "role" in handover(alize, "--check").stdout
    assert "C’est la personne qui part" in handover(alize, "--check", taker=LEAVER).output


def test_the_last_administrator_is_neither_disabled_nor_relieved(alize):
    refused = alize("user", "disable", "administrator@exemple.test")

    assert refused.exit_code == 1
    assert "dernière personne qui administre" in refused.output
    assert alize("user", "enable", "administrator@exemple.test").exit_code == 0
