"""What is said of an item of a session, and of a session once it is over: outcome, erratum, observation."""

from __future__ import annotations

from forms import fields
from forms.choices import Coded
from forms.questions import Form, Questions
from forms.texts import mark as _


class ItemOutcome(Coded):
    """What became of an item that no decision settles."""

    NOTED = "noted", _("Le comité en prend acte")
    RATIFIED = "ratified", _("Approuvé ou ratifié")
    NOT_RATIFIED = "not_ratified", _("Ni approuvé ni ratifié")
    CONFIRMED = "confirmed", _("La décision est confirmée")
    CANCELLED = "cancelled", _("La décision est annulée"), _("Ce que tous n’ont pas encore signé tombe")
    POSTPONED = "postponed", _("Reporté à une autre séance")


class Outcome(Questions):
    """What the committee made of an item."""

    outcome = fields.Code(_("Suite donnée"), ItemOutcome, mandatory=True)
    note = fields.Paragraph(_("Ce qui a été dit"), longest=1500, hint=_("Repris dans le procès-verbal."))


class ItemChair(Questions):
    """Who presides over one item, when the chair may not or is away."""

    person_id = fields.Reference(
        _("Présidence du point"), hint=_("En activité dans une entreprise partenaire."), mandatory=True
    )


class Erratum(Questions):
    """What signed minutes say wrong, and what is right: they are never edited."""

    item_id = fields.Reference(_("Point concerné"), hint=_("Aucun, si l’erreur est ailleurs."))
    wrong = fields.Paragraph(_("Il est écrit"), longest=1500, mandatory=True)
    right = fields.Paragraph(_("Il faut lire"), longest=1500, mandatory=True)
    reason = fields.Paragraph(_("Pourquoi"), longest=1500, mandatory=True)


class Observation(Questions):
    """What the steering committee remarks; nothing waits for it."""

    text = fields.Paragraph(
        _("Votre observation"), longest=3000, mandatory=True, hint=_("Le comité et l’opérateur la lisent.")
    )


class ObservationAnswer(Questions):
    """What the committee answers."""

    answer = fields.Paragraph(_("Réponse"), longest=3000, mandatory=True)


FORMS = (
    Form(
        "item_outcome",
        1,
        _("Donner une suite au point"),
        _("Elle figurera au procès-verbal."),
        Outcome,
        minutes=1,
        submit=_("Enregistrer"),
    ),
    Form(
        "item_chair",
        1,
        _("Confier la présidence d’un point"),
        _("Quand la présidence s’est déportée, ou s’absente."),
        ItemChair,
        minutes=1,
        submit=_("Confier la présidence"),
    ),
    Form(
        "session_erratum",
        1,
        _("Établir un erratum"),
        _("Le procès-verbal signé ne change pas : l’erratum l’accompagne."),
        Erratum,
        minutes=3,
        submit=_("Établir l’erratum"),
    ),
    Form(
        "observation",
        1,
        _("Écrire une observation"),
        _("Le comité de pilotage contrôle après coup : rien n’attend cette observation."),
        Observation,
        minutes=2,
        submit=_("Envoyer l’observation"),
    ),
    Form(
        "observation_answer",
        1,
        _("Répondre à une observation"),
        "",
        ObservationAnswer,
        minutes=2,
        submit=_("Répondre"),
    ),
)
