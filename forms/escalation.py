"""A report stays missing, a mail cannot arrive: the call, the chair's choice, the right address."""

from __future__ import annotations

from forms import choices, fields, identifiers, quantities
from forms.conditions import when
from forms.questions import Form, Questions
from forms.texts import mark as _


class ReminderCall(Questions):
    """The operator called the mandatary about a missing report."""

    reached = fields.YesNo(_("Avez-vous pu lui parler ?"), mandatory=True)
    summary = fields.Paragraph(_("Ce qui a été dit"), mandatory=True, shown_when=when("reached", True))
    promised_on = quantities.Day(
        _("Compte rendu promis pour le"), future=True, shown_when=when("reached", True)
    )
    called_on = quantities.Day(_("Appelé le"), past=True, mandatory=True, default=fields.today, folded=True)


class MandataryChoice(Questions):
    """The chair keeps the mandatary, or replaces them at once (D19)."""

    choice = fields.Code(_("Votre décision"), choices.MandataryChoice, mandatory=True)
    mandatary_id = fields.Reference(
        _("Nouveau mandataire"),
        hint=_("Un membre du comité, sans lien avec l’entreprise."),
        mandatory=True,
        shown_when=when("choice", "replace"),
    )
    reason = fields.Paragraph(_("Motif"), folded=True)


class PrescriberChoice(Questions):
    """The prescriber no longer sits: the officer notes who takes over, or why they are kept (R17)."""

    choice = fields.Code(_("Décision"), choices.PrescriberChoice, mandatory=True)
    prescriber_id = fields.Reference(
        _("Nouveau prescripteur"),
        hint=_("Un membre du comité, sans lien avec l’entreprise."),
        mandatory=True,
        shown_when=when("choice", "replace"),
    )
    reason = fields.Paragraph(_("Motif"), mandatory=True)


class AddressCorrection(Questions):
    """What the call gave, when a mail could not arrive (D10)."""

    outcome = fields.Code(_("Résultat de l’appel"), choices.AddressOutcome, mandatory=True)
    email = identifiers.Email(
        _("Nouvelle adresse électronique"), mandatory=True, shown_when=when("outcome", "corrected")
    )
    phone = identifiers.Phone(
        _("Téléphone"), shown_when=when("outcome", "corrected", "confirmed", "no_email")
    )
    note = fields.Paragraph(_("Note"), folded=True)


FORMS = (
    Form(
        "reminder_call",
        1,
        _("Rappeler le mandataire"),
        _("Son compte rendu manque : un appel vaut mieux qu’un courriel."),
        ReminderCall,
        minutes=2,
    ),
    Form(
        "mandatary_choice",
        1,
        _("Maintenir ou remplacer le mandataire"),
        _("Le compte rendu manque toujours."),
        MandataryChoice,
        minutes=1,
        submit=_("Confirmer"),
    ),
    Form(
        "prescriber_choice",
        1,
        _("Désigner un autre prescripteur"),
        _("Le prescripteur de ce projet ne siège plus au comité."),
        PrescriberChoice,
        minutes=1,
    ),
    Form(
        "address_correction",
        1,
        _("Adresse invalide : téléphoner"),
        _("Un courriel n’a pas pu arriver. Appelez cette personne."),
        AddressCorrection,
        minutes=2,
    ),
)
