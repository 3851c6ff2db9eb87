"""The story of a fault is the shortest there is, told in moves that a person would recognise."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.registry.soundness import proving
from engine.registry.soundness.token_net import Kind, Spot
from tests import bpmn


@dataclass(frozen=True)
class Before:
    """An automaton: `second` may not come before `first`, and `first` must have come at the end."""

    first: str
    second: str
    initial: int = 0

    @property
    def code(self) -> str:
        return f"{self.first} before {self.second}"

    @property
    def labels(self) -> frozenset[str]:
        return frozenset({self.first, self.second})

    def step(self, state: int, label: str) -> int:
        if state == 0:
            return 1 if label == self.first else 2
        return state

    def is_violated(self, state: int) -> bool:
        return state == 2

    def accepts(self, state: int) -> bool:
        return state == 1


def proved(text: str, *automata: Before, **called: str) -> proving.Proof:
    processes = bpmn.processes(main=text, **called)
    return proving.prove(processes["main"], processes, automata=automata)


def told(story) -> str:
    return " ".join(
        f"{move.element}({','.join(flow for flow in move.flows)})"
        if move.kind is Kind.CHOSEN
        else move.element
        for move in story
    )


STORIES = {
    # The long way round would show it too; the short one is told.
    "s:start > x:xor > long > longer > longest > y:xor > g:and; x > short > y; g > a > m:xor > e:end; g > b > m":
        "s x(f7) short a b",
    # Gateways that do not choose are not moves, nor are the starts of what is inside.
    "s:start > m:xor > q:sub{ t:start > a > x:xor > j:and > u:end; x > b > j } > e:end":
        "s a x(f6)",
    # Events are told by their own name.
    "s:start > a > j:and > e:end; t:timer~@a > b > j": "s a",
    "s:start > w:event > t:timer > j:and > e:end; w > u:message > j": "s t",
    # What is thrown, then what catches it.
    "s:start > q:sub{ t:start > u:end-escalation[code=E] } > e:end; b:escalation@q[code=E] > c > j:and; c > y:xor"
    " > j; y > e2:end": "s u b c y(f7) e2",
}  # fmt: skip


@pytest.mark.parametrize("text", STORIES)
def test_the_shortest_story_is_told(text):
    proof = proved(text)

    assert told(proof.findings[0].story) == STORIES[text]


def test_a_move_less_is_a_shorter_story_even_where_two_tokens_meet_at_the_last():
    """By way of a the tokens meet after one more task; by way of b at once, merged unseen."""
    proof = proved(
        "s:start > x:xor > a > g:and > c > m:xor > e:end; g > m; x > b > h:and > k:xor > n:xor > e2:end; h > k"
    )

    assert told(proof.findings[0].story) == "s x(f8) b"


def test_moves_of_called_processes_say_which():
    proof = proved(
        "s:start > c:call[called=inner] > e:end", inner="t:start > x:xor > a > j:and > u:end; x > j"
    )

    (finding,) = proof.findings
    assert finding.elements == (Spot("inner", "j"),)
    assert [(move.process, move.element, move.kind) for move in finding.story] == [
        ("main", "s", Kind.STARTED),
        ("inner", "x", Kind.CHOSEN),
    ]


def test_a_livelock_names_what_goes_round_and_tells_how_one_gets_there():
    proof = proved("s:start > x:xor > e:end; x > way > m:xor > a > b > m")

    (finding,) = proof.findings
    assert finding.code == "LIVELOCK"
    assert {spot.element for spot in finding.elements} == {"m", "a", "b"}
    assert told(finding.story) == "s x(f3) way"


def test_steps_never_reached_are_named_in_the_order_of_the_drawing():
    proof = proved("s:start > z > e:end; never:xor > y > a > e; never > never")

    assert [spot.element for spot in proof.findings[0].elements] == ["never", "y", "a"]


def test_two_tokens_are_blamed_on_where_they_meet_and_on_what_let_them():
    proof = proved("s:start > g:and > a > m:xor > c > e:end; g > b > m")

    assert proof.findings[0].elements == (Spot("main", "c"), Spot("main", "m"))


def test_a_violation_has_its_story_too():
    proof = proved(
        "s:start > x:xor > a[step=diagnosis] > y:xor > b[step=signature] > e:end; x > c > d > y",
        Before("diagnosis", "signature"),
    )

    assert proof.sound is True
    assert [(found.automaton, told(found.story)) for found in proof.violations] == [
        ("diagnosis before signature", "s x(f6) c d b")
    ]


def test_what_must_have_happened_is_asked_at_completion():
    proof = proved("s:start > x:xor > a[step=review] > e:end; x > e2:end", Before("review", "signature"))

    assert [told(found.story) for found in proof.violations] == ["s x(f4) e2"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("s:start > a[step=one] > b[step=two] > e:end", True),
        ("s:start > g:and > a[step=one] > j:and > e:end; g > b[step=two] > j", False),  # In any order.
        ("s:start > t:timer[step=one] > e:end[step=two]", True),
        ("s:start > x:xor >(step=one) a > b[step=two] > e:end", True),
        ("s:start > a >(step=two) b[step=one] > e:end", False),
        ("s:start > q:sub[step=two]{ t:start > a[step=one] > u:end } > e:end", True),  # Once it is over.
        ("s:start > q:sub[step=one]{ t:start > a[step=two] > u:end } > e:end", False),
        (
            "s:start > a[step=one] > e:end; t:timer@a > b[step=two] > e2:end",
            False,
        ),  # Interrupted is not done.
        ("s:start > a > e:end[step=two]; t:timer~@a[step=one] > e2:end", False),  # The date need not come.
        ("s:start > w:event > t:timer[step=one] > b[step=two] > e:end; w > m:message[step=one] > b", True),
    ],
)
def test_a_step_is_done_when_it_is_completed_and_not_before(text, kept):
    proof = proved(text, Before("one", "two"))

    assert (not proof.violations) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("s:start > a[step=one] > b[step=two] > e:end", True),
        ("s:start > b[step=two] > a[step=one] > e:end", False),
        ("s:start > a[step=one] > g:xor > b[step=two] > e:end", True),
        ("s:start > g:and > a[step=one] > j:and > e:end; g > b[step=two] > j", False),
        ("s:start > a[step=one] > w:event > t:timer[step=two] > e:end; w > m:message > e", True),
    ],
)
def test_a_step_is_entered_when_its_token_comes(text, kept):
    proof = proved(text, Before("one", "two:entered"))

    assert (not proof.violations) is kept


def test_the_same_fault_is_told_in_the_same_way_each_time():
    text = "s:start > g:and > a > m:xor > c > e:end; g > b > m; g > d > m"

    assert len({proved(text) for _ in range(5)}) == 1


def test_a_fault_of_a_large_net_is_told_shortly_too():
    """The net is made smaller to be walked through; its story is told on the drawing all the same."""
    branches = "; ".join(f"g > a{number} > b{number} > j" for number in range(14))
    proof = proved(f"s:start > g:and > x:xor > j:and > e:end; x > y > k:and > j; {branches}; k2 > k")

    (finding,) = proof.findings
    assert finding.code == "DEADLOCK"
    assert {spot.element for spot in finding.elements} == {"j"}
    assert len(finding.story) == 2 + 2 * 14  # The start, the choice, and every branch to its end.
