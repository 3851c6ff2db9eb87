"""Find the French texts that people read, and those that have no English; `make translations` lists them."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import jinja2
from jinja2 import nodes
from lxml import etree

from tests.architecture import tree

ENGLISH = "engine/translations/en"
MARKS = {"mark", "translate"}
WHERE_MARKS_COME_FROM = {"engine.i18n", "forms.texts"}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
# What a diagram's names become: titles of tasks, phases, people's roles, ends, words of a drawing.
NAMED_ELEMENTS = (
    "process", "participant", "lane", "userTask", "serviceTask", "subProcess", "callActivity", "startEvent",
    "endEvent", "boundaryEvent", "intermediateCatchEvent", "exclusiveGateway", "parallelGateway",
    "eventBasedGateway", "sequenceFlow",
)  # fmt: skip


@dataclass(frozen=True)
class French:
    """One text, and where it stands."""

    text: str
    place: str


@cache
def everywhere() -> tuple[French, ...]:
    """Every French text of the code, the templates and the diagrams."""
    return tuple(found())


def found() -> Iterator[French]:
    """Go through the files one after the other."""
    for module in tree.modules():
        yield from of_module(module)
    for path in tree.files():
        if path.startswith("web/templates/"):
            yield from of_template(path)
        elif path.startswith("workflows/reference/") and path.endswith(".bpmn"):
            yield from of_diagram(path)
    yield from of_charter("workflows/charter.toml")


def of_module(module: tree.Module) -> Iterator[French]:
    """The texts marked in a module, and the messages of its errors (their docstrings)."""
    for call in marked(module):
        yield from (French(text, f"{module.path}:{call.lineno}") for text in literals(call.args[0]))
    errors = set(error_families())
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.ClassDef) and errors & {tree.dotted(base) for base in node.bases}:
            errors.add(node.name)
            if message := ast.get_docstring(node):
                yield French(on_one_line(message.split("\n\n")[0]), f"{module.path}:{node.lineno}")


def marked(module: tree.Module) -> Iterator[ast.Call]:
    """The calls that mark or translate a text, whatever name the module gives to the mark."""
    names = set()
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                bound = alias.asname or alias.name
                if node.module in WHERE_MARKS_COME_FROM and alias.name in MARKS:
                    names.add(bound)
                elif f"{node.module}.{alias.name}" in WHERE_MARKS_COME_FROM:
                    names |= {f"{bound}.{mark}" for mark in MARKS}
    return (call for name, call in module.calls() if name in names and call.args)


def error_families() -> tuple[str, ...]:
    """The names under which a module may subclass a family of errors."""
    families = ("EngineError", "NotFound", "NotAllowed", "InvalidAnswers", "Conflict", "Unavailable")
    return (*families, *(f"errors.{family}" for family in families))


def literals(node: ast.expr) -> Iterator[str]:
    """The strings an argument may be: one, or either branch of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def of_template(path: str) -> Iterator[French]:
    """The texts marked in a template: `{{ _("…") }}`, `{% trans %}…{% endtrans %}`."""
    text = tree.text_of(path)
    if text is None:
        return
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for call in environment.parse(text, filename=path).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in {"_", *MARKS} and call.args:
            for constant in [call.args[0], *call.args[0].find_all(nodes.Const)]:
                if isinstance(constant, nodes.Const) and isinstance(constant.value, str):
                    yield French(constant.value, f"{path}:{call.lineno}")


def of_diagram(path: str) -> Iterator[French]:
    """The names that a diagram gives to what people see."""
    for kind in NAMED_ELEMENTS:
        for element in etree.parse(tree.ROOT / path).iter(f"{BPMN}{kind}"):
            if name := element.get("name"):
                yield French(on_one_line(name), f"{path}#{element.get('id')}")


def of_charter(path: str) -> Iterator[French]:
    """What the charter says of each article, of what breaks it, and of what to do then."""
    charter = tomllib.loads((tree.ROOT / path).read_text(encoding="utf-8"))
    for article in charter["articles"]:
        rules = [rule["refused"] for rule in article.get("rules", ())]
        yield from (French(text, f"{path}#{article['id']}")
                    for text in (article["text"], article["remedy"], *rules))  # fmt: skip


def on_one_line(text: str) -> str:
    """A text without its line breaks; its no-break spaces stay, which str.split would take out."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def english() -> dict[str, str]:
    """The English of every French text that has one."""
    merged: dict[str, str] = {}
    for file in sorted((tree.ROOT / ENGLISH).glob("*.json")):
        merged |= json.loads(file.read_text(encoding="utf-8"))
    return merged


def without_english() -> list[French]:
    """The texts that an English reader would see in French."""
    known = english()
    return [french for french in everywhere() if french.text not in known and needs_english(french.text)]


def needs_english(text: str) -> bool:
    """Whether there is something to translate: at least a word, beyond placeholders."""
    return bool(re.search(r"[^\W\d_]{2,}", re.sub(r"\{[^}]*\}", "", text)))


def main() -> int:
    """Print what is missing, as JSON lines to be pasted into a file of translations."""
    missing = without_english()
    for french in missing:
        print(f'{french.place}\n  {json.dumps(french.text, ensure_ascii=False)}: "",')
    areas = Counter(french.place.rpartition("/")[0] for french in missing)
    print(f"{len(missing)} French texts without English ({dict(areas)}).", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
