"""Who is who in a basin: persons, organisations, assignments."""

from __future__ import annotations

from collections.abc import Callable

from forms import choices, fields, identifiers, quantities
from forms.conditions import when
from forms.questions import Answers, Form, Questions
from forms.texts import mark as _

OF_ORGANISATIONS = (
    choices.BasinRole.PARTNER_COMPANY,
    choices.BasinRole.ASSOCIATE_PARTNER,
    choices.BasinRole.LOCAL_AUTHORITY,
    choices.BasinRole.FUNDER,
    choices.BasinRole.OPERATOR_ORGANISATION,
)
OF_PERSONS = tuple(role for role in choices.BasinRole if role not in OF_ORGANISATIONS)


class Person(Questions):
    """A person; what they are in a basin is an assignment."""

    full_name = fields.Text(_("Nom complet"), longest=120, mandatory=True, autocomplete="name")
    email = identifiers.Email(_("Adresse électronique"), autocomplete="email")
    phone = identifiers.Phone(_("Téléphone"), autocomplete="tel")
    organisation_id = fields.Reference(_("Organisation"), folded=True)
    language = fields.Code(
        _("Langue"), choices.Language, default=choices.Language.FRENCH, mandatory=True, folded=True
    )


class Organisation(Questions):
    """An organisation; what it is in a basin is an assignment."""

    name = fields.Text(_("Nom de l’organisation"), longest=120, mandatory=True, autocomplete="organization")
    siret = identifiers.Siret(_("SIRET"), hint=_("14 chiffres"))
    city = fields.Text(_("Ville"), longest=100)
    phone = identifiers.Phone(_("Téléphone"), autocomplete="tel")


class Assignment(Questions):
    """A person or an organisation holds a role in a basin, between two dates (D16)."""

    role = fields.Code(_("Rôle"), choices.BasinRole, mandatory=True)
    person_id = fields.Reference(_("Personne"), mandatory=True, shown_when=when("role", *OF_PERSONS))
    organisation_id = fields.Reference(
        _("Organisation"), mandatory=when("role", "seat", "chair", *OF_ORGANISATIONS)
    )
    valid_from = quantities.Day(_("À partir du"), mandatory=True, default=fields.today)
    valid_to = quantities.Day(_("Jusqu’au"), hint=_("Laissez vide si la fin n’est pas connue."), folded=True)
    guest = fields.Checkbox(
        _("Siège d’invité : sans voix, ni prescription, ni suivi"),
        shown_when=when("role", "seat"),
        folded=True,
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Keep the dates in order."""
        if answers["valid_to"] and answers["valid_from"] and answers["valid_to"] <= answers["valid_from"]:
            report("valid_to", _("La fin doit suivre le début."))


class AssignmentEnd(Questions):
    """A role ends."""

    ends_on = quantities.Day(_("À partir du"), mandatory=True, default=fields.today)
    reason = fields.Text(_("Motif"), longest=300, mandatory=True)


class KeepLonger(Questions):
    """What a rule of retention would archive or erase is put off."""

    until = quantities.Day(_("Jusqu’au"), mandatory=True)
    reason = fields.Text(_("Motif"), longest=500, mandatory=True)


FORMS = (
    Form("person", 1, _("Personne"), _("Une personne peut n’avoir aucun compte."), Person, minutes=1),
    Form(
        "organisation",
        1,
        _("Organisation"),
        _("Une ligne par organisation, quels que soient ses rôles."),
        Organisation,
        minutes=1,
    ),
    Form(
        "assignment",
        1,
        _("Attribuer un rôle"),
        _("Un rôle a toujours une date de début."),
        Assignment,
        minutes=1,
    ),
    Form(
        "assignment_end",
        1,
        _("Mettre fin à un rôle"),
        _("Ce qui a été fait reste au nom de la personne."),
        AssignmentEnd,
        minutes=1,
    ),
    Form(
        "keep_longer",
        1,
        _("Reporter une échéance"),
        _("Ce qui sert encore se garde plus longtemps."),
        KeepLonger,
        minutes=1,
    ),
)
