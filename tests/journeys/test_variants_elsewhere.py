"""The forms of a basin's process by keys alone, without a script, in English, and from file to file."""

from __future__ import annotations

from tests.journeys.site import Site, Visitor
from tests.journeys.test_keys_alone import Keys
from tests.journeys.test_languages import FRENCH, KEPT, french_left
from tests.journeys.variants import BANK, BANK_QUESTIONS, BANK_STEP, DRAFT, HOME, ask_questions, begun

# What a French-speaking officer typed stays as they typed it; imaginary people read their mails in French.
TYPED = (
    "Le bassin aide surtout des reprises", "Beaucoup d’interventions durent", "S’agit-il d’une reprise",
    "Si c’est une reprise", "Pour action\u202f: ", "Pour information\u202f: ", "(imaginaire)", "Léonce Prêteur",
    BANK, str(BANK_STEP["reason"]), *(str(each["label"]) for each in BANK_QUESTIONS),
)  # fmt: skip


def test_a_step_is_added_with_keys_alone(site: Site) -> None:
    officer = site.visit("officer")
    keys = Keys(officer)
    officer.go(HOME)
    keys.follow("Commencer un brouillon")
    keys.follow("Ajouter une étape")
    keys.write("name", BANK)
    keys.choose("point", "before_agenda")
    keys.choose("role", "prescriber")
    keys.write("due_days", "12")
    keys.choose("form", "basin_opinion")
    keys.write("reason", str(BANK_STEP["reason"]))
    keys.write("questions-0-label", "Montant du prêt demandé")
    keys.choose("questions-0-type", "money")
    keys.tick("questions-0-mandatory")
    keys.follow("Enregistrer dans le brouillon")
    assert officer.errors() == []
    assert officer.sees(BANK)
    keys.follow("Soumettre à la relecture")
    assert officer.sees("la coordination nationale est prévenue")


def test_what_was_typed_is_there_again_when_one_goes_back(site: Site) -> None:
    officer = begun(site)
    officer.follow("Ajouter une étape")
    questions = (*BANK_QUESTIONS, {"label": "Taux proposé", "type": "number", "unit": "%"})
    officer.answer(**{**BANK_STEP, "name": ""})
    ask_questions(officer, questions)
    officer.send()
    assert officer.errors() != []
    officer.answer(name=BANK)
    officer.page.go_back()
    assert typed(officer) == ["", "12", *(str(each["label"]) for each in questions), "%"]
    officer.page.go_forward()
    assert typed(officer)[0] == BANK
    officer.send()
    assert officer.errors() == []
    officer.page.go_back()
    assert typed(officer)[0] == BANK
    officer.answer(due_days="13")
    officer.send()
    assert officer.sees("est déjà enregistré")
    assert typed(officer)[1] == "13"


def typed(officer: Visitor) -> list[str]:
    """What the page of a step holds: its name, its days, its questions, a unit."""
    officer.page.wait_for_load_state()
    names = ("name", "due_days", *(f"questions-{number}-label" for number in range(3)), "questions-2-unit")
    return [officer.page.locator(f"main [name='{name}']").input_value() for name in names]


def test_without_a_script_the_forms_do_what_the_drawing_does(site: Site) -> None:
    officer = site.stranger(phone=True, scripts=False)
    officer.sign_in("officer")
    officer.go(HOME)
    officer.press("Commencer un brouillon")
    officer.go(f"{DRAFT}/diagramme/appraisal")
    assert officer.sees("Dessiner demande")
    officer.go(f"{DRAFT}/etapes/nouvelle")
    answers_without_script(officer)
    officer.send()
    assert officer.errors() == []
    assert officer.sees("Rien ne s’oppose à la publication")
    assert officer.too_wide() == []
    officer.go(f"{DRAFT}/repetition")
    officer.press("Jouer la répétition")
    assert officer.page.locator(".played-title").get_by_text(BANK).count()


def answers_without_script(officer: Visitor) -> None:
    """A step and three questions: the page is made again for each row that it lacks."""
    questions = (*BANK_QUESTIONS, {"label": "Taux proposé", "type": "number", "unit": "%"})
    ask_questions(officer, questions)
    officer.answer(**BANK_STEP)


def test_the_pages_of_a_process_are_in_english(site: Site) -> None:
    officer = site.visit("officer", locale="en")
    officer.go(HOME)
    officer.press("Begin a draft")
    officer.go(f"{DRAFT}/etapes/nouvelle")
    found = {"the step": french_left(officer)}
    officer.send()
    found["the step, wrong"] = french_left(officer)
    officer.answer(**BANK_STEP)
    ask_questions(officer, BANK_QUESTIONS)
    officer.send()
    assert officer.errors() == []
    for name in (
        "", "/parametres", "/questions/nouvelles", "/delais/nouveau", "/noms/nouveau", "/motif", "/verifier",
        "/importer", "/publier", "/repetition?jouer=1", "/diagramme/appraisal",
    ):  # fmt: skip
        officer.go(DRAFT + name)
        found[name] = french_left(officer)
    for name in ("", "/versions", "/versions/1", "/comparer"):
        officer.go(HOME + name)
        found[name or "home"] = french_left(officer)
    left = {where: foreign(lines) for where, lines in found.items() if foreign(lines)}
    assert left == {}


def foreign(lines: list[str]) -> list[str]:
    """The lines that are in French, and not because somebody typed them so."""
    return [
        line
        for line in lines
        if FRENCH.search(KEPT.sub("", line)) and not any(each in line for each in TYPED)
    ]
