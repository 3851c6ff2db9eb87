"""The end of a project: final review, the chair's sign-off of a closure or of a termination."""

from __future__ import annotations

from forms import choices, fields, quantities
from forms.committee import SignOff
from forms.conditions import answered
from forms.questions import Form, Questions
from forms.texts import mark as _


class FinalReview(Questions):
    """F12: what the firm became, and what remains of the help."""

    jobs_created = quantities.Whole(_("Emplois créés"), unit=_("emplois"), mandatory=True)
    jobs_sustained = quantities.Whole(_("Emplois maintenus"), unit=_("emplois"), mandatory=True)
    evidence = fields.Code(
        _("Source de ces chiffres"), choices.Evidence, default=choices.Evidence.DECLARED, mandatory=True
    )
    satisfaction = fields.Code(_("Satisfaction de l’entreprise"), choices.Satisfaction, mandatory=True)
    lessons = fields.Paragraph(_("Ce que le projet a apporté"), longest=1500, mandatory=True)
    relations_continue = fields.YesNo(
        _("Les relations entre les entreprises continuent-elles ?"), folded=True
    )
    turnover_before = quantities.Money(_("Chiffre d’affaires avant"), folded=True)
    turnover_after = quantities.Money(_("Chiffre d’affaires après"), folded=True)
    certification = fields.Text(_("Certification obtenue"), folded=True)
    may_join_committee = fields.Checkbox(_("L’entreprise pourrait rejoindre le comité"), folded=True)
    may_sponsor = fields.Checkbox(_("L’entreprise pourrait parrainer un autre projet"), folded=True)
    testimony = fields.Paragraph(_("Témoignage"), longest=1500, folded=True)
    quotation_allowed = fields.Checkbox(
        _("L’entreprise accepte d’être citée"), shown_when=answered("testimony"), folded=True
    )
    attachments = fields.Files(_("Pièces jointes"), folded=True)


FORMS = (
    Form(
        "final_review",
        1,
        _("Bilan de fin d’accompagnement"),
        _("Avec le dirigeant, au terme du suivi."),
        FinalReview,
        minutes=6,
        submit=_("Envoyer le bilan"),
    ),
    Form(
        "closure_sign_off",
        1,
        _("Signer la clôture"),
        _("Le suivi est arrivé à son terme."),
        SignOff,
        minutes=1,
        submit=_("Confirmer"),
    ),
    Form(
        "termination_sign_off",
        1,
        _("Signer la résiliation"),
        _("Une résiliation est demandée ; elle prend effet à votre signature."),
        SignOff,
        minutes=1,
        submit=_("Confirmer"),
    ),
)
