"""Every kind of mail has its words in both languages, and says only what it was given."""

from __future__ import annotations

from importlib import resources
from uuid import uuid4

import jinja2
import jinja2.meta
import jinja2.nodes
import pytest

from engine.outbox import kinds, rendering

TEMPLATES = resources.files("engine.outbox").joinpath("templates")
BLOCKS = {"subject", "body", "why"}


def parsed(language, kind):
    source = TEMPLATES.joinpath(language, f"{kind}.j2").read_text(encoding="utf-8")
    return rendering.environment(html=False).parse(source)


def data_read_by(language, kind):
    tree = parsed(language, kind)
    return {
        node.attr
        for node in tree.find_all(jinja2.nodes.Getattr)
        if isinstance(node.node, jinja2.nodes.Name) and node.node.name == "data"
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_there_is_one_template_per_kind_and_none_without(language):
    names = {file.name.removesuffix(".j2") for file in TEMPLATES.joinpath(language).iterdir()}

    assert names == set(kinds.KINDS)


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_template_has_its_blocks_and_a_button_where_there_is_a_link(language, kind):
    blocks = {block.name for block in parsed(language, kind).find_all(jinja2.nodes.Block)}

    has_link = kinds.KINDS[kind].link is not kinds.Link.NOWHERE
    assert blocks == BLOCKS | ({"button"} if has_link else set())


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_both_languages_say_the_same_things(kind):
    french, english = parsed("fr", kind), parsed("en", kind)

    assert data_read_by("fr", kind) == data_read_by("en", kind)
    assert jinja2.meta.find_undeclared_variables(french) == jinja2.meta.find_undeclared_variables(english)


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_a_template_reads_only_what_its_kind_is_given(kind):
    declared = {*kinds.KINDS[kind].needs, *kinds.KINDS[kind].options}

    assert data_read_by("fr", kind) <= declared


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_french_words_are_typeset_in_french(kind):
    text = TEMPLATES.joinpath("fr", f"{kind}.j2").read_text(encoding="utf-8")
    words = "".join(part if number % 2 == 0 else "x" for number, part in enumerate(split_tags(text)))

    assert "'" not in words
    assert not [mark for mark in (" :", " ;", " ?", " !", "« ", " »") if mark in words]


def split_tags(text):
    import re

    return re.split(r"(\{[{%].*?[%}]\})", text, flags=re.DOTALL)


def test_lists_and_identifiers_are_kept_as_json_holds_them():
    person = uuid4()
    kind = kinds.find("digest_late")

    kept = kinds.clean_data(kind, {"month": "2026-11-01", "lines": [{"reference": person, "rung": None}]})

    assert kept == {"month": "2026-11-01", "lines": [{"reference": person.hex, "rung": None}]}


@pytest.mark.parametrize("value", ["M. Martin", "Société « X »", "a\nb", "x" * 121, 1.5, b"x"])
def test_text_that_could_be_personal_is_refused(value):
    with pytest.raises(kinds.WrongData):
        kinds.plain(value)
