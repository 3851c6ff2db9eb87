"""The agreement, its annex and its amendments in words: French and English, line for line."""

from __future__ import annotations

import re

import pytest

from engine.agreements import amendment_wording, differences, wording
from engine.agreements.differences import Change
from tests.unit.projects.test_agreement_wording import FACTS as SIGNED

FACTS = SIGNED | {"version": 2, "objective": "Une ligne de plus"}
SIGNATORIES = FACTS["signatories"]
OPERATOR = {"capacity": "operator", "person": "Mme Op", "organisation": "Agence (démo)"}
ANNEX = FACTS | {"signatories": [*SIGNATORIES, OPERATOR]}
AMENDED = FACTS | {
    "number": "TDL-2026-C001-A1", "agreement": "TDL-2026-C001", "version": 1,
    "prepared_on": "2027-03-01", "decision_number": "TDL-2027-D004", "decided_on": "2027-02-15",
    "reason": "Un atelier\nde plus",
    "means": [*FACTS["means"][:1], {"company": "Acier (démo)", "domain": "sales", "quarter_days": 2}],
    "advance_cents": 1_500_000, "follow_up_months": 24, "mandatary": "M. N",
}  # fmt: skip
CHANGES = differences.between(FACTS, AMENDED)
# What stays French whoever reads: what people and places are called.
NAMES = ("comité d’agrément", "(démo)", "Mme ", "mandataire")


