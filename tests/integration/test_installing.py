"""An installation begins with the reference, and gets its basins from their folders."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import installing
from engine.people import basins
from engine.registry import changes, checks, differences, library, versions
from engine.registry.models import ProcessVersion
from tests.consoles import alize_in

SLUG = "terres-de-lorraine"
HOSTILE = Path(__file__).parents[1] / "rules" / "hostile"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A basin's folder, outside the package."""
    copy = tmp_path / "bassin"
    shutil.copytree(Path(str(library.root())) / "basins" / SLUG, copy)
    return copy


@pytest.fixture
def installed(database):
    installing.stamp(database, environment="test")
    return database


def test_the_first_publication_of_a_basin_adds_it_with_its_parameters(installed, folder):
    asked = library.basin(SLUG).parameters.current
    with installed.start_work() as work:
        first = installing.publish_folder(work, folder, slug=SLUG)
    with installed.start_reading() as work:
        basin = basins.by_slug(work, SLUG)
        kept = basins.parameters(work, basin.id, dict.fromkeys(asked))

    assert first.number == 1
    assert (basin.code, basin.name) == ("TDL", "Terres de Lorraine")
    assert asked
    # What a basin's table holds is JSON: it knows no tuple.
    assert kept == json.loads(json.dumps(dict(asked)))


def test_the_same_folder_published_again_changes_nothing(installed, folder):
    with installed.start_work() as work:
        first = installing.publish_folder(work, folder, slug=SLUG)
    with installed.start_work() as work:
        again = installing.publish_folder(work, folder, slug=SLUG)

    assert (again.id, again.is_new) == (first.id, False)


def test_an_upgrade_offers_what_it_draws_and_applies_it_to_no_basin(database, folder, monkeypatch):
    shipped = library.reference()
    older = {name: text for name, text in shipped.items() if name != "acting_chair.bpmn"}
    with monkeypatch.context() as before:
        before.setattr(library, "reference", lambda: older)
        # That release had not read its own reference otherwise before.
        before.setattr(
            installing, "elements_of_the_reference", installing.elements_of_the_reference.__wrapped__
        )
        installing.stamp(database, environment="test")
        with database.start_work() as work:
            theirs = installing.publish_folder(work, folder, slug=SLUG)

    installing.stamp(database, environment="test")

    with database.start_reading() as work:
        basin = basins.by_slug(work, SLUG)
        today = work.today(installing.PROGRAMME_ZONE)
        in_force = versions.published_in_force(work, basin_id=basin.id, on=today)
        assert in_force is not None
        assert in_force.id == theirs.id, "the basin keeps the version that it published"
        assert "acting_chair.bpmn" not in in_force.files
        runs_on = versions.holding(work, version_id=in_force.id, process="acting_chair")
        assert runs_on != in_force.id, "what the basin never had runs on the reference of this release"


def test_an_installation_is_made_and_a_basin_added_from_the_command_line(tmp_path, folder):
    alize = alize_in(tmp_path)

    steps = [
        alize("init"),
        alize("publish", folder, "--basin", SLUG),
        alize("user", "add", "marie@exemple.test", "Marie Chargée (démo)", "--role", "operator",
              "--basin", SLUG, "--password", "une phrase assez longue"),
        alize("user", "list"),
    ]  # fmt: skip

    assert [step.exit_code for step in steps] == [0, 0, 0, 0], [step.output for step in steps]
    assert "marie@exemple.test" in steps[-1].stdout


def test_a_basin_packed_on_the_command_line_is_published_elsewhere_as_it_was(tmp_path):
    slug, file = "cote-des-deux-phares", tmp_path / "phares.zip"
    folder = Path(str(library.root())) / "basins" / slug
    here, there = (alize_in(tmp_path / name) for name in ("here", "there"))
    for name in ("here", "there"):
        tmp_path.joinpath(name).mkdir()

    steps = [
        here("init"), here("publish", folder, "--basin", slug), here("pack", slug, file),
        there("init"), there("publish", file, "--basin", slug), there("publish", file),
    ]  # fmt: skip

    assert [step.exit_code for step in steps] == [0, 0, 0, 0, 0, 1], [step.output for step in steps]
    assert steps[1].output == steps[4].output, "the same version, by its number and its hash"


def test_a_basin_that_follows_the_reference_keeps_what_it_changed(database, monkeypatch):
    slug, shipped = "cote-des-deux-phares", library.reference()
    with monkeypatch.context() as before:
        before.setattr(library, "reference", lambda: shipped)
        installing.stamp(database, environment="test")
        with database.start_work() as work:
            installing.add_basin(work, library.basin(slug))
    renamed = shipped["completion.bpmn"].replace(b'name="Sans nouvelles"', b'name="Silence"')
    newer = {**shipped, "completion.bpmn": renamed}
    monkeypatch.setattr(library, "reference", lambda: newer)
    installing.stamp(database, environment="test")

    with database.start_work() as work:
        basin = basins.by_slug(work, slug)
        followed = installing.follow_reference(work, basin)
        files = versions.files_of(work, followed.id)

    told = {each.sentence() for each in differences.between(newer, files)}
    assert "une étape ajoutée : Visiter le site, avant le diagnostic" in told
    assert "une étape ajoutée : Relire le dossier complété, après « Compléter le dossier »" in told
    assert not any("Silence" in sentence for sentence in told)


