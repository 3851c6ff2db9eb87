"""Inclusive joins wait for what may still come, and for nothing else: each verdict is argued."""

from __future__ import annotations

import pytest

from engine.registry.soundness import inclusive, proving
from engine.registry.soundness.token_net import Transition
from tests import bpmn

SOUND = {
    "split and joined": (
        "s:start > g:or > a > j:or > d > e:end; g > b > j; g > c > j", "it waits for the branches chosen"),
    "a default branch": (
        "s:start > g:or >(if=x) a > j:or > e:end; g >(default) b > j", "the default is taken alone"),
    "a branch that goes straight to the join": ("s:start > g:or > j:or > e:end; g > a > j", "one arrow has no step"),
    "after a parallel split": (
        "s:start > g:and > a > j:or > e:end; g > b > j", "both always come, and both are waited for"),
    "after an exclusive choice": ("s:start > x:xor > a > j:or > e:end; x > b > j", "one comes, no other can"),
    "a branch that may leave": (
        "s:start > g:or > a > x:xor > j:or > e:end; x > c > e2:end; g > b > j",
        "once the token has left for c nobody waits for it; if both leave so does the join's hope, and all ends"),
    "two joins one after the other": (
        "s:start > g:or > a > j:or > h:or > c > k:or > e:end; g > b > j; h > d > k",
        "each waits for its own split; the second sees the first one's tokens through it"),
    "two joins side by side": (
        "s:start > p:and > g:or > a > j:or > q:and > e:end; g > b > j; p > h:or > c > k:or > q; h > d > k",
        "neither is upstream of the other"),
    "one join inside another": (
        "s:start > g:or > h:or > a > k:or > j:or > e:end; h > b > k; g > c > j",
        "the outer one waits while anything is in the inner part"),
    "three branches joined in two steps": (
        "s:start > g:or > a > j:or > k:or > e:end; g > b > j; g > c > k",
        "k waits for j, j for a and b; c alone may also go on"),
    "in a loop": (
        "s:start > m:xor > g:or > a > j:or > x:xor > e:end; g > b > j; x > m",
        "a token may come back only through the join itself, which does not count"),
    "two in one loop": (
        "s:start > m:xor > g:or > a > j:or > h:or > c > k:or > x:xor > e:end; g > b > j; h > d > k; x > m",
        "from beyond one join its inputs are reached only through the other and through itself"),
    "a loop in a branch": (
        "s:start > g:or > m:xor > a > x:xor > j:or > e:end; x > m; g > b > j", "while the loop turns the join waits"),
    "a join that also splits": (
        "s:start > g:or > a > j:or > c > k:or > e:end; g > b > j; j > d > k", "it waits, then chooses anew"),
    "a join of everything that ends": (
        "s:start > g:and > x:xor > a > j:or > e:end; x > b > j; g > c > j", "a or b, and c: two come of three"),
    "an event on a branch": (
        "s:start > g:or > a > j:or > e:end; g > b > j; t:timer@a > c > j",
        "a or, if the date comes first, c: the arrow from c is waited for while a goes on"),
    "a subprocess on a branch": (
        "s:start > g:or > q:sub{ t:start > a > u:end } > j:or > e:end; g > b > j",
        "the token inside stands for the one that will come out"),
    "inside a subprocess": (
        "s:start > q:sub{ t:start > g:or > a > j:or > u:end; g > b > j } > e:end", "its inputs are all within"),
    "no split before it": ("s:start > a > j:or > e:end; x:xor > b > j; a > x", "a splits, the join waits for b"),
}  # fmt: skip

UNSOUND = {
    "joined twice": (
        "s:start > g:and > a > m:xor > j:or > c > e:end; g > b > m; g > d > j", "LACK_OF_SYNCHRONISATION", "j",
        "two tokens come to one and the same input"),
    "split parallel, merged, then joined with nothing": (
        "s:start > g:and > a > j:or > m:xor > c > e:end; g > b > j; g > d > m", "LACK_OF_SYNCHRONISATION", "c",
        "the join is sound, the merge behind it is not"),
    "joins that wait for each other": (
        "s:start > g:and > j:or > a > k:or > b > j; g > k; a > e:end; b > e2:end", "DEADLOCK", "j",
        "each has a token and waits for the one that the other holds"),
    "an inclusive part joined in parallel": (
        "s:start > g:or > a > j:and > e:end; g > b > j", "DEADLOCK", "j", "not all branches need be chosen"),
}  # fmt: skip


def proved(text: str) -> proving.Proof:
    processes = bpmn.processes(main=text)
    return proving.prove(processes["main"], processes)


@pytest.mark.parametrize("name", SOUND)
def test_an_inclusive_join_waits_for_what_may_still_come(name):
    text, why = SOUND[name]

    proof = proved(text)

    assert proof.sound is True, f"{why}: {proof.findings}"


@pytest.mark.parametrize("name", UNSOUND)
def test_it_cures_nothing_else(name):
    text, code, element, why = UNSOUND[name]

    proof = proved(text)

    assert [finding.code for finding in proof.findings] == [code], f"{why}: {proof.findings}"
    assert element in {spot.element for spot in proof.findings[0].elements}, proof.findings


A, B, C, D, E, F = (1 << number for number in range(6))


def test_what_is_upstream_of_one_join_survives_the_reckoning_of_another():
    """Both inputs of the second join come from the first: its places must be the first one's, whole."""
    first = Transition(joins=((A, 0), (B, 0)), post=C)
    second = Transition(joins=((D, 0), (E, 0)), post=F)
    inclusive.look_upstream([first, Transition(pre=C, post=D), Transition(pre=C, post=E), second])

    assert first.joins == ((A, 0), (B, 0))
    assert second.joins == ((D, A | B | C), (E, A | B | C))


def test_a_way_through_the_join_itself_does_not_count():
    join = Transition(joins=((A, 0), (B, 0)), post=C)
    inclusive.look_upstream([join, Transition(pre=C, post=A), Transition(pre=D, post=B)])

    assert join.joins == ((A, C), (B, D))


@pytest.mark.parametrize(
    ("marking", "fires"),
    [
        (0, False),  # Nothing to join.
        (A, True),  # Nothing may come to the other.
        (A | B, True),
        (A | D, False),  # D may still come to B.
        (A | C, True),  # C may only come where there is a token already.
        (B | C, False),
        (A | B | C | D, True),  # Whatever is behind waits for the next time.
    ],
)
def test_it_fires_once_nothing_more_may_come_to_an_input_without_a_token(marking, fires):
    assert inclusive.may_fire(((A, C), (B, D)), marking) is fires
