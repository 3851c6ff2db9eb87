"""Each construct in the smallest drawing that uses it, with the verdict it deserves and why."""

from __future__ import annotations

import pytest

from engine.registry.soundness import proving
from tests import bpmn

SOUND = {
    "a line": ("s:start > a > e:end", "one token walks from the start to the end"),
    "a choice": ("s:start > x:xor > a > m:xor > e:end; x > b > m", "one branch is taken, one token arrives"),
    "a choice without a merge": ("s:start > x:xor > a > e:end; x > b > e2:end", "each branch has its own end"),
    "parallel": ("s:start > g:and > a > j:and > e:end; g > b > j", "the join waits for both branches"),
    "parallel, each to its own end": (
        "s:start > g:and > a > e:end; g > b > e2:end", "a process is over once every token is gone"),
    "parallel, to one end": (
        "s:start > g:and > a > e:end; g > b > e", "an end takes each token as it comes"),
    "arrows that meet at a task": (
        "s:start > x:xor > a > c > e:end; x > b > c", "a task needs one token, whichever way it came"),
    "an arrow more than one leaves a task": (
        "s:start > a > b > j:and > e:end; a > c > j", "without conditions both are taken, and joined"),
    "conditions on the arrows of a task": (
        "s:start > a >(if=x) b > j:or > e:end; a >(if=y) c > j", "some are taken, an inclusive join waits for those"),
    "a loop": ("s:start > m:xor > a > x:xor > e:end; x > m", "one may always leave the loop"),
    "a loop at a task": ("s:start > a > x:xor > a; x > e:end", "the task is done again, or not"),
    "a loop with a parallel part": (
        "s:start > m:xor > g:and > a > j:and > x:xor > e:end; g > b > j; x > m",
        "by the standard the join waits for both at every turn"),
    "no end drawn": ("s:start > a", "a token that can go nowhere is at its end"),
    "no start drawn": ("a > e:end; b > e2:end", "what nothing precedes starts with the process"),
    "two starts": ("s:start > a > e:end; t:start > b > e2:end", "an instance begins at one of them"),
    "an event awaited": ("s:start > t:timer > e:end", "the date comes"),
    "the first of two events": (
        "s:start > w:event > t:timer > a > e:end; w > m:message > b > e2:end", "the first one decides"),
    "the first of two events, in a loop": (
        "s:start > x:xor > w:event > t:timer > a > x; w > m:message > e:end", "the message may always come"),
    "a task that receives, after such a gateway": (
        "s:start > w:event > t:timer > e:end; w > r:receive > e2:end", "it waits as an event would"),
    "a link": ("s:start > a > l:throw-link[code=L]; k:link[code=L] > b > e:end", "a link is an arrow not drawn"),
    "a link back": (
        "s:start > m:xor > a > x:xor > e:end; x > l:throw-link[code=L]; k:link[code=L] > m", "as a loop would"),
    "an interrupting event": ("s:start > a > e:end; t:timer@a > b > e2:end", "one goes on, or the other"),
    "an interrupting event that comes back": (
        "s:start > m:xor > a > e:end; t:timer@a > b > m", "the task is entered again"),
    "an event that does not interrupt": (
        "s:start > a > c > e:end; t:timer~@a > b > e2:end", "what it sets off ends by itself"),
    "two events on one task": (
        "s:start > a > e:end; t:timer~@a > b > e2:end; u:message@a > c > e3:end", "the message cuts all short"),
    "a subprocess": ("s:start > p:sub{ t:start > a > u:end } > e:end", "it is over when its inside is"),
    "a subprocess with parallel ends": (
        "s:start > p:sub{ t:start > g:and > a > u:end; g > b > v:end } > e:end", "it waits for both"),
    "a subprocess in a loop": (
        "s:start > m:xor > p:sub{ t:start > a > u:end } > x:xor > e:end; x > m", "it is empty before it is entered again"),
    "a subprocess without a start": ("s:start > p:sub{ a; b } > e:end", "all of its steps begin with it"),
    "an empty subprocess": ("s:start > p:sub > e:end", "it is a task of which nothing is said"),
    "a subprocess interrupted": (
        "s:start > p:sub{ t:start > g:and > a > u:end; g > b > v:end } > e:end; t1:timer@p > c > e2:end",
        "whatever was going on inside is gone"),
    "a terminating end": (
        "s:start > g:and > a > e:terminate; g > b > e2:end", "the other branch is ended with it"),
    "a terminating end in a subprocess": (
        "s:start > g:and > p:sub{ t:start > h:and > a > u:terminate; h > b > v:end } > j:and > e:end; g > c > j",
        "it ends the subprocess only, the join gets its token"),
    "an error caught": (
        "s:start > p:sub{ t:start > x:xor > u:end-error[code=E]; x > v:end } > e:end; b:error@p[code=E] > e2:end",
        "either way one token goes on"),
    "an error caught whatever its code": (
        "s:start > p:sub{ t:start > x:xor > u:end-error[code=E]; x > v:end } > e:end; b:error@p > e2:end",
        "an event without a code catches any"),
    "an error caught further out": (
        ("s:start > p:sub{ t:start > q:sub{ t2:start > x:xor > u:end-error[code=E]; x > v:end } > w:end } > e:end;"
        " b:error@p[code=E] > e2:end"), "errors go outwards until somebody catches them"),
    "an error caught by its code first": (
        ("s:start > p:sub{ t:start > x:xor > u:end-error[code=E]; x > y:xor > v:end-error[code=F]; y > w:end } > e:end;"
        " any:error@p > e2:end; b:error@p[code=E] > e3:end"), "E by its own event, F by the other"),
    "an error that nobody catches": (
        "s:start > g:and > a > e:end-error[code=E]; g > b > e2:end", "the whole process ends with it"),
    "an error of an opaque task": ("s:start > a > e:end; b:error@a > c > e2:end", "it may fail, it may not"),
    "an escalation that interrupts": (
        ("s:start > p:sub{ t:start > x:xor > u:end-escalation[code=E]; x > v:end } > e:end;"
        " b:escalation@p[code=E] > e2:end"), "either way one token goes on"),
    "an escalation that does not": (
        ("s:start > p:sub{ t:start > u:throw-escalation[code=E] > a > v:end } > e:end;"
        " b:escalation~@p[code=E] > c > e2:end"), "the alarm is dealt with beside the work"),
    "an escalation that nobody hears": (
        "s:start > p:sub{ t:start > u:throw-escalation[code=E] > v:end } > e:end", "the work goes on"),
    "an escalation thrown again": (
        ("s:start > p:sub{ t:start > m:xor > u:throw-escalation[code=E] > x:xor > v:end; x > m } > e:end;"
        " b:escalation~@p[code=E] > c > e2:end"), "it is heard once, then passes"),
    "a transaction cancelled": (
        "s:start > p:transaction{ t:start > x:xor > u:end-cancel; x > v:end } > e:end; b:cancel@p > c > e2:end",
        "the cancel end is caught on the edge"),
    "an event subprocess that interrupts": (
        "s:start > a > e:end; h:eventsub{ t:start-message > b > u:end }", "the task is given up, the rest is done"),
    "an event subprocess beside": (
        "s:start > a > e:end; h:eventsub{ t:start-message~ > b > u:end }", "both are waited for"),
    "an event subprocess that catches an error": (
        "s:start > x:xor > e:end; x > u:end-error[code=E]; h:eventsub{ t:start-error[code=E] > b > v:end }",
        "the error starts it and nothing else is left"),
    "several instances": ("s:start > a[loop=3] > e:end", "its body is proved once, as one step"),
    "several instances of a subprocess": (
        "s:start > p:sub[loop=n]{ t:start > g:and > a > j:and > u:end; g > b > j } > e:end", "the body is sound"),
    "an ad-hoc subprocess": ("s:start > p:adhoc{ a; b > c } > e:end", "its inside is for people to order"),
    "compensation": (
        "s:start > a > t:throw-compensate > e:end; b:compensate@a; u[compensation=true]",
        "what undoes a step is not part of the flow"),
    "a complex gateway": (
        "s:start > g:complex > a > j:complex > e:end; g > b > j", "whatever it chooses, the other waits for"),
    "many inclusive branches": (
        "s:start > g:or > a > j:or > e:end; g > b > j; g > c > j; g > d > j; g > f > j; g >(default) h > j",
        "decided one by one; the default alone, or some of the others"),
    "many conditions on the arrows of a task": (
        ("s:start > a >(if=x) b > j:or > e:end; a >(if=x) c > j; a >(if=x) d > j; a >(if=x) f > j; a >(if=x) h > j;"
         " a > i > j"), "none of them need hold, the arrow without condition is always taken"),
    "an operation set off, and an end that is not one": (
        "s:start > a > e:end; t:timer~@a > r:service[operation=projects.record] > u:end > v:end",
        "an arrow leaves the end: nothing is folded, and the token goes on"),
    "reminders in a loop, of ours": (
        "s:start > m:xor > a > x:xor > e:end; x > m; t:timer~@a > r:service[operation=projects.record] > e2:end",
        "the engine sends each of them in the act that the date sets off"),
}  # fmt: skip

