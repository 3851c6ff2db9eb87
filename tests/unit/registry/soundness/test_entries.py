"""A life may begin at an entry: what is proved from the start is proved from there, given what it asserts."""

from __future__ import annotations

import pytest

from engine import installing
from engine.registry import checks, graph, library, reading, telling
from engine.registry.charter import articles, automata
from engine.registry.rules import entry as rule
from engine.registry.soundness import proving, translation
from engine.registry.soundness.token_net import Kind
from tests import bpmn
from tests.rules.editing import Edit, edited, marked

LATER = automata.precedes("order", first=["done"], then=["later"])


def proved(text: str, *, asserts=(), automata=(), **called: str) -> proving.Proof:
    processes = bpmn.processes(main=text, **called)
    return proving.prove(processes["main"], processes, automata=automata, entries={"here": tuple(asserts)})


def begun_at(proof: proving.Proof) -> list[str]:
    """The entries at which the stories of a proof begin."""
    stories = [each.story for each in (*proof.findings, *proof.violations)]
    return [story[0].element for story in stories if story and story[0].kind is Kind.ADOPTED]


def test_a_life_that_begins_before_its_last_task_ends_as_any():
    proof = proved("s:start > a > b[entry=here] > e:end")

    assert proof.sound is True
    assert proof.findings == ()


def test_an_entry_that_nobody_asks_about_is_no_way_to_begin():
    processes = bpmn.processes(main="s:start > a > b[entry=here] > e:end")

    asked = translation.net_of(processes["main"], processes, {"here": ()})
    plain = translation.net_of(processes["main"], processes)

    assert [each.entry for each in plain.transitions].count(True) == 0
    assert [each.entry for each in asked.transitions].count(True) == 1


@pytest.mark.parametrize("gateway", ["and", "or"])
def test_beside_branches_that_never_began_the_join_waits_for_ever_and_the_story_begins_at_the_entry(gateway):
    proof = proved(f"s:start > g:{gateway} > a[entry=here] > j:and > e:end; g > b > j")

    assert proof.sound is False
    if gateway == "and":
        assert [each.code for each in proof.findings] == ["DEADLOCK"]
        assert begun_at(proof) == ["a"]


def test_what_only_an_entry_leads_to_is_dead():
    proof = proved("s:start > a > e:end; q:xor > b[entry=here] > x:xor > q; x > f:end")

    assert [each.code for each in proof.findings] == ["DEAD_ACTIVITY"]
    assert "b" in {spot.element for spot in proof.findings[0].elements}


def test_what_is_only_reached_from_the_start_is_not_dead():
    assert proved("s:start > a > x:xor > b[entry=here] > e:end; x > c > f:end").sound is True


def test_what_encloses_an_entry_goes_on_and_its_events_may_come():
    proof = proved(
        "s:start > c:call[called=inner] > e:end; m:message@c[code=stop] > d > f:end",
        inner="t:start > sub:sub{ u:start > a > b[entry=here] > v:end } > g:end; n:timer~@sub > r > w:end",
    )

    assert proof.sound is True


def test_an_event_that_interrupts_nothing_may_come_around_an_entry_too():
    inside = "u:start > b[entry=here] > v:end"
    text = f"s:start > a[step=done] > sub:sub{{ {inside} }} > e:end; n:timer~@sub > r[step=later] > w:end"

    assert begun_at(proved(text, automata=[LATER])) == ["b"]
    assert proved(text, asserts=["done"], automata=[LATER]).violations == ()


def test_an_entry_that_comes_to_the_same_as_the_start_leaves_the_start_there(monkeypatch):
    monkeypatch.setattr(proving, "FEW", 0)

    proof = proved("s:start > a[entry=here] > b > e:end", automata=[LATER])

    assert (proof.sound, proof.findings) == (True, ())


def test_an_exit_from_inside_is_caught_around_from_an_entry_too():
    inner = "t:start > a > x:xor[entry=no] > b[entry=here] > y:xor > v:end; y > w:end-escalation[code=out]"

    assert proved(
        "s:start > c:call[called=inner] > e:end; z:escalation@c[code=out] > f:end", inner=inner
    ).sound


@pytest.mark.parametrize(("asserts", "is_kept"), [(["done"], True), ([], False)])
def test_the_charter_is_read_as_if_what_an_entry_asserts_had_happened(asserts, is_kept):
    proof = proved(
        "s:start > a[step=done] > b[entry=here] > c[step=later] > e:end", asserts=asserts, automata=[LATER]
    )

    assert proof.sound is True
    assert ([each.automaton for each in proof.violations] == []) is is_kept
    assert begun_at(proof) == ([] if is_kept else ["b"])


def test_that_somebody_waits_for_the_entry_itself_is_read_after_what_it_asserts():
    waits = automata.precedes("order", first=["done"], then=["later:entered"])
    text = "s:start > a[step=done] > b[step=later, entry=here] > e:end"

    assert proved(text, asserts=["done"], automata=[waits]).violations == ()
    assert begun_at(proved(text, automata=[waits])) == ["b"]


def test_what_the_start_shows_is_told_from_the_start():
    never = automata.never("never", steps=["later"])

    [violation] = proved(
        "s:start > a > b > c[entry=here] > d[step=later] > e:end", automata=[never]
    ).violations

    assert violation.story[0].element == "s"


def test_the_story_says_that_the_project_was_taken_over():
    processes = bpmn.processes(main="s:start > a[step=done] > b[entry=here] > c[step=later] > e:end")
    proof = proving.prove(processes["main"], processes, automata=[LATER], entries={"here": ()})

    told = telling.tell(processes, proof.violations[0].story)

    assert told[0].sentence() == "Le projet, déjà en cours, est repris à «\u202fb\u202f»."


