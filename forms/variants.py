"""A basin shapes its process: its parameters, a step, questions, another name or delay, its publication."""

from __future__ import annotations

from collections.abc import Callable

from forms import choices, extras, fields, quantities
from forms.conditions import when
from forms.extras import Proposed
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _

LONGEST_REASON = 1000
MOST_DAYS = 400


class QuestionType(choices.Coded):
    """What a question of a basin is answered by."""

    TEXT = "text", _("Un texte")
    YES_NO = "yes_no", _("Oui ou non")
    NUMBER = "number", _("Un nombre")
    MONEY = "money", _("Un montant en euros")
    DATE = "date", _("Une date")
    CHOICE = "choice", _("Un choix dans une liste")


class VariantAnswer(choices.Coded):
    """What the national coordination answers to a basin's draft."""

    APPROVE = "approve", _("J’approuve cette version")
    RETURN = "return", _("Je la renvoie au bassin")


class Kept(fields.Text):
    """What a row was known by when the page was made; never typed."""

    kind = "hidden"


def why() -> fields.Paragraph:
    """The question that every change ends with."""
    return fields.Paragraph(
        _("Pourquoi"),
        longest=LONGEST_REASON,
        mandatory=True,
        hint=_("Une phrase : elle reste avec le changement, et le bassin la lit."),
    )


def delay(label: str = _("À faire en combien de jours")) -> quantities.Whole:
    """How many days somebody has."""
    return quantities.Whole(label, unit=_("jours"), least=1, most=MOST_DAYS, mandatory=True)


def amount() -> quantities.Whole:
    """A published parameter, in its own unit: the page says which, and between which bounds."""
    return quantities.Whole(_("Valeur"), most=999, mandatory=True)


def reason() -> fields.Text:
    """Why the basin does not take the programme's value."""
    return fields.Text(_("Pourquoi"), longest=LONGEST_REASON)


class VariantParameters(Questions):
    """Every published parameter: a number each, and why it is not the programme's."""

    follow_up__minimum = amount()
    follow_up__minimum_reason = reason()
    agreement__signature_expiry = amount()
    agreement__signature_expiry_reason = reason()
    agreement__signature_reminder = amount()
    agreement__signature_reminder_reason = reason()
    committee__adjournment_reminder = amount()
    committee__adjournment_reminder_reason = reason()


class Question(Questions):
    """One question that a basin adds."""

    key = Kept(_("Clé de la question"), longest=40)
    label = fields.Text(_("La question"), longest=extras.LONGEST_LABEL, mandatory=True)
    type = fields.Code(_("Réponse attendue"), QuestionType, mandatory=True)
    mandatory = fields.Checkbox(_("La réponse est obligatoire"))
    unit = fields.Text(_("Unité"), longest=extras.LONGEST_UNIT, shown_when=when("type", QuestionType.NUMBER))
    proposed = fields.Paragraph(
        _("Réponses proposées"),
        longest=1200,
        hint=_("Une par ligne, de deux à douze."),
        mandatory=True,
        shown_when=when("type", QuestionType.CHOICE),
    )


def questions(*, mandatory: bool = False) -> Rows:
    """The rows of a basin's questions."""
    return Rows(
        _("Questions à poser"),
        Question,
        most=extras.MOST_QUESTIONS,
        mandatory=mandatory,
        row_label=_("Question {number}"),
    )


class VariantStep(Questions):
    """A step of the basin's own, put at a declared place without drawing."""

    name = fields.Text(
        _("Comment l’étape s’appelle"),
        longest=80,
        mandatory=True,
        hint=_("Par exemple « Avis de la banque »."),
    )
    point = Proposed(_("Où elle vient"), mandatory=True)
    role = Proposed(_("Qui s’en charge"), mandatory=True)
    due_days = delay()
    form = Proposed(_("Ce qu’on y remplit"), mandatory=True)
    reason = why()
    questions = questions()
    personal = fields.Checkbox(_("Cette personne seule peut la faire : personne ne la remplace"), folded=True)


class VariantQuestions(Questions):
    """Questions added to a form wherever it is, or to one step alone."""

    target = Proposed(_("Où les poser"), mandatory=True)
    questions = questions(mandatory=True)
    reason = why()


