"""The package's diagrams: read from its resources, with a basin's published parameters in their place."""

from __future__ import annotations

import pytest

from engine.registry import changes, differences, library, overlay, parameters, reading, readme
from engine.registry.checks import Verdict, check
from engine.registry.context import Context
from engine.spiff import parser

PROCESSES = {
    "project", "engagement", "appraisal", "complementary", "decision", "completion", "agreement", "accompaniment",
    "follow_up", "report", "closure", "late_report", "intervention_request", "acting_chair", "invalid_address",
    "mandatary_seat_lost", "prescriber_seat_lost", "convention_signature", "committee_session",
    "amendment", "signatory_loss",
}  # fmt: skip


def basin(**published: str) -> parameters.Parameters:
    known = {
        "name": "Essai (démo)",
        "code": "ESS",
        "zone": "Europe/Paris",
        "territory": "FR",
        "charter_version": "1",
    }
    return parameters.read({
        "basin": known, "published": {"follow_up.minimum": "P24M", **published}, "current": {"follow_up.months": 24},
    })  # fmt: skip


def test_the_reference_is_one_process_per_file_under_its_own_name():
    files = library.reference()

    assert {name.removesuffix(".bpmn") for name in files} == PROCESSES
    for name, content in files.items():
        assert [process.id for process in reading.read(content, name).processes] == [
            name.removesuffix(".bpmn")
        ]


def test_the_four_basins_are_there_and_a_fifth_that_says_it_does_not_exist():
    assert library.slugs() == [
        "ales-cevennes", "cote-des-deux-phares", "longwy-briey", "terres-de-lorraine", "valenciennois",
    ]  # fmt: skip
    assert "(démo)" in library.basin("cote-des-deux-phares").parameters.name


def test_a_folder_that_does_not_exist_is_not_found():
    with pytest.raises(library.UnknownFolder):
        library.basin("../../engine")


def test_published_parameters_become_literals_of_the_diagrams():
    files = overlay.substitute(library.reference(), basin(**{"agreement.signature_expiry": "P120D"}))

    project = reading.read(files["project.bpmn"], "project.bpmn").processes[0]
    name = "convention_signature.bpmn"
    signing = reading.read(files[name], name).processes[0]
    assert project.node("minimum_duration").timer.text == "P24M"
    assert project.node("minimum_duration").alize["from"] == "effective_on"
    assert signing.node("signature_expired").timer.text == "P120D"
    assert signing.node("signature_awaited").timer.text == "P30D"


def test_a_file_that_needs_no_change_stays_as_it_is_byte_for_byte():
    files = library.reference()

    changed = overlay.substitute(files, basin())

    assert [name for name in files if files[name] != changed[name]] == ["project.bpmn"]


def test_flows_without_an_id_are_given_the_one_the_checks_speak_of():
    content = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p">'
        b'<startEvent id="s"/><sequenceFlow sourceRef="s" targetRef="e"/><endEvent id="e"/></process></definitions>'
    )

    written = overlay.substituted(content, {})

    before, after = (reading.read(text, "p.bpmn").processes[0].flows[0] for text in (content, written))
    assert before.generated
    assert not after.generated
    assert before.id == after.id


def test_a_parameter_that_does_not_exist_is_refused():
    files = {
        "project.bpmn": library.reference()["project.bpmn"].replace(b"follow_up.minimum", b"follow_up.ghost")
    }

    with pytest.raises(overlay.UnknownParameter):
        overlay.substitute(files, basin())


@pytest.mark.parametrize("slug", library.slugs())
def test_every_process_of_every_basin_is_accepted_and_can_be_parsed(slug):
    files = library.basin(slug).apply(library.reference())
    published = parameters.defaults(parameters.Kind.PUBLISHED)
    context = Context(files=files, parameters=frozenset(published))

    for name, content in files.items():
        assert check(content, filename=name, context=context).verdict == Verdict.ACCEPTED
        assert parser.parse(files, name.removesuffix(".bpmn"))


def test_no_two_basins_change_the_reference_alike():
    found = [
        [
            each.sentence()
            for each in differences.between(
                library.reference(), library.basin(slug).apply(library.reference())
            )
        ]
        for slug in library.slugs()
    ]

    assert all(found)
    assert len({tuple(each) for each in found}) == len(found)


@pytest.mark.parametrize("slug", library.slugs())
def test_every_change_says_why(slug):
    assert all(len(change.reason) > 20 for change in library.basin(slug).changes)


def test_the_fifth_basin_makes_every_kind_of_change():
    fifth = library.basin("cote-des-deux-phares")

    assert {change.kind for change in fifth.changes} == set(changes.KINDS)
    assert fifth.parameters["advance.requires_skills"]
    assert fifth.parameters["jobs.required"]


def test_a_change_of_an_unknown_kind_is_refused():
    with pytest.raises(changes.InvalidChanges, match="step, questions, due, name, diagram"):
        changes.read({"changes": [{"kind": "skip_the_committee"}]})


def test_the_tables_of_the_readme_are_fresh():
    text = library.root().joinpath("README.md").read_text(encoding="utf-8")

    assert readme.refreshed(text, library.reference()) == text, "run: python -m engine.registry.readme"


def test_the_readme_keeps_what_is_written_by_hand():
    text = "Avant.\n<!-- generated: parameters -->\nvieux\n<!-- end -->\nAprès.\n"

    fresh = readme.refreshed(text, {})

    assert fresh.startswith("Avant.\n")
    assert fresh.endswith("<!-- end -->\nAprès.\n")
    assert "vieux" not in fresh
    assert "follow_up.minimum" in fresh
