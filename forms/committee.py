"""The approval committee: sessions, decision, sign-off, notification, conditions."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from forms import choices, fields, identifiers, quantities
from forms.appraisal import SKILLS_ONLY
from forms.conditions import answered, when
from forms.context import Context
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _

APPROVES = when("outcome", "approved", "approved_with_conditions")
CHARTER_MONTHS = 18


ADVANCE_ALONE = _(
    "Ce bassin n’accorde pas d’avance sans compétences : indiquez au moins une entreprise et ses jours."
)


def is_advance_alone(answers: Answers) -> bool:
    """Whether an advance is given without a day of anybody's skills."""
    return bool(answers["advance_amount"]) and not answers["human_means"]


class HumanMeans(Questions):
    """Days lent by a partner company."""

    company_id = fields.Reference(_("Entreprise partenaire"), mandatory=True)
    domain = fields.Code(_("Domaine"), choices.SkillDomain, mandatory=True)
    days = quantities.Days(_("Jours"), mandatory=True)
    day_rate = quantities.Money(_("Valorisation d’un jour"))


class OtherMeans(Questions):
    """A subsidised loan, or a contribution in kind."""

    kind = fields.Code(_("Nature"), choices.OtherMeans, default=choices.OtherMeans.IN_KIND, mandatory=True)
    description = fields.Text(_("Description"), longest=300, mandatory=True)
    value = quantities.Money(_("Valeur"))


class DatedCondition(Questions):
    """A condition of the approval, with its deadline."""

    text = fields.Text(_("Condition"), longest=300, mandatory=True)
    due_on = quantities.Day(_("À lever avant le"), future=True, mandatory=True)


def usual_follow_up(context: Context) -> int:
    """The basin's follow-up, never shorter than the charter's 18 months."""
    return max(CHARTER_MONTHS, context.limit("follow_up_months", CHARTER_MONTHS))


def usual_cadence(context: Context) -> int:
    """The basin's cadence of reports."""
    return min(6, max(1, context.limit("cadence_months", 3)))