class VariantDelay(Questions):
    """Another delay for a step of the reference."""

    step = Proposed(_("L’étape"), mandatory=True)
    due_days = delay(_("Son nouveau délai"))
    reason = why()


class VariantName(Questions):
    """Another name for a step of the reference."""

    step = Proposed(_("L’étape"), mandatory=True)
    name = fields.Text(_("Son nouveau nom"), longest=80, mandatory=True)
    reason = why()


class VariantWishes(Questions):
    """Why the draft is made, and from when it should be in force."""

    reason = fields.Paragraph(
        _("Pourquoi cette version"),
        longest=LONGEST_REASON,
        hint=_("Ce qu’en lira qui la relit, et qui la retrouvera dans deux ans."),
    )
    effective_on = quantities.Day(
        _("Elle prendrait effet le"), hint=_("Laissez vide : le jour de la publication.")
    )


class VariantPublication(Questions):
    """From which day new projects take the version."""

    effective_on = quantities.Day(_("Elle prend effet le"), mandatory=True, default=fields.today)


class VariantReview(Questions):
    """What the national coordination answers to a draft."""

    answer = fields.Code(_("Votre réponse"), VariantAnswer, mandatory=True)
    note = fields.Paragraph(
        _("Ce que vous en dites au bassin"),
        longest=LONGEST_REASON,
        mandatory=when("answer", VariantAnswer.RETURN),
        hint=_("Obligatoire pour renvoyer le brouillon : dites ce qui est à revoir."),
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Ask for a note with what is sent back, which the page may have left out."""
        if answers["answer"] is VariantAnswer.RETURN and not answers["note"]:
            report("note", _("Dites ce qui est à revoir : le bassin le lira."))


class VersionChange(Questions):
    """Why running projects go to another version."""

    reason = fields.Paragraph(
        _("Pourquoi ces projets changent de version"),
        mandatory=True,
        longest=LONGEST_REASON,
        hint=_("Cela reste dans l’historique de chacun d’eux."),
    )


def form(key: str, title: str, intro: str, schema: type[Questions], submit: str, *, minutes: int = 2) -> Form:
    """A form of the draft."""
    return Form(key, 1, title, intro, schema, minutes=minutes, submit=submit)


FORMS = (
    form("variant_parameters", _("Les paramètres publiés"),
         _("Ils sont dans les diagrammes : ils changent avec la version, pour les projets à venir."),
         VariantParameters, _("Enregistrer dans le brouillon")),
    form("variant_step", _("Une étape du bassin"),
         _("Elle se place sans dessiner, à l’un des endroits que la référence prévoit."), VariantStep,
         _("Enregistrer dans le brouillon"), minutes=4),
    form("variant_questions", _("Des questions du bassin"),
         _("Elles s’ajoutent à la fin d’un formulaire ; celles du programme y restent."), VariantQuestions,
         _("Enregistrer dans le brouillon"), minutes=4),
    form("variant_delay", _("Un autre délai"),
         _("Une étape de la référence se fait en plus, ou en moins, de jours."), VariantDelay,
         _("Enregistrer dans le brouillon"), minutes=1),
    form("variant_name", _("Un autre nom"),
         _("Une étape de la référence s’appelle ici autrement ; rien d’autre n’y change."), VariantName,
         _("Enregistrer dans le brouillon"), minutes=1),
    form("variant_wishes", _("Le motif et la date"),
         _("Pourquoi le bassin fait cette version, et quand il la voudrait."), VariantWishes,
         _("Enregistrer dans le brouillon"), minutes=1),
    form("variant_publication", _("Publier cette version"),
         _("Les projets ouverts à partir de ce jour la prennent ; ceux qui courent gardent la leur."),
         VariantPublication, _("Publier"), minutes=1),
    form("variant_review", _("Votre relecture"),
         _("Approuvé, le brouillon peut être publié par le bassin. Renvoyé, il lui revient avec votre note."),
         VariantReview, _("Envoyer la réponse")),
    form("version_change", _("Faire passer ces projets"),
         _("Rien n’a encore bougé : relisez ce qui va se passer."), VersionChange,
         _("Faire passer ces projets"), minutes=1),
)  # fmt: skip
