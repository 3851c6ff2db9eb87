"""One imaginary project played from the command line: for a person, for a program, and nothing is kept."""

from __future__ import annotations

import json

import pytest

from engine.rehearsal import told
from tests.consoles import alize_in


@pytest.fixture(scope="module")
def alize(tmp_path_factory):
    """Runs a command on an installation with one basin: gives its result."""
    run = alize_in(tmp_path_factory.mktemp("simulate"))
    assert run("init").exit_code == 0
    made = run("basin", "add", "Vallée de la Lune (démo)", "--slug", "vallee", "--code", "VDL", "--follow")
    return run, made


def test_a_life_is_told_line_by_line_and_its_end_apart(alize):
    run, made = alize
    assert made.exit_code == 0, made.stderr

    said = run("simulate", "--basin", "vallee", "--starts-on", "2026-01-05", "--months", "2")

    assert said.exit_code == 0, said.stderr
    assert said.stdout.splitlines()[0] == (
        "05/01/2026  à faire    Qualifier la demande · Odette Opératrice (imaginaire) · pour le 12/01/2026"
    )
    assert "le projet continue" in said.stderr


def test_a_program_reads_the_same_life_for_the_same_seed(alize):
    run, _made = alize
    line = ("simulate", "--basin", "vallee", "--starts-on", "2026-01-05", "--seed", "4", "--months", "3")

    first, second = (run(*line, "--format", "json") for _again in range(2))

    assert first.stdout == second.stdout
    assert told.from_mapping(json.loads(first.stdout)).entries


def test_an_unknown_basin_is_refused(alize):
    run, _made = alize

    refused = run("simulate", "--basin", "nulle-part")

    assert refused.exit_code == 1
    assert "Ce bassin n’existe pas" in refused.stderr
