"""A basin's own questions are well made, and leave a form short enough (D33)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Node
from engine.registry.problems import Level, Problem
from forms import basin_steps, catalogue, extras, texts

CODE = "INVALID_QUESTION"
LEVEL = Level.HOUSE
MOST_MANDATORY = 12
# What is signed is signed on paper or elsewhere too, in one gesture for several; what a session answers
# is of no project.
ASKED_ELSEWHERE = frozenset(
    {
        "agreement_signature", "decision_sign_off", "session_held", "agenda_diffusion",
        "consultation_answer", "minutes_draft", "minutes_sign_off",
    }
)  # fmt: skip

PARTS = {
    "key": _("clé"),
    "label": _("libellé"),
    "type": _("type"),
    "mandatory": _("caractère obligatoire"),
    "hint": _("aide"),
    "unit": _("unité"),
    "choices": _("réponses proposées"),
}


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the questions that cannot be asked, those asked where nobody can answer, and those too many."""
    for node in diagram.nodes():
        if node.questions:
            wrong = list(wrong_questions(node))
            yield from wrong or misplaced(node) or too_many(node)
        elif node.tag == "userTask" and node.alize.get("form") == basin_steps.ONLY_QUESTIONS:
            template = _(
                "« {step} » ne pose encore aucune question : écrivez-en au moins une, "
                "ou choisissez un autre formulaire."
            )
            yield Problem(LEVEL, CODE, template, {"step": node.name or node.id}, (node.id,))


def wrong_questions(node: Node) -> Iterator[Problem]:
    """Say what is wrong with each question of a step, in the words of whoever typed it."""
    for wrong in extras.wrongs_of(list(node.questions)):
        said = texts.plain(str(wrong.message), **wrong.message.values)
        label = "" if wrong.at >= len(node.questions) else str(node.questions[wrong.at].get("label", ""))
        template = _("« {step} », question {number} (« {label} »), {part} : {said}")
        values = {
            "step": node.name or node.id,
            "number": wrong.at + 1,
            "label": texts.printable(label)[: extras.LONGEST_LABEL],
            "part": PARTS[wrong.part],
            "said": said,
        }
        yield Problem(LEVEL, CODE, template, values, (node.id,))


def misplaced(node: Node) -> list[Problem]:
    """Refuse questions on what is no person's form, or one that is not only answered on its page."""
    form = node.alize.get("form", "")
    values = {"step": node.name or node.id}
    if node.tag != "userTask":
        template = _("« {step} » n’a pas de formulaire : demandez-le à une étape confiée à quelqu’un.")
    elif form in ASKED_ELSEWHERE:
        template = _("« {step} » ne prend pas de questions du bassin : posez-les à l’étape d’avant.")
    else:
        return []
    return [Problem(LEVEL, CODE, template, values, (node.id,))]


def too_many(node: Node) -> list[Problem]:
    """Refuse more than twelve answers to give by hand, the form's own included."""
    questions = extras.read_all(list(node.questions))
    form = catalogue.FORMS.get(node.alize.get("form", ""))
    own = len(form.mandatory) if form is not None else 0
    count = own + sum(question.mandatory for question in questions)
    if count <= MOST_MANDATORY:
        return []
    template = _(
        "« {step} » demanderait {count} réponses obligatoires, {most} au plus : "
        "rendez facultatives {over} de vos questions."
    )
    values = {"step": node.name or node.id, "count": count, "most": MOST_MANDATORY,
              "over": count - MOST_MANDATORY}  # fmt: skip
    return [Problem(LEVEL, CODE, template, values, (node.id,))]
