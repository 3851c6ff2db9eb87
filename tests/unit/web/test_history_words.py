"""Words inside a sentence of the history."""

from __future__ import annotations

import pytest

from web.projects import history_words


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("L’entreprise", "l’entreprise"),
        ("Une administration", "une administration"),
        ("PFIL du bassin", "PFIL du bassin"),
        ("E3", "E3"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence_begins_in_lower_case(label, said):
    assert history_words.lowered(label) == said
