"""Every sentence that people may read here has its English."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from pathlib import Path

from engine import errors
from engine.i18n import translate

PEOPLE = Path(errors.__file__).parent / "people"
ENGLISH = Path(errors.__file__).parent / "translations" / "en" / "people.json"


def sentences():
    for file in PEOPLE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                yield ast.literal_eval(node.args[0])
        module = importlib.import_module(f"engine.people.{file.stem}")
        for _name, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, errors.EngineError) and found.__module__ == module.__name__:
                yield errors.first_paragraph(found)


def test_every_sentence_has_its_english_and_none_is_left_over():
    english = json.loads(ENGLISH.read_text(encoding="utf-8"))

    assert set(english) == set(sentences())


def test_placeholders_are_the_same_in_both_languages():
    english = json.loads(ENGLISH.read_text(encoding="utf-8"))
    for french, translated in english.items():
        assert sorted(re.findall(r"{\w+}", french)) == sorted(re.findall(r"{\w+}", translated))


def test_french_keeps_its_narrow_spaces():
    for sentence in sentences():
        assert not re.search(r" [:;!?»]|« ", sentence), sentence
    assert "\u202f:" in translate("Ce numéro SIRET n’est pas valable\u202f: 14 chiffres, vérifiez-les.")
