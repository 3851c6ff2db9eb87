"""A process drawn with the mouse: refused with its reason and the failing path, undone, drawn right, saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from tests.journeys.site import Site, Visitor
from tests.journeys.test_accessibility import LAYOUT_SHIFT
from tests.journeys.test_keys_alone import Keys
from tests.journeys.variants import BANK, BANK_QUESTIONS, DRAFT, ask_questions, begun, looked_at
from web.auth import IDLE

DRAWN = f"{DRAFT}/diagramme/appraisal"
HAS_ID = "id => document.activeElement.id === id"
READABLE = 0.6  # The least that a drawing may be reduced to when it opens.
REASON = "La banque finance la moitié du projet."
# The mark of bpmn.io: seen whole, and nothing over it.
IS_BARE = """mark => {
  const { left, right, top, bottom } = mark.getBoundingClientRect();
  const points = [[left + 3, top + 3], [right - 3, bottom - 3], [(left + right) / 2, (top + bottom) / 2]];
  return points.every(([x, y]) => mark.contains(document.elementFromPoint(x, y)));
}"""


class Drawing:
    """Somebody in front of the drawing of a process, with a mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.root = self.page.locator("[data-modeller]")
        self.page.locator("[data-modeller][data-ready=yes]").wait_for()
        assert self.page.locator(".djs-container .viewport").evaluate("each => each.getCTM().a") >= READABLE
        self.press("Voir tout")

    @contextmanager
    def answered(self, what: str) -> Iterator[None]:
        """Do something, and wait until the server has answered."""
        seen = int(self.root.get_attribute(f"data-{what}") or 0)
        yield
        self.page.wait_for_function(
            "([what, seen]) => Number(document.querySelector('[data-modeller]').dataset[what]) > seen",
            arg=[what, seen],
        )

    def judged(self) -> AbstractContextManager[None]:
        """Do something, and wait until the server has said what it thinks of the drawing."""
        return self.answered("checked")

    def choose(self, element: str) -> None:
        """Click on what is drawn."""
        self.page.locator(f".djs-shape[data-element-id={element}] .djs-hit").first.click()

    def choose_arrow(self, flow: str) -> None:
        """Click on an arrow, near its beginning."""
        path = self.page.locator(f".djs-connection[data-element-id={flow}] .djs-hit").first
        x, y = path.evaluate("each => { const { x, y } = each.getPointAtLength(12)"
                             ".matrixTransform(each.getScreenCTM()); return [x, y]; }")  # fmt: skip
        self.page.mouse.click(x, y)

    def take_away(self, element: str) -> None:
        """Delete what is drawn, with the pad beside it."""
        self.choose(element)
        with self.judged():
            self.page.locator(".djs-context-pad [data-action=delete]").click()

    def put_step_on(self, flow: str) -> None:
        """Take a step from the palette, and drop it on an arrow."""
        box = self.page.locator(f".djs-connection[data-element-id={flow}] .djs-hit").first.bounding_box()
        assert box is not None
        self.page.locator(".djs-palette [data-action='create.user-task']").click()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(middle[0] - 5, middle[1] - 5)
        self.page.mouse.move(*middle, steps=4)
        with self.judged():
            self.page.mouse.click(*middle)
        self.page.keyboard.press("Escape")

    def write(self, label: str, value: str) -> None:
        """Fill in a field of the form beside."""
        field = self.page.locator("[data-properties]").get_by_label(label, exact=True)
        with self.judged():
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
                field.press("Tab")

    def press(self, label: str) -> None:
        """Press a button of the page."""
        self.page.locator("main").get_by_role("button", name=label).first.click()

    def saves(self) -> str:
        """Save, and read what the page says of it."""
        with self.answered("answered"):
            self.press("Enregistrer dans le brouillon")
        return self.page.locator("[data-status]").inner_text()

    def condition(self) -> list[str]:
        """What the form says of the arrow chosen: what is looked at, how it is compared, to which value."""
        parts = [self.page.locator(f"[data-{each}]") for each in ("variable", "comparison", "word")]
        return [part.input_value() for part in parts]

    @property
    def verdict(self) -> str:
        """What the check says."""
        return self.page.locator("[data-verdict]").inner_text()