class CommitteeDecision(Questions):
    """F5: what the committee decided, its means and its mandatary (cahier des charges §V)."""

    session_id = fields.Reference(_("Séance"), mandatory=True)
    outcome = fields.Code(_("Décision"), choices.DecisionOutcome, mandatory=True)
    reason = fields.Code(
        _("Motif du rejet"), choices.RejectionReason, mandatory=True, shown_when=when("outcome", "rejected")
    )
    explanation = fields.Paragraph(
        _("Explication pour l’entreprise"),
        longest=1500,
        mandatory=when("outcome", "adjourned", "reoriented", "withdrawn", "lapsed"),
        shown_when=when("outcome", "rejected", "adjourned", "reoriented", "withdrawn", "lapsed"),
    )
    question = fields.Paragraph(
        _("Question posée"),
        longest=1000,
        mandatory=True,
        shown_when=when("outcome", "complementary_diagnostic"),
    )
    expert_id = fields.Reference(
        _("Expert"), mandatory=True, shown_when=when("outcome", "complementary_diagnostic")
    )
    complementary_due_on = quantities.Day(
        _("Réponse attendue le"),
        future=True,
        mandatory=True,
        shown_when=when("outcome", "complementary_diagnostic"),
    )
    mandatary_id = fields.Reference(
        _("Mandataire"),
        hint=_("Un membre du comité, sans lien avec l’entreprise."),
        mandatory=True,
        shown_when=APPROVES,
    )
    human_means = Rows(_("Compétences apportées"), HumanMeans, shown_when=APPROVES)
    advance_amount = quantities.Money(
        _("Avance remboursable"),
        hint=_("Sans intérêt."),
        least=1,
        limits=("advance_floor", "advance_ceiling"),
        shown_when=APPROVES,
    )
    advance_months = quantities.Whole(
        _("Durée du remboursement"),
        least=1,
        most=60,
        limits=("", "advance_months_max"),
        unit=_("mois"),
        mandatory=True,
        shown_when=answered("advance_amount"),
    )
    deferral_months = quantities.Whole(
        _("Différé"),
        most=24,
        unit=_("mois"),
        default=0,
        mandatory=True,
        shown_when=answered("advance_amount"),
        folded=True,
    )
    other_means = Rows(_("Prêt bonifié ou apport en nature"), OtherMeans, shown_when=APPROVES, folded=True)
    conditions = Rows(
        _("Conditions à lever avant la convention"),
        DatedCondition,
        mandatory=True,
        shown_when=when("outcome", "approved_with_conditions"),
    )
    follow_up_months = quantities.Whole(
        _("Durée du suivi"),
        least=CHARTER_MONTHS,
        most=60,
        limits=("follow_up_months", ""),
        hint=_("18 mois au moins (cahier des charges, § V)."),
        unit=_("mois"),
        default=usual_follow_up,
        mandatory=True,
        shown_when=APPROVES,
        folded=True,
    )
    cadence_months = quantities.Whole(
        _("Un compte rendu tous les"),
        least=1,
        most=6,
        unit=_("mois"),
        default=usual_cadence,
        mandatory=True,
        shown_when=APPROVES,
        folded=True,
    )
    mode = fields.Code(
        _("Mode de décision"),
        choices.DecisionMode,
        default=choices.DecisionMode.CONSENSUS,
        mandatory=True,
        folded=True,
    )
    votes_for = quantities.Whole(
        _("Pour"), most=99, mandatory=True, shown_when=when("mode", "vote"), folded=True
    )
    votes_against = quantities.Whole(
        _("Contre"), most=99, mandatory=True, shown_when=when("mode", "vote"), folded=True
    )
    abstentions = quantities.Whole(
        _("Abstentions"), most=99, mandatory=True, shown_when=when("mode", "vote"), folded=True
    )
    remarks = fields.Paragraph(_("Observations"), longest=1500, folded=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Hold the decision to the charter: means, none from the firm itself, an explained refusal."""
        if answers["outcome"] in APPROVES.values:
            self.check_means(answers, report)
        if answers["outcome"] is choices.DecisionOutcome.LAPSED and not self.context.allows("may_lapse"):
            report("outcome", _("Seul un projet déjà approuvé, et revenu au comité, peut devenir caduc."))
        if answers["reason"] is choices.RejectionReason.OTHER and not answers["explanation"]:
            report("explanation", _("Expliquez le motif du rejet."))
        votes = [answers[name] for name in ("votes_for", "votes_against", "abstentions")]
        if votes == [0, 0, 0]:
            report("votes_for", _("Indiquez au moins une voix."))

    def check_means(self, answers: Answers, report: Callable[..., None]) -> None:
        """An approval carries a means, none from the firm itself (D16); after a PFIL, skills (R20)."""
        if not answers["human_means"] and not answers["advance_amount"] and not answers["other_means"]:
            report(
                "human_means",
                _("Un projet approuvé reçoit au moins un moyen : compétences, avance ou autre."),
            )
        if self.context.allows("advance_requires_skills") and is_advance_alone(answers):
            report("human_means", ADVANCE_ALONE)
        if self.context.allows("skills_only"):
            for name in ("advance_amount", "other_means"):
                if answers[name]:
                    report(name, SKILLS_ONLY)
        beneficiary = self.context.limits.get("beneficiary_id")
        if beneficiary and UUID(str(beneficiary)) in [
            means["company_id"] for means in answers["human_means"]
        ]:
            report(
                "human_means", _("L’entreprise bénéficiaire ne peut pas se prêter ses propres compétences.")
            )
        if (answers["deferral_months"] or 0) >= (answers["advance_months"] or CHARTER_MONTHS * 10):
            report("deferral_months", _("Le différé doit être plus court que le remboursement."))


class SignOff(Questions):
    """The chair signs a recorded act, or sends it back with a reason."""

    decision = fields.Code(_("Votre décision"), choices.SignOff, mandatory=True)
    reason = fields.Paragraph(
        _("Ce qui est à corriger"), mandatory=True, shown_when=when("decision", "send_back")
    )


class DecisionNotification(Questions):
    """The firm is told what the committee decided."""

    channel = fields.Code(
        _("Par"), choices.NotificationChannel, default=choices.NotificationChannel.EMAIL, mandatory=True
    )
    sent_on = quantities.Day(_("Envoyée le"), past=True, mandatory=True, default=fields.today)
    message = fields.Paragraph(_("Message ajouté à la lettre"), longest=1500, folded=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)


class LiftedCondition(Questions):
    """One condition of the approval, and what shows that it is met."""

    condition_id = fields.Reference(_("Condition"), mandatory=True)
    evidence = fields.Paragraph(_("Ce qui le montre"), mandatory=True)
    lifted_on = quantities.Day(_("Levée le"), past=True, mandatory=True, default=fields.today)


class ConditionsLift(Questions):
    """Every condition of the approval is met."""

    conditions = Rows(_("Conditions"), LiftedCondition, fixed=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse a list in which a condition is missing or comes twice."""
        lifted = [str(row["condition_id"]) for row in answers["conditions"]]
        expected = [choice.value for choice in self.context.choices.get("conditions-condition_id", ())]
        if sorted(lifted) != sorted(expected):
            report("conditions", _("Toutes les conditions doivent être levées, chacune une fois."))


class ActingChairDesignation(Questions):
    """A person who replaces the chair for a time; held to the chair's own conditions (D18)."""

    acting_chair_id = fields.Reference(
        _("Présidence par intérim"), hint=_("En activité dans une entreprise partenaire."), mandatory=True
    )
    starts_on = quantities.Day(_("À partir du"), mandatory=True, default=fields.today)
    ends_on = quantities.Day(_("Jusqu’au"), future=True, mandatory=True)
    reason = fields.Text(_("Motif"), longest=300)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Keep the dates in order."""
        if answers["starts_on"] and answers["ends_on"] and answers["ends_on"] < answers["starts_on"]:
            report("ends_on", _("La fin ne peut pas précéder le début."))


class SessionPlan(Questions):
    """A session of the committee is planned, moved or turned into a written consultation."""

    held_on = quantities.Day(_("Date"), future=True, mandatory=True)
    kind = fields.Code(_("Forme"), choices.SessionKind, default=choices.SessionKind.MEETING, mandatory=True)
    starts_at = identifiers.Time(
        _("Heure"), longest=20, default="14:00", mandatory=True, shown_when=when("kind", "meeting", "video")
    )
    duration_minutes = quantities.Whole(
        _("Durée prévue"),
        least=15,
        most=720,
        unit=_("minutes"),
        hint=_("Elle donne sa fin à l’événement que chacun met dans son agenda."),
        shown_when=when("kind", "meeting", "video"),
    )
    place = fields.Text(_("Lieu"), shown_when=when("kind", "meeting"))
    video_link = identifiers.Link(_("Lien de visioconférence"), longest=300, shown_when=when("kind", "video"))
    note = fields.Paragraph(_("Note aux membres"), folded=True)


FORMS = (
    Form(
        "committee_decision",
        1,
        _("Consigner la décision"),
        _("Ce que le comité a décidé en séance."),
        CommitteeDecision,
        minutes=5,
    ),
    Form(
        "decision_sign_off",
        1,
        _("Signer la décision"),
        _("La décision prend effet à votre signature."),
        SignOff,
        minutes=1,
        submit=_("Confirmer"),
    ),
    Form(
        "decision_notification",
        1,
        _("Notifier la décision"),
        _("Dites à l’entreprise ce que le comité a décidé."),
        DecisionNotification,
        minutes=2,
    ),
    Form(
        "conditions_lift",
        1,
        _("Lever les conditions"),
        _("Pour chaque condition, dites ce qui montre qu’elle est remplie."),
        ConditionsLift,
        minutes=3,
    ),
    Form(
        "acting_chair_designation",
        1,
        _("Désigner une présidence par intérim"),
        _("Elle signe à la place de la présidence pendant son absence."),
        ActingChairDesignation,
        minutes=1,
    ),
    Form(
        "session_plan",
        1,
        _("Prévoir une séance"),
        _("Les dossiers prêts iront à la première séance prévue."),
        SessionPlan,
        minutes=2,
    ),
)
