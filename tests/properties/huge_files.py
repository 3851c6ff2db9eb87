"""Files made to take all the time and memory there is."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from tests.properties.any_files import HEAD


def process(name: str, body: str) -> str:
    return f'<process id="{name}" isExecutable="true">{body}</process>'


def flow(name: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def line(nodes: list[str], prefix: str) -> str:
    pairs = itertools.pairwise(nodes)
    return "".join(flow(f"{prefix}{number}", a, b) for number, (a, b) in enumerate(pairs))


def thousands_of_arrows() -> str:
    names = [f"g{number}" for number in range(8)]
    gateways = "".join(f'<parallelGateway id="{name}"/>' for name in names)
    arrows = "".join(flow(f"f{number}", names[number % 8], names[number // 8 % 8]) for number in range(9_000))
    return process("p", f'<startEvent id="s"/>{gateways}<endEvent id="e"/>{arrows}{line(["s", "g0"], "x")}')


def dense_joins() -> str:
    names = [f"g{number}" for number in range(240)]
    gateways = "".join(f'<parallelGateway id="{name}"/>' for name in names)
    arrows = "".join(
        flow(f"f{number}_{step}", names[number], names[(number + step) % 240])
        for number in range(240)
        for step in range(1, 20)
    )
    return process("p", f'<startEvent id="s"/>{gateways}<endEvent id="e"/>{arrows}{line(["s", "g0"], "x")}')


def five_hundred_in_line() -> str:
    tasks = [f"t{number}" for number in range(498)]
    nodes = "".join(f'<userTask id="{name}"/>' for name in tasks)
    return process("p", f'<startEvent id="s"/>{nodes}<endEvent id="e"/>{line(["s", *tasks, "e"], "f")}')


def calls_in_line(*, last: str) -> str:
    return "".join(
        process(f"p{n}", f'<startEvent id="s{n}"/><callActivity id="c{n}" calledElement="{called}"/>'
                f'<endEvent id="e{n}"/>{line([f"s{n}", f"c{n}", f"e{n}"], f"f{n}_")}')
        for n, called in enumerate([*(f"p{n}" for n in range(1, 165)), last])
    )  # fmt: skip


def subprocesses_in_each_other() -> str:
    inside = '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>' + line(["s", "t", "e"], "f")
    for n in range(50):
        inside = (f'<startEvent id="s{n}"/><subProcess id="sub{n}">{inside}</subProcess><endEvent id="e{n}"/>'
                  + line([f"s{n}", f"sub{n}", f"e{n}"], f"f{n}_"))  # fmt: skip
    return process("p", inside)


def parallel_loops(count: int) -> str:
    """Parallel parts in loops in loops."""
    body, last = "", "s"
    for n in range(count):
        body += (
            f'<exclusiveGateway id="m{n}"/><parallelGateway id="g{n}"/><userTask id="a{n}"/><userTask id="b{n}"/>'
            f'<parallelGateway id="j{n}"/><exclusiveGateway id="x{n}" default="back{n}"/>'
            + line([last, f"m{n}", f"g{n}", f"a{n}", f"j{n}", f"x{n}"], f"l{n}_")
            + line([f"g{n}", f"b{n}", f"j{n}"], f"k{n}_") + flow(f"back{n}", f"x{n}", "m0")
        )  # fmt: skip
        last = f"y{n}"
        body += f'<userTask id="{last}"/><sequenceFlow id="on{n}" sourceRef="x{n}" targetRef="{last}">'
        body += "<conditionExpression>w</conditionExpression></sequenceFlow>"
    return process("p", f'<startEvent id="s"/>{body}<endEvent id="e"/>{flow("last", last, "e")}')


HUGE: dict[str, Callable[[], str]] = {
    "thousands_of_arrows": thousands_of_arrows,
    "dense_joins": dense_joins,
    "five_hundred_in_line": five_hundred_in_line,
    "calls_in_line": lambda: calls_in_line(last="p164"),
    "calls_in_a_circle": lambda: calls_in_line(last="p0"),
    "calls_of_nothing": lambda: calls_in_line(last="absent"),
    "subprocesses_in_each_other": subprocesses_in_each_other,
    "parallel_loops": lambda: parallel_loops(60),
    "a_thousand_conditions": lambda: process("p", "<userTask id='t'>" + "<conditionExpression>a</conditionExpression>" * 9_000 + "</userTask>"),
    "ten_thousand_notes": lambda: process("p", "<textAnnotation/>" * 9_000 + '<startEvent id="s"/>'),
    "ten_thousand_marks": lambda: process("p", "".join(f'<textAnnotation id="n{n}" alize:odd="{n}"/>' for n in range(9_000))),
    "the_same_id": lambda: process("p", '<textAnnotation id="n"/>' * 20_000),
}  # fmt: skip


def huge_file(name: str) -> bytes:
    """One of the huge files."""
    return f'{HEAD} id="d">{HUGE[name]()}</definitions>'.encode()
