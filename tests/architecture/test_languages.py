"""French is the source text, English is complete, and the typography is French."""

from __future__ import annotations

import ast
import json
import re

from tests.architecture import french_texts, tree


def test_every_french_text_has_its_english():
    problems = [f"{french.place}: {french.text}" for french in french_texts.without_english()]

    assert not problems, tree.listing(
        problems,
        f"Add the English to {french_texts.ENGLISH}/<area>.json (make translations prints the keys).",
    )


def test_only_a_literal_can_be_marked():
    problems = [
        f"{module.path}:{call.lineno}"
        for module in tree.modules()
        for call in french_texts.marked(module)
        if tree.dotted(call.func).rpartition(".")[2] != "translate"
        if not list(french_texts.literals(call.args[0]))
    ]

    assert not problems, tree.listing(
        problems, "Mark the sentence itself, with {placeholders}: a computed text has no translation."
    )


def test_no_english_text_is_kept_for_a_french_one_that_is_gone():
    used = {french.text for french in french_texts.everywhere()}
    problems = [
        f"{file.name}: {key}"
        for file in sorted((tree.ROOT / french_texts.ENGLISH).glob("*.json"))
        for key in json.loads(file.read_text(encoding="utf-8"))
        if key not in used
    ]

    assert not problems, tree.listing(
        problems, "Delete these keys, or mark the French text where it is shown."
    )


def test_translations_keep_the_placeholders():
    problems = [
        f"{source!r} → {translation!r}"
        for source, translation in french_texts.english().items()
        if set(re.findall(r"\{(\w+)", source)) != set(re.findall(r"\{(\w+)", translation))
    ]

    assert not problems, tree.listing(problems, "Use the same {placeholders} in both languages.")


def test_two_areas_do_not_translate_one_text_differently():
    seen: dict[str, tuple[str, str]] = {}
    problems = []
    for file in sorted((tree.ROOT / french_texts.ENGLISH).glob("*.json")):
        for key, translation in json.loads(file.read_text(encoding="utf-8")).items():
            if key in seen and seen[key][1] != translation:
                problems.append(f"{key!r}: {seen[key][0]} {seen[key][1]!r}, {file.name} {translation!r}")
            seen.setdefault(key, (file.name, translation))

    assert not problems, tree.listing(problems, "Keep one: the catalogue is one, whichever file it is in.")


def test_french_typography_is_french():
    # A straight apostrophe, straight quotes, or an ordinary space before « : ; ! ? » or inside guillemets.
    wrong = re.compile(r"\w'\w|\"|\S [;:!?»]|« ")
    problems = [
        f"{french.place}: {french.text}"
        for french in french_texts.everywhere()
        if wrong.search(re.sub(r"\{[^}]*\}|<[^>]*>", "x", french.text))
    ]

    assert not problems, tree.listing(
        problems,
        "Write ’, « » and a narrow no-break space (U+202F) before ; : ! ? and inside the guillemets.",
    )


def test_no_french_sentence_is_shown_unmarked():
    # A sentence of letters with accents or French words, raised or returned to people without its mark.
    raised = re.compile(r"[éèêàçùôîï’]")
    problems = [
        f"{module.path}:{node.lineno} {argument.value!r}"
        for module in tree.modules()
        if not module.path.startswith("web/cli/")  # The command line speaks French to its operator.
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for argument in node.exc.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        if raised.search(argument.value)
    ]

    assert not problems, tree.listing(problems, 'Mark it: _("…"), from engine.i18n or forms.texts.')