def changing(version_id, work):
    """What a version is made of, as the next one must keep it."""
    made = work.database.get_one(ProcessVersion, version_id)
    return made.parameters, made.reasons, made.changes


def test_a_basin_that_follows_the_reference_keeps_what_is_coming_and_why(database):
    installing.stamp(database, environment="test")
    slug = "cote-des-deux-phares"
    why = {"agreement.signature_expiry": {"reason": "Nos signataires voyagent.", "since": "2026-11-16"}}
    with database.start_work() as work:
        basin = installing.add_basin(work, library.basin("valenciennois"))
        folder = library.basin(slug)
        later = work.today(ZoneInfo(basin.zone)) + timedelta(days=30)
        coming = versions.publish(
            work, basin_id=basin.id, files=installing.require_publishable(folder.apply(library.reference())),
            parameters=folder.parameters.published, charter_version="2010", effective_on=later,
            chain=basin.chain_id, reference_id=versions.last_published(work, None).id,
            made_of=versions.MadeOf(
                [changes.as_mapping(each) for each in folder.changes], folder.drawn, why
            ),
        )  # fmt: skip
        asked = changing(coming.id, work)
    publish_renamed(database)

    with database.start_work() as work:
        basin = basins.by_slug(work, "valenciennois")
        followed = installing.follow_reference(work, basin)
        kept, row = changing(followed.id, work), work.database.get_one(ProcessVersion, followed.id)

    assert (followed.number, kept) == (3, asked)
    assert row.effective_on == later, "nothing that waits for its day begins sooner"


def publish_renamed(database):
    """Publish a reference of the programme's own, which this release was not delivered with."""
    reference = library.reference()
    renamed = reference["completion.bpmn"].replace(b'name="Sans nouvelles"', b'name="Silence"')
    with database.start_work() as work:
        return versions.publish(
            work, basin_id=None, files={**reference, "completion.bpmn": renamed}, parameters={},
            charter_version="2010", effective_on=work.today(installing.PROGRAMME_ZONE),
            chain=installing.PROGRAMME_CHAIN,
        )  # fmt: skip


def test_the_reference_that_a_basin_follows_is_the_one_the_database_published(database, folder):
    installing.stamp(database, environment="test")
    with database.start_work() as work:
        installing.add_basin(work, library.basin("valenciennois"))
    published = publish_renamed(database)

    with database.start_work() as work:
        made = [
            installing.follow_reference(work, basins.by_slug(work, "valenciennois")),
            installing.publish_folder(work, folder, slug=SLUG),
        ]
        for each in made:
            row = work.database.get_one(ProcessVersion, each.id)
            assert row.reference_id == published.id
            assert 'name="Silence"' in row.files["completion.bpmn"]


def test_a_step_that_the_reference_and_the_basin_both_changed_is_settled_by_somebody(database, monkeypatch):
    slug, shipped = "cote-des-deux-phares", library.reference()
    installing.stamp(database, environment="test")
    with database.start_work() as work:
        installing.add_basin(work, library.basin(slug))
    flow = b'sourceRef="complete_file" targetRef="file_completed"'
    elsewhere = shipped["completion.bpmn"].replace(flow, b'name="vu" ' + flow)
    monkeypatch.setattr(library, "reference", lambda: {**shipped, "completion.bpmn": elsewhere})
    installing.stamp(database, environment="test")

    with pytest.raises(installing.UnsettledDrawings) as refusal, database.start_work() as work:
        installing.follow_reference(work, basins.by_slug(work, slug))

    assert "« Compléter le dossier »" in refusal.value.message


def test_a_check_that_did_not_answer_once_is_asked_again(monkeypatch):
    """The child that checks may die of what another asked: a basin is not refused for ever because of it."""
    unheard, heard = tuple({"a.bpmn": b"unheard"}.items()), []
    monkeypatch.setattr(checks.isolation, "ask", lambda question, *, seconds: heard.append(seconds))

    problems = [installing.problems_of(unheard) for _turn in range(2)]

    assert problems == [(checks.UNDECIDED,)] * 2
    assert len(heard) == 2


def test_a_check_that_came_to_its_limits_is_asked_again(monkeypatch):
    """A machine that is busy for a while does not refuse diagrams for as long as the process lives."""
    late = checks.check_version(library.reference(), installing.known(), seconds=-1)
    heard = []
    monkeypatch.setattr(
        checks.isolation, "ask", lambda question, *, seconds: heard.append(seconds) or checks.packed(late)
    )

    problems = [installing.problems_of((("b.bpmn", b"late"),)) for _turn in range(2)]

    assert late.verdict == checks.Verdict.UNKNOWN
    assert problems == [late.problems] * 2
    assert len(heard) == 2


@pytest.mark.parametrize("file", sorted(HOSTILE.glob("*.bpmn")), ids=lambda file: file.stem)
def test_no_hostile_file_can_be_published(file):
    """Even those that harm nobody and that the profile alone accepts: no form nor operation is theirs."""
    with pytest.raises(installing.NotPublishable) as refusal:
        installing.require_publishable({file.name: file.read_bytes()})

    assert refusal.value.problems
    assert refusal.value.problems[0].message().removesuffix(".") in refusal.value.message
    assert all(checks.is_error(problem) for problem in refusal.value.problems)


def test_the_hostile_files_are_there():
    assert len(list(HOSTILE.glob("*.bpmn"))) >= 28