def opened(visitor: Visitor) -> Drawing:
    """Open the drawing of the appraisal."""
    visitor.go(DRAWN)
    return Drawing(visitor)


def test_the_diagnostic_is_not_taken_away_and_a_step_is_drawn(site: Site) -> None:
    officer = begun(site)
    second = site.visit("second_officer")
    older = opened(second)
    officer.page.get_by_text("Dessiner un processus").click()
    officer.follow("Instruction du dossier")
    drawing = Drawing(officer)
    assert "Rien ne s’oppose" in drawing.verdict
    mark = officer.page.locator(".bjs-powered-by")
    mark.scroll_into_view_if_needed()
    assert mark.evaluate(IS_BARE)

    drawing.take_away("preliminary_diagnostic")
    assert "ne peut pas être publié" in drawing.verdict
    walk(officer)
    looked_at(officer)
    with drawing.judged():
        drawing.press("Défaire")
    assert "Rien ne s’oppose" in drawing.verdict

    drawing.put_step_on("check_completeness__completeness_gateway")
    drawing.write("Nom", BANK)
    drawing.write("Qui s’en charge", "prescriber")
    drawing.write("Délai, en jours", "12")
    assert "Dites pourquoi" in drawing.saves()
    officer.page.get_by_label("Pourquoi ce dessin").fill(REASON)
    assert drawing.saves() == "Enregistré dans le brouillon."
    assert officer.page.evaluate(LAYOUT_SHIFT) <= 0.01
    told_who_was_first(second, older)
    officer.go(DRAFT)
    for said in ("Rien ne s’oppose à la publication", REASON, f"Une étape ajoutée\u202f: {BANK}"):
        assert officer.sees(said), said


def walk(officer: Visitor) -> None:
    """The refusal tells the article; its path is listed, then walked on the drawing, step by step."""
    told = officer.page.locator("[data-findings]").inner_text()
    assert "sans le diagnostic préalable" in told
    assert "§V" in told, "the article"
    officer.page.locator("[data-path] summary").first.click()
    moves = officer.page.locator("[data-path] ol").first.inner_text()
    assert moves.index("Qualifier la demande") < moves.index("Accepter la prescription"), moves
    officer.page.locator("[data-walk]").first.click()
    for element in ("qualify", "accept_prescription"):
        officer.page.locator(f".djs-element.is-walked[data-element-id={element}]").wait_for(state="attached")


def told_who_was_first(second: Visitor, older: Drawing) -> None:
    """Whoever saves an older drawing is told who changed the draft; what they drew stays on their page."""
    older.take_away("preliminary_diagnostic")
    second.page.get_by_label("Pourquoi ce dessin").fill("Pour aller plus vite.")
    assert "Officer (démo)" in older.saves()
    assert second.page.locator("[data-element-id=preliminary_diagnostic]").count() == 0
    second.page.goto("about:blank")


def test_what_is_drawn_when_the_session_ends_is_saved_once_signed_in_beside(site: Site) -> None:
    officer = begun(site)
    drawing = opened(officer)
    drawing.choose("qualify")
    drawing.write("Nom", "Écouter la demande")
    officer.page.get_by_label("Pourquoi ce dessin").fill("C’est ce que nous faisons.")
    site.clock.ahead = IDLE + timedelta(minutes=1)
    drawing.press("Enregistrer dans le brouillon")
    ended = officer.page.locator("[data-ended]")
    ended.wait_for()
    officer.check()
    with officer.page.expect_popup() as opening:
        ended.get_by_role("link").click()
    beside = Visitor(site, opening.value)
    beside.page.wait_for_load_state()
    beside.type_password("officer")
    beside.page.wait_for_url(lambda url: "/connexion" not in url)
    assert drawing.saves() == "Enregistré dans le brouillon."
    assert not ended.is_visible()
    officer.go(DRAFT)
    assert officer.sees("C’est ce que nous faisons.")


