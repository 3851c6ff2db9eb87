"""What `alize bench` measures is what people do: its acts are real, and both of its bounds can be played."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from pathlib import Path

import pytest

from engine import app
from engine.benchmark import agreeing, completing, installation, printing, version_changing
from engine.benchmark.figures import MET
from engine.documents.plain import PlainWorkshop
from engine.documents.store import Store
from engine.documents.workshop import ChildWorkshop
from engine.settings import Settings


@contextlib.contextmanager
def new_bench(address, folder):
    """A bench that installed itself at an address."""
    settings = Settings(environment="test", secret_key="only for the tests", data_dir=str(folder))

    def build(url, clock):
        return app.build(dataclasses.replace(settings, database_url=url), clock=clock)

    bench = installation.new_bench(build, address)
    yield bench
    bench.rehearsals.dispose()
    bench.engine.close()


@pytest.fixture
def bench(address, tmp_path):
    with new_bench(address, tmp_path) as bench:
        yield bench


def test_a_report_is_measured_beside_its_own_statements_on_connections_that_readers_used(bench):
    reports = completing.Reports(bench, completing.Effort(projects=3, middle=1, old=2, rounds=3))
    for _ in range(3):  # As pages do: what a reader gives back to the pool refuses writes.
        with bench.database.start_reading() as work:
            work.connection.exec_driver_sql("SELECT 1")

    reports.measure()

    figures = {figure.what: figure.value for figure in completing.of_one_report(reports)}
    manners = {"engine", "one by one"} if bench.database.is_sqlite else {"engine", "one by one", "pipelined"}
    assert set(reports.times) == manners | {"young", "old"}
    assert all(times.seconds for times in reports.times.values())
    assert figures["instructions SQL d’un compte rendu, clé d’idempotence comprise"] <= completing.STATEMENTS


def test_documents_are_measured_beside_the_bare_libraries_and_the_bare_row(bench, monkeypatch):
    monkeypatch.setattr(printing, "WARM", 1)
    monkeypatch.setattr(printing, "RSA_SIZES", (2048,))  # Larger keys take seconds to make.
    with tempfile.TemporaryDirectory() as folder:
        workshop = ChildWorkshop(specimen=Path(folder) / "seal")
        try:
            # The files are the same on any database: made and sealed once, as the bench does.
            figures = printing.alone(bench, workshop, 1) if bench.database.is_sqlite else []
            figures += printing.asked(bench, 2)
            figures += printing.until_the_file(bench, workshop, Store(Path(folder) / "documents"), 2)
        finally:
            workshop.close()
    figures += printing.idle(bench, 50)

    assert {figure.goal for figure in figures} == {"P11"}
    assert all(figure.value > 0 for figure in figures)
    with_a_database = {printing.LIMITS["idle"], printing.LIMITS["file"]}
    expected = set(printing.LIMITS.values()) if bench.database.is_sqlite else with_a_database
    assert {figure.limit for figure in figures if figure.limit} == expected
    sealed = {figure.what for figure in figures if figure.limit == printing.LIMITS["seal"]}
    assert sealed == {
        f"{what} {key}{of}"
        for what, of in (("cachet", " d’une convention"), ("vérification du cachet", ""))
        for key in ("P-256", "RSA-2048")
        if bench.database.is_sqlite
    }


def test_the_acts_of_an_agreement_are_measured_and_no_file_is_in_what_they_send(bench, tmp_path):
    figures = agreeing.measure(bench, PlainWorkshop(), Store(tmp_path / "documents"), lives=1)

    found = {figure.what: figure for figure in figures}
    assert {figure.goal for figure in figures} == {"P11"}
    for step in agreeing.ACTS:
        assert found[f"{step} : écrit par l’acte, aucun fichier"].verdict == MET
        assert found[f"{step} : moteur / borne brute une à une"].value > 0
    asking = {step for step in agreeing.ACTS if f"{step} : papiers lisibles, le battement venu" in found}
    assert asking == set(agreeing.ACTS) - {"accept_prescription"}


def test_projects_that_change_version_are_timed_once_and_one_by_one(bench, monkeypatch):
    monkeypatch.setattr(version_changing, "FEW", 6)
    monkeypatch.setattr(version_changing, "UNDONE", 2)

    figures = {figure.what: figure for figure in version_changing.measure(bench, quick=True)}

    assert {figure.goal for figure in figures.values()} == {"P12"}
    assert figures["projets qui ont changé de version"].verdict == MET
    assert figures["changer 6 projets de version"].limit == pytest.approx(0.18)
    assert figures["annuler le changement d’un projet"].value > 0
