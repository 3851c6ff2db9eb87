"""The mandatary's five questions, new interventions asked for."""

from __future__ import annotations

from typing import ClassVar

from forms import choices, fields, quantities
from forms.conditions import when
from forms.questions import Answers, Form, Questions
from forms.texts import mark as _

SOMETHING_NEW = when("nothing_new", False)


class FollowUpReport(Questions):
    """F9: five questions, for one or several periods; figures start from the last report's."""

    own_words: ClassVar = {"nothing_new": _("Cette fois, un point complet est demandé.")}

    nothing_new = fields.Checkbox(
        _("Rien de nouveau depuis le dernier point"),
        hint=_("La météo et les emplois du dernier compte rendu sont repris."),
        asked_if="nothing_new_allowed",
    )
    weather = fields.Code(_("Météo du projet"), choices.Weather, mandatory=True)
    progress = fields.Paragraph(_("Avancement"), longest=600, mandatory=True, shown_when=SOMETHING_NEW)
    jobs_created = quantities.Whole(_("Emplois créés à ce jour"), unit=_("emplois"), mandatory=True)
    jobs_sustained = quantities.Whole(_("Emplois maintenus à ce jour"), unit=_("emplois"), mandatory=True)
    contact_on = quantities.Day(
        _("Dernier contact avec le dirigeant"), past=True, mandatory=True, shown_when=SOMETHING_NEW
    )
    new_intervention = fields.YesNo(
        _("Besoin d’une nouvelle intervention ?"), mandatory=True, default=False, shown_when=SOMETHING_NEW
    )
    intervention_domain = fields.Code(
        _("Domaine"), choices.SkillDomain, mandatory=True, shown_when=when("new_intervention", True)
    )
    intervention_days = quantities.Days(
        _("Jours estimés"), mandatory=True, shown_when=when("new_intervention", True)
    )
    intervention_purpose = fields.Paragraph(_("Pour quoi faire ?"), shown_when=when("new_intervention", True))
    difficulties = fields.Paragraph(_("Difficultés"), longest=1000, shown_when=SOMETHING_NEW, folded=True)
    attachments = fields.Files(_("Photos et documents"), shown_when=SOMETHING_NEW, folded=True)

    def settle(self, answers: Answers) -> None:
        """Ask for nothing when there is nothing new."""
        answers["new_intervention"] = bool(answers["new_intervention"])


class InterventionRequestReview(Questions):
    """The operator forwards a request for a new intervention to who may grant it, or explains why not."""

    forward = fields.YesNo(_("Transmettre la demande ?"), mandatory=True)
    reason = fields.Paragraph(_("Motif"), mandatory=True, shown_when=when("forward", False))
    domain = fields.Code(_("Domaine"), choices.SkillDomain, shown_when=when("forward", True))
    days = quantities.Days(_("Jours estimés"), shown_when=when("forward", True))
    company_id = fields.Reference(
        _("Entreprise partenaire pressentie"),
        hint=_("La présidence ne peut décider seule que si l’entreprise et le domaine sont connus."),
        shown_when=when("forward", True),
    )
    expert_id = fields.Reference(_("Intervenant pressenti"), shown_when=when("forward", True), folded=True)
    note = fields.Paragraph(
        _("Note pour le comité"), longest=1000, shown_when=when("forward", True), folded=True
    )


FORMS = (
    Form(
        "follow_up_report",
        1,
        _("Compte rendu de suivi"),
        _("Cinq questions, trois minutes."),
        FollowUpReport,
        minutes=3,
        submit=_("Envoyer le compte rendu"),
    ),
    Form(
        "intervention_request_review",
        1,
        _("Examiner la demande d’intervention"),
        _("Le mandataire demande une nouvelle intervention."),
        InterventionRequestReview,
        minutes=2,
    ),
)