def test_a_condition_is_chosen_in_words_and_a_drawn_step_asks_questions(site: Site) -> None:
    officer = begun(site)
    drawing = opened(officer)
    drawing.choose_arrow("completeness_gateway__complementary_diagnostic")
    assert drawing.condition() == ["completeness_outcome", "0", "complementary"]
    officer.check()
    drawing.write("Comparaison", "1")
    officer.page.get_by_text("L’expression", exact=True).click()
    assert officer.page.get_by_label("Condition").input_value() == 'completeness_outcome != "complementary"'
    drawing.write("Ce que l’on regarde", "prescription_accepted")
    assert officer.page.get_by_label("Condition").input_value() == "prescription_accepted"
    drawing.write("Ce que l’on regarde", "otherwise")
    assert "ne peut pas être publié" in drawing.verdict
    for _change in range(4):
        with drawing.judged():
            drawing.press("Défaire")
    assert "Rien ne s’oppose" in drawing.verdict
    assert drawing.condition() == ["completeness_outcome", "0", "complementary"]
    ask_of_a_drawn_step(officer, drawing)


def ask_of_a_drawn_step(officer: Visitor, drawing: Drawing) -> None:
    """The step is drawn and saved, its questions are typed in their form; the drawing then lists them."""
    drawing.put_step_on("check_completeness__completeness_gateway")
    drawing.write("Nom", BANK)
    drawing.write("Qui s’en charge", "prescriber")
    officer.page.get_by_label("Pourquoi ce dessin").fill(REASON)
    assert drawing.saves() == "Enregistré dans le brouillon."
    officer.follow("Ajouter des questions à cette étape")
    step = officer.page.url.rpartition("/")[2]
    officer.answer(reason=REASON)
    ask_questions(officer, BANK_QUESTIONS)
    officer.send()
    assert officer.errors() == []
    assert officer.sees(f"À «\u202f{BANK}\u202f»")
    assert officer.sees("Rien ne s’oppose à la publication")
    drawing = opened(officer)
    drawing.choose(step)
    asked = officer.page.locator("[data-questions]")
    assert str(BANK_QUESTIONS[0]["label"]) in asked.inner_text()
    with drawing.judged():
        asked.get_by_role("button", name="Retirer").first.click()
    assert str(BANK_QUESTIONS[0]["label"]) not in asked.inner_text()
    assert str(BANK_QUESTIONS[1]["label"]) in asked.inner_text()
    looked_at(officer)
    assert drawing.saves() == "Enregistré dans le brouillon."


def test_an_arrow_is_chosen_and_its_condition_changed_with_keys_alone(site: Site) -> None:
    officer = begun(site)
    drawing = opened(officer)
    keys = Keys(officer)
    listed = officer.page.get_by_label("Choisir dans le dessin")
    keys.reach(HAS_ID, "element-chosen")
    officer.page.keyboard.type("Complet")
    officer.page.keyboard.press("ArrowDown")
    assert listed.input_value() == "completeness_gateway__complementary_diagnostic"
    assert (
        listed.locator("option:checked").inner_text().endswith("vers «\u202fDiagnostic complémentaire\u202f»")
    )
    assert drawing.condition() == ["completeness_outcome", "0", "complementary"]
    keys.reach(HAS_ID, "condition-comparison")
    with drawing.judged():
        officer.page.keyboard.press("ArrowDown")
    assert drawing.condition() == ["completeness_outcome", "1", "complementary"]
    looked_at(officer)
    drawing.choose("qualify")
    assert listed.input_value() == "qualify", "the list follows the mouse"
    drawing.write("Nom", "Écouter la demande")
    assert listed.locator("option:checked").inner_text() == "Écouter la demande"
    drawing.take_away("preliminary_diagnostic")
    assert listed.locator("option[value=preliminary_diagnostic]").count() == 0
    assert listed.input_value() == ""
