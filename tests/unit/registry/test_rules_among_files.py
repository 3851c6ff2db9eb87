"""Rules that look beyond one file: ids that others have, names of elements, steps the reference lacks."""

from __future__ import annotations

import ast

import pytest

from engine import installing
from engine.projects import routing
from engine.registry import checks, library, variables
from engine.registry.context import Context
from engine.registry.rules.new_nodes import MOST_NEW
from engine.registry.variables import Kind, Mismatch, Variable
from tests.bpmn import drawn

PLAIN = "s:start > a > e:end"
PROFILE = Context(profile_only=True)
KNOWN = {
    "approved": Variable(Kind.YES_NO),
    "count": Variable(Kind.NUMBER),
    "due_on": Variable(Kind.DAY),
    "outcome": Variable(Kind.WORD, frozenset({"granted", "refused"})),
    "free": Variable(Kind.WORD),
}


def found(content: bytes, code: str, **context) -> list:
    report = checks.check(content, filename="p.bpmn", context=Context(**context))
    return [problem for problem in report.problems if problem.code == code]


# ── Ids that another file has ───────────────────────────────────────────────────────────────────────────────


def test_subprocess_may_not_have_the_id_of_another_files_process_or_subprocess():
    other = drawn("s2:start > held:sub{ s3:start > b > e3:end } > e2:end", process="q")

    for taken in ("q", "held"):
        content = drawn(f"s:start > {taken}:sub{{ s4:start > a > e4:end }} > e:end")
        (problem,) = found(content, "SHARED_ID", files={"q.bpmn": other}, profile_only=True)
        assert problem.elements == (taken,)
        assert "processus «\u202fq\u202f»" in problem.message()


def test_process_may_not_be_in_two_files_nor_differ_from_another_by_capitals():
    version = checks.check_version({"p.bpmn": drawn(PLAIN), "other.bpmn": drawn(PLAIN)}, PROFILE)
    twice = [problem for problem in version.problems if problem.code == "SHARED_ID"]
    alike = found(
        drawn(PLAIN, process="Report"), "SHARED_ID", files={"r.bpmn": drawn(PLAIN, process="report")},
        profile_only=True,
    )  # fmt: skip

    assert {(problem.file, problem.values["file"]) for problem in twice} == {
        ("p.bpmn", "other.bpmn"), ("other.bpmn", "p.bpmn"),
    }  # fmt: skip
    assert [problem.elements for problem in alike] == [("Report",)]


def test_file_that_draws_a_sibling_again_stands_for_it():
    content = drawn(PLAIN)

    for name in ("p.bpmn", "other.bpmn"):
        assert found(content, "SHARED_ID", files={name: content}, profile_only=True) == []


# ── Escalations that a caller catches ───────────────────────────────────────────────────────────────────────


def test_escalation_is_caught_further_out_or_lost():
    throws = drawn("s:start > a > e:end-escalation[code=stop]", process="q")
    catches = (
        "s:start > around:sub{ s2:start > c:call[called=q] > e2:end } > e:end ; stopped:escalation@around"
    )

    inner = found(throws, "UNCAUGHT_ERROR", files={"caller.bpmn": drawn(f"{catches}[code=stop] > e")})
    other = found(throws, "UNCAUGHT_ERROR", files={"caller.bpmn": drawn(f"{catches}[code=pause] > e")})
    alone = found(throws, "UNCAUGHT_ERROR")

    assert (len(inner), len(other), len(alone)) == (0, 1, 0)


# ── Steps the reference lacks ───────────────────────────────────────────────────────────────────────────────


def chain(process: str, count: int) -> bytes:
    return drawn(" > ".join([f"{process}s:start", *(f"{process}{n}" for n in range(count)), f"{process}e:end"]),
                 process=process)  # fmt: skip


def test_new_elements_of_all_diagrams_are_counted_together():
    reference = {"p": frozenset({"ps", "pe"}), "q": frozenset({"qs", "qe", "q0"})}
    at_most = {"files": {"q.bpmn": chain("q", 11)}, "reference": reference, "most_nodes": 100}

    assert found(chain("p", MOST_NEW - 10), "TOO_MANY_NEW_NODES", **at_most) == []
    (problem,) = found(chain("p", MOST_NEW - 9), "TOO_MANY_NEW_NODES", **at_most)
    assert "p0" in problem.elements
    assert found(chain("r", 0), "TOO_MANY_NEW_NODES", **{**at_most, "reference": None}) == []


def test_reference_adds_nothing_to_itself():
    files = library.reference()
    context = installing.known(files, "report.bpmn")

    assert found(
        files["report.bpmn"], "TOO_MANY_NEW_NODES", files=context.files, reference=context.reference
    ) == []  # fmt: skip


# ── What is called how ──────────────────────────────────────────────────────────────────────────────────────


def test_findings_call_elements_by_their_names_and_keep_their_ids():
    content = drawn("s:start > visit[name=Visite] > c:xor[name=Suite] > e:end ; c > bank[name=Banque] > e")

    problems = found(content, "GATEWAY_DEFAULT", profile_only=True)

    assert problems[0].elements == ("c",)
    assert "«\u202fSuite\u202f»" in problems[0].message()
    assert "«\u202fSuite → Banque\u202f»" in problems[-1].message()


# ── What variables hold ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("approved", Kind.YES_NO),
        ("not approved and count > 2", Kind.YES_NO),
        ("count + 1 - 2", Kind.NUMBER),
        ("-count", Kind.NUMBER),
        ("due_on", Kind.DAY),
        ('due_on < "2027-01-31"', Kind.YES_NO),
        ('due_on == ""', Kind.YES_NO),
        ('outcome == "granted" or outcome == ""', Kind.YES_NO),
        ('free == "whatever"', Kind.YES_NO),
        ("1 < count < 5", Kind.YES_NO),
        ("unknown == 3 and unknown", Kind.YES_NO),
        ("unknown", None),
    ],
)
def test_expression_gives_what_its_parts_give(text, kind):
    assert variables.kind_of(ast.parse(text, mode="eval").body, KNOWN) == kind


@pytest.mark.parametrize(
    "text",
    [
        "approved == 1", "approved + 1", 'outcome == "grnated"', '"grnated" != outcome', "not count",
        'outcome < "refused"', "approved < True", "due_on == count", 'due_on == "demain"', "due_on and approved",
        "approved == (count)", "1 < approved < 5",
    ],
)  # fmt: skip
def test_expression_whose_parts_do_not_fit_is_told(text):
    with pytest.raises(Mismatch) as told:
        variables.kind_of(ast.parse(text, mode="eval").body, KNOWN)
    assert told.value.template.format(id="x", **told.value.values)


def test_every_variable_of_words_says_which():
    words = {name for name, known in installing.VARIABLES.items() if known.kind is Kind.WORD}

    assert words == set(routing.WORDS)
    assert all(known.values for name, known in installing.VARIABLES.items() if name in words)
