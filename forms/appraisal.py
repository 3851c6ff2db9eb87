"""From the request to a file ready for the committee: qualification, diagnostics, completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from forms import choices, fields, identifiers, quantities
from forms.conditions import answered, unanswered, when
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import Amount
from forms.texts import mark as _

CONTINUES = when("outcome", "continue")
JOBS_REQUIRED = _("Ce bassin lie son aide à l’emploi : indiquez au moins un emploi à créer ou à maintenir.")
SKILLS_ONLY = _(
    "Une PFIL finance déjà cette entreprise : elle ne peut recevoir que des compétences "
    "(cahier des charges, complémentarité avec les autres dispositifs)."
)


class Scheme(Questions):
    """Another scheme already asked for, or received (subsidiarity)."""

    kind = fields.Code(_("Genre de dispositif"), choices.SchemeKind, mandatory=True)
    name = fields.Text(_("Dispositif"), mandatory=True)
    organisation = fields.Text(_("Organisme"))
    amount = quantities.Money(_("Montant"))
    status = fields.Code(_("État"), choices.SchemeStatus, default=choices.SchemeStatus.CONSIDERED)


class Qualification(Questions):
    """F1: what the operator does with a request, and who will make the diagnostic."""

    outcome = fields.Code(_("Suite donnée"), choices.QualificationOutcome, mandatory=True)
    reoriented_to = fields.Text(
        _("Vers quel dispositif"), mandatory=True, shown_when=when("outcome", "reorient")
    )
    reason = fields.Paragraph(_("Motif"), mandatory=True, shown_when=when("outcome", "reorient", "drop"))
    prescriber_id = fields.Reference(
        _("Prescripteur"), hint=_("Un membre du comité d’agrément."), mandatory=True, shown_when=CONTINUES
    )
    category = fields.Code(_("Catégorie du projet"), choices.Category, mandatory=True, shown_when=CONTINUES)
    headcount = quantities.Whole(_("Effectif"), unit=_("salariés"), mandatory=True, shown_when=CONTINUES)
    headcount_on = quantities.Day(
        _("Effectif à la date du"),
        past=True,
        mandatory=True,
        default=fields.today,
        shown_when=CONTINUES,
        folded=True,
    )
    commune = identifiers.Commune(
        _("Code de la commune"), hint=_("Code INSEE"), longest=20, mandatory=True, shown_when=CONTINUES
    )
    city = fields.Text(_("Commune"), longest=100, shown_when=CONTINUES, folded=True)
    out_of_perimeter_reason = fields.Paragraph(
        _("Hors du périmètre : pourquoi l’accepter ?"), shown_when=CONTINUES, folded=True
    )
    activity_code = identifiers.Activity(_("Secteur (NAF)"), longest=20, shown_when=CONTINUES, folded=True)
    created_on = quantities.Day(
        _("Date de création de l’entreprise"), past=True, shown_when=CONTINUES, folded=True
    )
    group = fields.Text(_("Groupe d’appartenance"), shown_when=CONTINUES, folded=True)
    schemes = Rows(_("Dispositifs déjà mobilisés"), Scheme, shown_when=CONTINUES, folded=True)
    note = fields.Paragraph(_("Note"), longest=1500, folded=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Ask why a firm outside the perimeter is accepted; a perimeter is never a bar by itself."""
        perimeter = self.context.limits.get("perimeter")
        if not isinstance(perimeter, list | tuple | set | frozenset) or not answers["commune"]:
            return
        if answers["commune"] not in perimeter and not answers["out_of_perimeter_reason"]:
            report(
                "out_of_perimeter_reason",
                _("Cette commune n’est pas dans le périmètre du bassin : dites pourquoi l’accepter."),
            )


class PrescriptionAnswer(Questions):
    """The prescriber takes the file, or says why not."""

    accepted = fields.YesNo(_("Acceptez-vous ce dossier ?"), mandatory=True)
    reason = fields.Paragraph(_("Motif"), mandatory=True, shown_when=when("accepted", False))
    suggested_prescriber_id = fields.Reference(_("Prescripteur suggéré"), shown_when=when("accepted", False))


class SkillNeed(Questions):
    """One need in skills."""

    domain = fields.Code(_("Domaine"), choices.SkillDomain, mandatory=True)
    description = fields.Text(_("Précision"))
    days = quantities.Days(_("Jours estimés"), least="0.5", mandatory=True)


