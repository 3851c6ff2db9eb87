"""A firm's request enters the programme: who, how to reach them, the need in one sentence."""

from __future__ import annotations

from collections.abc import Callable

from forms import fields, identifiers
from forms.conditions import when
from forms.questions import Answers, Form, Questions
from forms.texts import mark as _


class Intake(Questions):
    """F0: two minutes, the firm may not exist yet."""

    not_registered = fields.Checkbox(_("L’entreprise n’est pas encore immatriculée"))
    siret = identifiers.Siret(
        _("SIRET"), hint=_("14 chiffres"), mandatory=True, shown_when=when("not_registered", False)
    )
    name = fields.Text(_("Nom de l’entreprise"), longest=120, mandatory=True, autocomplete="organization")
    contact_name = fields.Text(_("Personne à contacter"), longest=120, mandatory=True, autocomplete="name")
    contact_email = identifiers.Email(
        _("Adresse électronique"), hint=_("Une adresse ou un téléphone suffit."), autocomplete="email"
    )
    contact_phone = identifiers.Phone(_("Téléphone"), autocomplete="tel")
    need = fields.Paragraph(_("Le besoin, en une phrase"), longest=280, mandatory=True)
    city = fields.Text(_("Ville"), longest=100, folded=True, autocomplete="address-level2")
    brought_by_id = fields.Reference(
        _("Apporté par"), hint=_("Laissez vide si l’entreprise se présente d’elle-même."), folded=True
    )
    known_member_id = fields.Reference(_("Membre du comité déjà en contact avec l’entreprise"), folded=True)
    information_read = fields.Checkbox(
        _("L’entreprise a été informée de l’usage de ses données"), must_be_ticked=True
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Ask for at least one way to reach the firm."""
        if not answers["contact_email"] and not answers["contact_phone"]:
            report("contact_email", _("Indiquez une adresse électronique ou un téléphone."))


FORMS = (
    Form(
        "intake",
        1,
        _("Nouvelle demande"),
        _("Deux minutes pour ouvrir le dossier d’une entreprise."),
        Intake,
        minutes=2,
        submit=_("Ouvrir le dossier"),
    ),
)