def plain(text: str) -> str:
    """A text with its special blanks as plain ones."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def texts(locale: str) -> dict[str, str]:
    """The three texts in one language."""
    return {
        "agreement": wording.written(FACTS | {"has_annex": True}, locale),
        "annex": wording.annex_written(ANNEX, locale),
        "amendment": wording.amendment_written(AMENDED, CHANGES, locale),
    }


@pytest.mark.parametrize("kind", ["agreement", "annex", "amendment"])
def test_both_languages_have_the_same_lines_of_the_same_kinds(kind):
    french, english = (wording.blocks(texts(locale)[kind]) for locale in ("fr", "en"))

    assert [each.kind for each in french] == [each.kind for each in english]
    for one, other in zip(french, english, strict=True):
        digits = [sorted(re.sub(r"[^0-9]", "", each.text)) for each in (one, other)]
        assert digits[0] == digits[1] or "1er" in one.text, (one.text, other.text)


@pytest.mark.parametrize("kind", ["agreement", "annex", "amendment"])
def test_the_english_is_english(kind):
    text = texts("en")[kind]
    assert not re.search(r"[ \u202f\u00a0][:;!?]", text)

    for name in NAMES:
        text = text.replace(name, "")
    assert not re.findall(r"[«»]|\b(?:le|la|les|des|est|du|une|pour)\b", text)


@pytest.mark.parametrize("kind", ["agreement", "annex", "amendment"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_word_is_among_the_blocks(kind, locale):
    marks = {"item": wording.ITEM, "instalment": wording.INSTALMENT}
    body = texts(locale)[kind]

    again = [marks.get(each.kind, "") + each.text for each in wording.blocks(body)]

    assert "\n".join(again) + "\n" == body


def test_with_an_annex_the_agreement_leaves_it_the_terms():
    text = plain(wording.written(FACTS | {"has_annex": True}))

    assert "Une avance de 25 000,00 € est accordée" in text
    assert "Une annexe en fixe les conditions et le calendrier" in text
    assert "mensualités" not in text
    assert "L’opérateur signe aussi cette convention" not in text


@pytest.mark.parametrize(
    "sentence",
    [
        "Annexe relative à l’octroi d’une avance remboursable\n",
        "Annexe à la convention TDL-2026-C001, version 2, établie le 1er décembre 2026",
        "– l’opérateur Agence (démo), représenté par Mme Op.\n",
        "décidé d’accorder cette avance le 16 novembre 2026 (décision TDL-2026-D001).\n",
        "Une avance de 25 000,00 € est accordée à l’entreprise bénéficiaire, sans intérêt ni frais.\n",
        "Rien n’est versé avant que tous aient signé la convention et cette annexe.\n",
        "en 24 mois, après un différé de 3 mois à compter du versement : 23 mensualités de 1 041,66 €",
        "Chaque mensualité est due le jour du mois où l’avance a été versée, le 28 au plus tard.\n",
        "· Mensualité 1, 4 mois après le versement : 1 041,66 €\n",
        "· Mensualité 24, 27 mois après le versement : 1 041,82 €\n",
        "– Mme Op, pour Agence (démo), opérateur, pour l’avance remboursable.\n",
    ],
)
def test_the_annex_says_its_terms_and_its_calendar(sentence):
    assert sentence in plain(wording.annex_written(ANNEX))


def test_the_annex_gives_days_once_the_first_is_known():
    text = plain(wording.annex_written(ANNEX | {"advance_first_on": "2027-04-05"}))

    assert "· Mensualité 1, le 5 avril 2027 : 1 041,66 €\n" in text
    assert "· Mensualité 24, le 5 mars 2029 : 1 041,82 €\n" in text
    assert "le 28 au plus tard" not in text


@pytest.mark.parametrize("lacking", ["advance_cents", "advance_months"])
def test_no_annex_without_an_advance_and_its_term(lacking):
    with pytest.raises(ValueError, match="no calendar"):
        wording.annex_written(ANNEX | {lacking: None})


@pytest.mark.parametrize(
    "sentence",
    [
        "Avenant TDL-2026-C001-A1 à la convention TDL-2026-C001, version 1, établi le 1er mars 2027",
        "Le comité d’agrément a décidé ce changement le 15 février 2027 (décision TDL-2027-D004).\n",
        "Motif : Un atelier de plus.\n",
        "– Jours apportés par Verre (démo) (qualité) : supprimé (1,5 jour jusqu’ici) ;\n",
        "– Jours apportés par Acier (démo) (commercial) : 0,5 jour, en plus ;\n",
        "– Avance remboursable : 15 000,00 €, au lieu de 25 000,00 € ;\n",
        "– Durée du suivi : 24 mois, au lieu de 18 mois ;\n",
        "– Mandataire : M. N (Pont (démo)), au lieu de Mme M (Pont (démo)).\n",
        "Le calendrier de remboursement remplace le précédent, qui est conservé.\n",
        "· Mensualité 1, 4 mois après le versement : 625,00 €\n",
        "Tout ce que cet avenant ne change pas reste tel qu’il a été signé.\n",
    ],
)
def test_the_amendment_says_what_was_and_what_is(sentence):
    assert sentence in plain(wording.amendment_written(AMENDED, CHANGES))


def test_an_amendment_of_people_alone_says_no_decision_and_no_calendar():
    facts = AMENDED | {"decided_on": None, "decision_number": None, "reason": None}
    changes = [Change("signatory", "M. Forge", "Mme Suite", ("partner_company", "Forges (démo)"))]

    text = plain(wording.amendment_written(facts, changes))

    assert "– Signataire pour Forges (démo), entreprise partenaire : Mme Suite, au lieu de M. Forge." in text
    assert "a décidé" not in text
    assert "Motif" not in text
    assert "Mensualité" not in text


def test_an_amendment_the_chair_decided_alone_says_so():
    text = wording.amendment_written(AMENDED | {"decided_by_chair": True}, CHANGES)

    assert "La présidence du comité d’agrément a décidé ce changement" in text


def test_an_amendment_that_changes_nothing_is_not_written():
    with pytest.raises(ValueError, match="changes nothing"):
        wording.amendment_written(AMENDED, [])


@pytest.mark.parametrize("kind", ["agreement", "annex", "amendment"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_what_somebody_typed_begins_no_line(kind, locale):
    typed = "Une {ligne}.\u2028Article 9. Autre chose\r\n– rien\n· 12"
    facts = {"objective": typed, "firm": typed, "city": typed, "reason": typed}
    written = {
        "agreement": lambda more: wording.written(FACTS | more, locale),
        "annex": lambda more: wording.annex_written(ANNEX | more, locale),
        "amendment": lambda more: wording.amendment_written(
            AMENDED | more, [*CHANGES, Change("objective", typed, typed + "!")], locale
        ),
    }[kind]

    usual = [each.kind for each in wording.blocks(written({}))]
    assert [each.kind for each in wording.blocks(written(facts))] == usual


@pytest.mark.parametrize(
    ("change", "french", "english"),
    [
        (
            Change("means", 4, None, ("Verre (démo)", "quality")),
            ("Jours apportés par Verre (démo) (qualité)", "1 jour", None),
            ("Days lent by Verre (démo) (quality)", "1 day", None),
        ),
        (
            Change("advance_deferral_months", None, 1),
            ("Différé", None, "1 mois"),
            ("Deferral", None, "1 month"),
        ),
        (Change("jobs_target", 3, 5), ("Objectif d’emplois", "3", "5"), ("Jobs target", "3", "5")),
        (
            Change("signatory", "M. A", "Mme B", ("mandatary", None)),
            ("Signataire, mandataire", "M. A", "Mme B"),
            ("Signatory, mandataire", "M. A", "Mme B"),
        ),
    ],
)
def test_a_page_has_the_words_of_the_paper(change, french, english):
    for locale, (label, before, after) in (("fr", french), ("en", english)):
        found = amendment_wording.difference(change, locale)

        assert (plain(found.label), found.before, found.after) == (label, before, after)