class FinancingLine(Questions):
    """One line of a financing plan."""

    side = fields.Code(_("Côté"), choices.FinancingSide, default=choices.FinancingSide.USE, mandatory=True)
    label = fields.Text(_("Poste"), mandatory=True)
    amount = quantities.Money(_("Montant"), least=1, mandatory=True)


class PreliminaryDiagnostic(Questions):
    """F2: one page by the prescriber, sent to all before the session (cahier des charges §V)."""

    summary = fields.Paragraph(_("Le projet"), longest=1500, mandatory=True)
    bearer_rating = fields.Code(_("Capacité du porteur"), choices.Rating, mandatory=True)
    project_rating = fields.Code(_("Qualité du projet"), choices.Rating, mandatory=True)
    impact_rating = fields.Code(_("Incidence sur le territoire"), choices.Rating, mandatory=True)
    jobs_to_create = quantities.Whole(_("Emplois à créer"), unit=_("emplois"), mandatory=True)
    jobs_to_sustain = quantities.Whole(_("Emplois à maintenir"), unit=_("emplois"), mandatory=True, default=0)
    needs = Rows(
        _("Besoins en compétences"),
        SkillNeed,
        hint=_("Au moins une ligne, sauf si une avance est demandée."),
        mandatory=unanswered("advance_requested"),
    )
    advance_requested = quantities.Money(
        _("Avance demandée"),
        hint=_("Laissez vide si aucune avance n’est demandée."),
        least=1,
        limits=("advance_floor", "advance_ceiling"),
    )
    financing_plan = Rows(
        _("Plan de financement"),
        FinancingLine,
        hint=_("Besoins et ressources, avance comprise : les deux totaux sont égaux."),
        mandatory=True,
        shown_when=answered("advance_requested"),
    )
    subsidiarity = fields.Paragraph(
        _("Pourquoi les dispositifs existants ne suffisent-ils pas ?"), longest=1000, mandatory=True
    )
    schemes = Rows(
        _("Dispositifs déjà mobilisés"),
        Scheme,
        hint=_("Ceux de la qualification et les nouveaux, dans leur état d’aujourd’hui."),
        folded=True,
    )
    deadweight = fields.Code(_("Que se passerait-il sans Alizé ?"), choices.Deadweight, mandatory=True)
    opinion = fields.Code(_("Votre avis"), choices.Opinion, mandatory=True)
    has_interest = fields.YesNo(_("Avez-vous un lien d’intérêt avec l’entreprise ?"), mandatory=True)
    interest = fields.Paragraph(_("Lequel ?"), mandatory=True, shown_when=when("has_interest", True))
    market = fields.Paragraph(_("Marché et clients"), longest=1500, folded=True)
    bearer_comment = fields.Paragraph(_("Sur le porteur"), folded=True)
    project_comment = fields.Paragraph(_("Sur le projet"), folded=True)
    impact_comment = fields.Paragraph(_("Sur le territoire"), folded=True)
    horizon_months = quantities.Whole(
        _("Horizon des emplois"), least=1, most=120, unit=_("mois"), default=24, folded=True
    )
    risks = fields.Paragraph(_("Risques"), longest=1000, folded=True)
    visited_on = quantities.Day(_("Date de la visite"), past=True, folded=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Balance the financing plan; ask for no advance that the committee could not give (R20)."""
        if not answers["schemes"] and self.context.allows("schemes_declared"):
            report("schemes", _("Gardez les dispositifs déclarés, et dites où chacun en est."))
        if answers["advance_requested"] and is_financed_by_pfil(answers["schemes"]):
            report("advance_requested", SKILLS_ONLY)
        if self.context.allows("jobs_required") and not has_jobs(answers):
            report("jobs_to_create", JOBS_REQUIRED)
        if answers["advance_requested"] and answers["financing_plan"]:
            balance(answers["financing_plan"], answers["advance_requested"], report)


def has_jobs(answers: Answers) -> bool:
    """Whether a project creates a job, or sustains one."""
    return bool(answers["jobs_to_create"] or answers["jobs_to_sustain"])


def is_financed_by_pfil(schemes: Iterable[Mapping[str, object]]) -> bool:
    """Whether a local initiative platform finances the firm already: one asked for does not yet (R20).

    Rows recorded before kinds were asked for have none, and no name is taken for one.
    """
    return any(
        row.get("kind") == choices.SchemeKind.PFIL and row.get("status") == choices.SchemeStatus.GRANTED
        for row in schemes
    )


def as_it_was(stored: Mapping[str, object]) -> Mapping[str, object]:
    """Answers given before the kind of a scheme was asked for: nobody guesses it."""
    return stored


def balance(plan: list[Answers], advance: int, report: Callable[..., None]) -> None:
    """Refuse a plan whose two sides differ, or whose resources do not hold the advance."""
    totals = {
        side: sum(line["amount"] for line in plan if line["side"] is side) for side in choices.FinancingSide
    }
    uses, resources = totals[choices.FinancingSide.USE], totals[choices.FinancingSide.RESOURCE]
    if uses != resources:
        report(
            "financing_plan",
            _("Le plan n’est pas équilibré : {uses} de besoins, {resources} de ressources."),
            uses=Amount(uses),
            resources=Amount(resources),
        )
    elif resources < advance:
        report("financing_plan", _("Les ressources doivent comprendre l’avance demandée."))


class CompletenessCheck(Questions):
    """The operator says whether the file can go before the committee."""

    outcome = fields.Code(_("Le dossier est-il complet ?"), choices.CompletenessOutcome, mandatory=True)
    missing = fields.Paragraph(
        _("Ce qui manque"), longest=1000, mandatory=True, shown_when=when("outcome", "incomplete")
    )
    question = fields.Paragraph(
        _("Question posée"), longest=1000, mandatory=True, shown_when=when("outcome", "complementary")
    )
    expert_id = fields.Reference(_("Expert"), mandatory=True, shown_when=when("outcome", "complementary"))
    complementary_due_on = quantities.Day(
        _("Réponse attendue le"), future=True, mandatory=True, shown_when=when("outcome", "complementary")
    )
    note = fields.Paragraph(
        _("Note de synthèse pour le comité"),
        longest=1500,
        shown_when=when("outcome", "complete"),
        folded=True,
    )


class Condition(Questions):
    """A condition recommended by an expert."""

    text = fields.Text(_("Condition"), longest=300, mandatory=True)


class ComplementaryDiagnostic(Questions):
    """F3: an expert answers the committee's question."""

    findings = fields.Paragraph(_("Constats"), longest=3000, mandatory=True)
    recommendation = fields.Code(_("Recommandation"), choices.Recommendation, mandatory=True)
    conditions = Rows(
        _("Conditions"), Condition, mandatory=True, shown_when=when("recommendation", "favourable_if")
    )
    days_spent = quantities.Days(_("Jours passés"), mandatory=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)


class FileCompletion(Questions):
    """After an adjournment, the prescriber brings what the committee asked for."""

    completion = fields.Paragraph(_("Réponse aux questions du comité"), longest=3000, mandatory=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)


FORMS = (
    Form(
        "qualification",
        2,
        _("Qualifier la demande"),
        _("Choisissez la suite donnée à la demande et le prescripteur."),
        Qualification,
        minutes=3,
    ),
    Form(
        "prescription_answer",
        1,
        _("Accepter la prescription"),
        _("On vous propose de prescrire ce projet."),
        PrescriptionAnswer,
        minutes=1,
    ),
    Form(
        "preliminary_diagnostic",
        2,
        _("Diagnostic préalable"),
        _("Une page pour le comité, après votre visite de l’entreprise."),
        PreliminaryDiagnostic,
        minutes=10,
        submit=_("Envoyer le diagnostic"),
    ),
    Form(
        "completeness_check",
        1,
        _("Vérifier le dossier"),
        _("Le dossier est-il prêt pour le comité ?"),
        CompletenessCheck,
        minutes=3,
    ),
    Form(
        "complementary_diagnostic",
        1,
        _("Diagnostic complémentaire"),
        _("Le comité vous pose une question précise."),
        ComplementaryDiagnostic,
        minutes=15,
        submit=_("Envoyer le diagnostic"),
    ),
    Form(
        "file_completion",
        1,
        _("Compléter le dossier"),
        _("Le comité a ajourné sa décision : apportez ce qui manque."),
        FileCompletion,
        minutes=5,
    ),
)