# The reference.


@pytest.fixture(scope="module")
def reference() -> dict[str, graph.Process]:
    return library.processes_of(library.reference())


def lines():
    return [each.line for _article, each in articles.charter().rules_of("project")]


def test_from_every_entry_the_proof_only_meets_what_it_has_met_from_the_start(reference):
    """What an entry asserts is then what every life that comes there has done, as far as the charter reads it."""
    entries = articles.charter().asserted_in("project")

    plain = proving.prove(reference["project"], reference, automata=lines())
    whole = proving.prove(reference["project"], reference, automata=lines(), entries=entries)

    assert set(entries) == {"awaiting_session", "signing", "follow_up"}
    assert (whole.sound, whole.violations, whole.states) == (True, (), plain.states)


@pytest.mark.parametrize("slug", library.slugs())
def test_every_basins_variant_is_proved_from_every_entry(slug):
    processes = library.processes_of(library.basin(slug).apply(library.reference()))
    entries = articles.charter().asserted_in("project")

    net = translation.net_of(processes["project"], processes, entries)
    proof = proving.prove(processes["project"], processes, automata=lines(), entries=entries)

    assert sum(each.entry for each in net.transitions) == len(entries)
    assert (proof.sound, proof.violations) == (True, ())


@pytest.mark.parametrize(
    ("name", "forgotten"),
    [
        ("awaiting_session", "request_qualified"), ("awaiting_session", "preliminary_diagnostic"),
        ("signing", "favourable_decision"), ("signing", "decision_signed"),
        ("follow_up", "agreement_signed"), ("follow_up", "labelling"),
    ],
)  # fmt: skip
def test_an_entry_that_did_not_assert_what_it_follows_from_would_break_the_charter(
    reference, name, forgotten
):
    entries = articles.charter().asserted_in("project")
    less = {**entries, name: tuple(each for each in entries[name] if each != forgotten)}

    proof = proving.prove(reference["project"], reference, automata=lines(), entries=less)

    assert proof.violations
    assert set(begun_at(proof)) == {
        {"awaiting_session": "decision", "signing": "agreement", "follow_up": "execution"}[name]
    }


def test_a_life_beside_a_projects_has_no_entry(reference):
    assert articles.charter().asserted_in("intervention_request") == {}


def test_entries_are_known_to_the_engine_by_the_same_names():
    assert {each.name for each in articles.charter().entries} == {"awaiting_session", "signing", "follow_up"}


MOVED: dict[str, tuple[tuple[Edit, ...], str]] = {
    "an entry is gone": ((marked("engagement", "decision", entry=None),), "manque"),
    "two entries are exchanged": (
        (marked("engagement", "decision", entry="signing"),
         marked("engagement", "agreement", entry="awaiting_session")), "doit encore faire"),
    "it is where everything is still to be done": (
        (marked("engagement", "decision", entry=None),
         marked("project", "engagement", entry="awaiting_session")), "tenu pour fait"),
    "the follow-up is entered at its reports alone": (
        (marked("project", "execution", entry=None), marked("project", "follow_up", entry="follow_up")),
        "en même temps"),
    "it is behind the question of the early end": (
        (marked("project", "execution", entry=None), marked("project", "sign_termination", entry="follow_up")),
        "en même temps"),
    "it is within what a project calls twice": (
        (marked("engagement", "decision", entry=None),
         marked("complementary", "complementary_diagnostic", entry="awaiting_session")), "plusieurs endroits"),
    "it is twice": ((marked("engagement", "agreement", entry="awaiting_session"),), "plusieurs endroits"),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVED)
def test_an_entry_that_is_moved_or_lost_is_refused(name):
    edits, said = MOVED[name]

    report = checks.check_version(edited(*edits), installing.known(), seconds=20.0)

    found = [each for each in report.problems if each.code == rule.CODE]
    assert any(said in each.message() for each in found), [each.message() for each in report.problems]
    assert report.verdict == checks.Verdict.REFUSED


def test_an_entry_within_a_process_that_other_lives_call_too_is_the_projects():
    files = edited(
        marked("engagement", "decision", entry=None),
        marked("decision", "committee_decision", entry="awaiting_session"),
    )

    report = checks.check_version(files, installing.known(), seconds=20.0)

    assert [each.message() for each in report.problems] == []
    assert report.verdict == checks.Verdict.ACCEPTED


def test_a_branch_that_skips_what_an_entry_asserts_later_is_proved_from_there():
    """From the start nothing is wrong; from the entry, the months would have nothing to begin after."""
    files = edited(
        marked("project", "execution", entry=None), marked("project", "closure", entry="follow_up")
    )

    report = checks.check_version(files, installing.known(), seconds=20.0)

    stories = [each.story for each in report.problems if each.code == "CHARTER_MINIMUM_DURATION"]
    assert stories
    assert "repris à" in stories[0][0].sentence()


def test_one_changed_file_is_asked_for_the_entries_of_the_others():
    files = edited(marked("engagement", "decision", entry=None))
    content = files.pop("engagement.bpmn")

    report = checks.check(content, filename="engagement.bpmn", context=installing.known(files))

    assert [each.message() for each in report.problems if each.code == rule.CODE] != []


def test_a_file_alone_is_not_asked_what_its_entry_holds():
    content = bpmn.drawn("s:start > a[entry=signing, form=basin_note, role=operator, due=P5D] > e:end")

    assert [each.code for each in checks.check(content, filename="p.bpmn").problems] == []
    assert reading.read(content, "p.bpmn").processes[0].node("a").alize["entry"] == "signing"