UNSOUND = {
    "a choice joined as if parallel": (
        "s:start > x:xor > a > j:and > e:end; x > b > j", "DEADLOCK", "j", "one token comes, the join waits for two"),
    "parallel branches merged as if chosen": (
        "s:start > g:and > a > m:xor > c > e:end; g > b > m", "LACK_OF_SYNCHRONISATION", "c", "two tokens go on"),
    "arrows of a task merged at a task": (
        "s:start > a > b > d > e:end; a > c > d", "LACK_OF_SYNCHRONISATION", "d", "both are taken, none is waited for"),
    "a join entered from a loop": (
        "s:start > j:and > a > x:xor > e:end; x > j", "DEADLOCK", "j", "the arrow back has no token at first"),
    "a join fed twice by one choice": (
        "s:start > g:and > x:xor > j:and > e:end; g > j; x > b > j", "DEADLOCK", "j", "one of three inputs stays empty"),
    "an end reached, a branch stuck": (
        "s:start > g:and > a > e:end; g > x:xor > j:and > f:end; x > y > j", "IMPROPER_COMPLETION", "j",
        "the process says it ends while a token waits for ever"),
    "no way out of a loop": (
        "s:start > m:xor > a > x:xor > m; x > b > m", "LIVELOCK", "a", "there is always work and never an end"),
    "a loop that may be entered for ever": (
        "s:start > x:xor > e:end; x > m:xor > a > m", "LIVELOCK", "a", "whoever takes that branch never ends"),
    "a step that nothing precedes": ("s:start > a > e:end; b > e", "DEAD_ACTIVITY", "b", "nothing starts it"),
    "a loop that nothing enters": (
        "s:start > a > e:end; b > c > b", "DEAD_ACTIVITY", "b", "no token ever comes there"),
    "an event that nobody throws": (
        ("s:start > p:sub{ t:start > x:xor > u:end-error[code=E]; x > v:end } > e:end; b:error@p[code=E] > e2:end;"
        " c:error@p[code=F] > h > e3:end"), "DEAD_ACTIVITY", "h", "errors E are drawn, errors F are not"),
    "a subprocess always left by an error": (
        "s:start > p:sub{ t:start > a > u:end-error[code=E] } > c > e:end; b:error@p > e2:end", "DEAD_ACTIVITY", "c",
        "it is never completed"),
    "a handler joined with what it accompanies": (
        "s:start > a > j:and > e:end; t:timer~@a > b > j", "DEADLOCK", "j", "the event need not come"),
    "a handler merged with what it accompanies": (
        "s:start > a > m:xor > c > e:end; t:timer~@a > m", "LACK_OF_SYNCHRONISATION", "c", "two tokens go on"),
    "a handler in a loop": (
        "s:start > m:xor > a > x:xor > e:end; x > m; t:timer~@a > b > e2:end", "LACK_OF_SYNCHRONISATION", "b",
        "the second turn may set it off before the first one's is done"),
    "a reminder in a loop, of another engine": (
        "s:start > m:xor > a > x:xor > e:end; x > m; t:timer~@a > b:service > e2:end", "LACK_OF_SYNCHRONISATION", "b",
        "nothing says that the service answers at once"),
    "an event in a loop that leads to nothing but an end": (
        "s:start > m:xor > a > x:xor > e:end; x > m; t:timer~@a > e2:end", "LACK_OF_SYNCHRONISATION", "e2",
        "no operation of ours says that it is over at once: the next turn may come before"),
    "a subprocess entered twice": (
        "s:start > g:and > a > m:xor > p:sub{ t:start > b > u:end } > e:end; g > c > m", "LACK_OF_SYNCHRONISATION",
        "p", "two tokens come to it"),
    "a subprocess that never ends": (
        "s:start > p:sub{ t:start > x:xor > a > j:and > u:end; x > b > j } > e:end", "DEADLOCK", "j",
        "it is stuck inside"),
    "a process that nothing starts": ("m:xor > a > m", "DEAD_ACTIVITY", "a", "nothing ever begins"),
    "a subprocess that nothing starts": (
        "s:start > q:sub{ m:xor > a > m } > e:end", "DEAD_ACTIVITY", "a", "it is over as soon as it is entered"),
    "many branches joined as if parallel": (
        "s:start > g:or > a > j:and > e:end; g > b > j; g > c > j; g > d > j; g > f > j; g > h > j", "DEADLOCK", "j",
        "not all branches need be chosen"),
    "many conditions, none of which need hold": (
        "s:start > a >(if=x) b > j:xor > e:end; a >(if=x) c > j; a >(if=x) d > j; a >(if=x) f > j; a >(if=x) h > j",
        "LACK_OF_SYNCHRONISATION", "e", "two may hold"),
    "a link thrown twice": (
        "s:start > g:and > l:throw-link[code=L]; g > m:throw-link[code=L]; k:link[code=L] > b > e:end",
        "LACK_OF_SYNCHRONISATION", "k", "two tokens come through one link"),
    "events that meet": (
        "s:start > g:and > t:timer > j:xor > a > e:end; g > u:timer > j", "LACK_OF_SYNCHRONISATION", "a",
        "both dates come"),
    "an inclusive choice joined as if parallel": (
        "s:start > g:or > a > j:and > e:end; g > b > j", "DEADLOCK", "j", "one branch alone may be chosen"),
    "an inclusive choice merged as if one": (
        "s:start > g:or > a > m:xor > c > e:end; g > b > m", "LACK_OF_SYNCHRONISATION", "c", "both may be chosen"),
    "an automatic loop that only a date could end": (
        "s:start > m:xor > a:service > m; t:timer@a > e:end", "LIVELOCK", "a",
        "the engine answers at once, again and again, and no date is ever waited for"),
    "an automatic loop in a subprocess": (
        "s:start > p:sub{ t:start > m:xor > a:service[operation=projects.record] > m } > e:end; b:timer@p > e2:end",
        "DEAD_ACTIVITY", "e", "the subprocess never ends by itself"),
}  # fmt: skip


def proved(text: str, **others: str) -> proving.Proof:
    processes = bpmn.processes(main=text, **others)
    return proving.prove(processes["main"], processes)


@pytest.mark.parametrize("name", SOUND)
def test_what_always_comes_to_its_end_is_sound(name):
    text, why = SOUND[name]

    proof = proved(text)

    assert proof.sound is True, f"{why}: {proof.findings}"
    assert proof.findings == ()
    assert proof.states > 1


@pytest.mark.parametrize("name", UNSOUND)
def test_what_does_not_is_told_with_its_code_and_its_place(name):
    text, code, element, why = UNSOUND[name]

    proof = proved(text)

    assert proof.sound is False, why
    assert [finding.code for finding in proof.findings] == [code], f"{why}: {proof.findings}"
    assert element in {spot.element for spot in proof.findings[0].elements}, proof.findings
