"""Write the tables of workflows/README.md from the diagrams: `python -m engine.registry.readme`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.registry import graph, library, parameters
from engine.registry.rules import expression
from engine.registry.rules.routing_name import read as names_read
from engine.spiff import expressions

README = "README.md"
GENERATED = re.compile(r"(<!-- generated: (?P<table>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NOTHING = "—"


def main() -> None:
    """Bring the tables of the README up to date."""
    file = Path(str(library.root())) / README
    file.write_text(refreshed(file.read_text(encoding="utf-8"), library.reference()), encoding="utf-8")
    sys.stderr.write(f"{file.name} is up to date\n")


def refreshed(text: str, files: Mapping[str, bytes]) -> str:
    """Give the README with its tables made anew; what is written by hand around them stays."""
    processes = list(library.processes_of(files).values())
    tables = {
        "processes": table_of_processes(processes),
        "routing": table_of_routing(processes),
        "parameters": table_of_parameters(),
    }
    return GENERATED.sub(lambda found: f"{found[1]}{tables[found['table']]}{found[3]}", text)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Give a Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *(list(row) for row in rows)]
    return "".join(
        f"| {' | '.join(cell.replace('|', '/') or NOTHING for cell in line)} |\n" for line in lines
    )


def table_of_processes(processes: list[graph.Process]) -> str:
    """Give one row per process: what it is for, who starts it, what it names."""
    heads = ("process", "purpose", "who starts it", "calls", "forms", "operations", "roles", "timers")
    rows = (
        (
            f"`{process.id}` {process.name}",
            process.documentation,
            started_by(process),
            codes(node.called for node in process.nodes),
            codes(node.alize.get("form") for node in process.nodes),
            codes(node.alize.get("operation") for node in process.nodes),
            codes(node.alize.get("role") for node in process.nodes),
            codes(timer_of(node) for node in process.nodes),
        )
        for process in sorted(processes, key=lambda process: process.id)
    )
    return table(heads, rows)


def started_by(process: graph.Process) -> str:
    """Give what the start event of a process says of who opens it."""
    starts = (node for node in process.within(process.id) if node.tag == "startEvent")
    return next((node.documentation for node in starts), "")


def timer_of(node: graph.Node) -> str | None:
    """Give what a timer waits for, and from when it counts."""
    if node.timer is None:
        return None
    counted = node.alize.get("from")
    return f"{node.timer.text} from {counted}" if counted else node.timer.text


def codes(values: Iterable[str | None]) -> str:
    """Give values as code, each once, in the order of the drawing."""
    return ", ".join(f"`{value}`" for value in dict.fromkeys(values) if value)


def table_of_routing(processes: list[graph.Process]) -> str:
    """Give one row per routing variable that a diagram reads: its type, its values, where it is read."""
    read: dict[str, set[str]] = {}
    values: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for process in processes:
        diagram = alone(process)
        for _element, name in names_read(diagram):
            read.setdefault(name, set()).add(process.id)
        for name, kind, value in uses(diagram):
            kinds.setdefault(name, kind)
            values.setdefault(name, set()).update({value} - {""})
    rows = (
        (
            f"`{name}`",
            kinds.get(name, "date (ISO, « » when not set)"),
            codes(sorted(values.get(name, ()))),
            codes(sorted(read[name])),
        )
        for name in sorted(read)
    )
    return table(("routing variable", "type", "values compared with", "read by"), rows)


def alone(process: graph.Process) -> graph.Diagram:
    """Give a process as a diagram of its own."""
    return graph.Diagram(
        filename="",
        processes=(process,),
        ids=(),
        elements=(),
        foreign=(),
        messages={},
        escalations={},
        errors={},
    )


def uses(diagram: graph.Diagram) -> Iterator[tuple[str, str, str]]:
    """Give how expressions use each variable: name, type, and the value it is compared with."""
    counts = {node.loop.cardinality for node in diagram.nodes() if node.loop is not None}
    for _element, text in expression.written(diagram):
        tree = expressions.compile_expression(text).tree
        compared = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
                compared.add(node.left.id)
                for constant in filter(lambda side: isinstance(side, ast.Constant), node.comparators):
                    yield node.left.id, "text", str(ast.literal_eval(constant))
        for name in sorted(expressions.names_in(text) - compared):
            yield name, "whole number" if text in counts else "yes or no", ""


def table_of_parameters() -> str:
    """Give one row per parameter a basin may set."""
    heads = ("parameter", "kind", "label", "unit", "type", "from", "to", "default", "limited by")
    rows = (
        (
            f"`{line.key}`",
            line.kind.value,
            line.label,
            line.unit,
            line.type.value,
            "" if line.least is None else str(line.least),
            "" if line.most is None else str(line.most),
            f"`{line.default}`",
            line.article or "",
        )
        for line in parameters.TABLE
    )
    return table(heads, rows)


if __name__ == "__main__":
    main()
