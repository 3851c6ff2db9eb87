"""A project that began before Alizé is taken over: where it stands, what was decided and signed (D15)."""

from __future__ import annotations

from collections.abc import Callable

from forms import choices, fields, identifiers, quantities
from forms.choices import Coded
from forms.committee import CHARTER_MONTHS, usual_cadence, usual_follow_up
from forms.conditions import answered, when
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _

MOST_COMPANIES = 3


class Stage(Coded):
    """Where a project may be taken over: the entries that diagrams declare."""

    AWAITING_SESSION = "awaiting_session", _("À présenter au comité")
    SIGNING = "signing", _("Convention à signer")
    FOLLOW_UP = "follow_up", _("En suivi")


APPRAISED = when("stage", Stage.AWAITING_SESSION.value)
DECIDED = when("stage", Stage.SIGNING.value, Stage.FOLLOW_UP.value)
SIGNED = when("stage", Stage.FOLLOW_UP.value)
AFTERWARDS = _("Facultatif une fois la décision prise.")
# Each day, and the one that it cannot precede: the first of these that is known.
ORDER = (
    ("diagnosed_on", ("received_on",)),
    ("decided_on", ("diagnosed_on", "received_on")),
    ("signed_on", ("decided_on",)),
    ("given_until", ("signed_on",)),
    ("advance_paid_on", ("signed_on",)),
    ("last_report_on", ("signed_on",)),
)


class Means(Questions):
    """Days that a partner company was asked for, and those that it has given already."""

    company_id = fields.Reference(
        _("Entreprise prêteuse"), hint=_("Une entreprise partenaire du bassin."), mandatory=True
    )
    domain = fields.Code(_("Domaine"), choices.SkillDomain, mandatory=True)
    days = quantities.Days(_("Jours accordés"), mandatory=True)
    given_days = quantities.Days(_("Jours déjà faits"))
    expert_id = fields.Reference(
        _("Intervenant"), hint=_("Qui a fait ces jours."), mandatory=answered("given_days")
    )


class Adoption(Questions):
    """What an entry of the diagrams needs so that all that follows it works, and nothing more."""

    stage = fields.Code(_("Étape"), Stage, hint=_("Où en est le projet aujourd’hui."), mandatory=True)
    own_number = fields.Text(
        _("Votre numéro"), hint=_("Celui de vos dossiers ; on le retrouve en cherchant."), longest=60
    )
    name = fields.Text(_("Entreprise"), longest=120, mandatory=True, autocomplete="organization")
    siret = identifiers.Siret(
        _("SIRET"), hint=_("14 chiffres ; vide si elle n’est pas encore immatriculée."), longest=20
    )
    city = fields.Text(_("Ville"), longest=100)
    commune = identifiers.Commune(
        _("Code de la commune"),
        hint=_("Code INSEE ; facultatif une fois la décision prise."),
        longest=20,
        mandatory=APPRAISED,
    )
    out_of_perimeter_reason = fields.Text(_("Hors du périmètre : pourquoi ?"), longest=300, folded=True)
    category = fields.Code(_("Catégorie du projet"), choices.Category, hint=AFTERWARDS, mandatory=APPRAISED)
    headcount = quantities.Whole(_("Effectif"), hint=AFTERWARDS, unit=_("salariés"), mandatory=APPRAISED)
    activity_code = identifiers.Activity(_("Secteur (NAF)"), longest=20, folded=True)
    contact_name = fields.Text(_("Dirigeant"), longest=120, mandatory=True, autocomplete="name")
    contact_email = identifiers.Email(
        _("Courriel du dirigeant"), hint=_("Une adresse ou un téléphone suffit."), autocomplete="email"
    )
    contact_phone = identifiers.Phone(_("Téléphone du dirigeant"), autocomplete="tel")
    need = fields.Paragraph(_("Le besoin, en une phrase"), longest=280, mandatory=True)
    received_on = quantities.Day(_("Demande reçue le"), past=True, mandatory=True)
    prescriber_id = fields.Reference(
        _("Prescripteur"),
        hint=_("Un membre du comité d’agrément ; facultatif une fois la décision prise."),
        mandatory=APPRAISED,
    )
    diagnosed_on = quantities.Day(_("Diagnostic du"), hint=AFTERWARDS, past=True, mandatory=APPRAISED)
    jobs_to_create = quantities.Whole(_("Emplois à créer"), unit=_("emplois"), mandatory=True)
    jobs_to_sustain = quantities.Whole(_("Emplois à maintenir"), unit=_("emplois"))
    advance_requested = quantities.Money(_("Avance demandée"), least=1, shown_when=APPRAISED)
    decided_on = quantities.Day(_("Décision du comité du"), past=True, mandatory=True, shown_when=DECIDED)
    decision_number = fields.Text(_("Numéro de la décision"), longest=60, shown_when=DECIDED, folded=True)
    mandatary_id = fields.Reference(
        _("Mandataire"),
        hint=_("Un membre du comité, sans lien avec l’entreprise."),
        mandatory=True,
        shown_when=DECIDED,
    )
    follow_up_months = quantities.Whole(
        _("Durée du suivi"), least=CHARTER_MONTHS, most=60, unit=_("mois"), default=usual_follow_up,
        shown_when=DECIDED,
    )  # fmt: skip
    cadence_months = quantities.Whole(
        _("Un compte rendu tous les"), least=1, most=6, unit=_("mois"), default=usual_cadence,
        shown_when=DECIDED,
    )  # fmt: skip
    means = Rows(_("Compétences accordées"), Means, most=MOST_COMPANIES, shown_when=DECIDED)
    given_until = quantities.Day(_("Jours déjà faits, arrêtés au"), past=True, shown_when=SIGNED)
    advance_amount = quantities.Money(
        _("Avance accordée"),
        hint=_("Sans intérêt."),
        least=1,
        limits=("advance_floor", "advance_ceiling"),
        shown_when=DECIDED,
    )
    advance_months = quantities.Whole(
        _("Durée du remboursement"), least=1, most=60, limits=("", "advance_months_max"), unit=_("mois"),
        mandatory=True, shown_when=answered("advance_amount"),
    )  # fmt: skip
    deferral_months = quantities.Whole(
        _("Différé"), most=24, unit=_("mois"), default=0, shown_when=answered("advance_amount")
    )
    condition = fields.Text(
        _("Condition à lever"), longest=300, shown_when=when("stage", Stage.SIGNING.value), folded=True
    )
    condition_due_on = quantities.Day(
        _("À lever avant le"), future=True, mandatory=True, shown_when=answered("condition")
    )
    signed_on = quantities.Day(
        _("Dernière signature le"),
        hint=_("Les dix-huit mois courent de ce jour."),
        past=True,
        mandatory=True,
        shown_when=SIGNED,
    )
    agreement_number = fields.Text(_("Numéro de la convention"), longest=60, shown_when=SIGNED, folded=True)
    next_report_on = quantities.Day(
        _("Prochain compte rendu dû le"),
        hint=_("Sans réponse : le prochain jour qui suit aujourd’hui."),
        future=True,
        shown_when=SIGNED,
    )
    last_report_on = quantities.Day(_("Dernier compte rendu remis le"), past=True, shown_when=SIGNED)
    jobs_created = quantities.Whole(
        _("Emplois créés à ce jour"), unit=_("emplois"), shown_when=answered("last_report_on")
    )
    jobs_sustained = quantities.Whole(
        _("Emplois maintenus à ce jour"), unit=_("emplois"), shown_when=answered("last_report_on")
    )
    advance_paid_on = quantities.Day(_("Avance versée le"), past=True, shown_when=SIGNED)
    payment_reference = fields.Text(
        _("Référence du versement"), longest=100, mandatory=True, shown_when=answered("advance_paid_on")
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Days follow each other, the firm can be reached, and an approval gives something (R19, F5)."""
        if not answers["contact_email"] and not answers["contact_phone"]:
            report("contact_email", _("Indiquez une adresse électronique ou un téléphone."))
        for later, earlier in ORDER:
            day = answers.get(later)
            since = next((answers[name] for name in earlier if answers.get(name)), None)
            if day and since and day < since:
                report(later, _("Ce jour précède ce dont il découle, le {since}."), since=since)
        perimeter = self.context.limits.get("perimeter")
        is_outside = isinstance(perimeter, tuple | list) and answers["commune"] not in (None, *perimeter)
        if perimeter and is_outside and not answers["out_of_perimeter_reason"]:
            report(
                "out_of_perimeter_reason",
                _("Cette commune est hors du périmètre du bassin : dites pourquoi le projet est suivi ici."),
            )
        if DECIDED.holds(answers):
            self.check_decision(answers, report)

    def check_decision(self, answers: Answers, report: Callable[..., None]) -> None:
        """What the committee gave."""
        means, advance = answers.get("means") or [], answers.get("advance_amount")
        if not means and not advance:
            report("means", _("Une approbation accorde des jours ou une avance : indiquez-les."))
        if advance and not means and self.context.limits.get("advance_requires_skills"):
            report("means", _("Ce bassin n’accorde pas d’avance sans compétences."))
        if advance and (answers.get("deferral_months") or 0) >= (answers.get("advance_months") or 0):
            report("deferral_months", _("Le différé doit être plus court que le remboursement."))
        for at, row in enumerate(means):
            if (row["given_days"] or 0) > row["days"]:
                report(
                    f"means-{at}-given_days",
                    _(
                        "Plus de jours faits que de jours accordés : comptez parmi ces derniers ceux "
                        "d’un avenant."
                    ),
                )
        given = any(row["given_days"] for row in means)
        if given and not SIGNED.holds(answers):
            report("means", _("Aucun jour ne se fait avant la signature de la convention."))
        elif given and not answers.get("given_until"):
            report("given_until", _("Dites jusqu’à quel jour ont été comptés les jours déjà faits."))
        if answers.get("advance_paid_on") and not advance:
            report("advance_amount", _("Indiquez l’avance qui a été versée."))


FORMS = (
    Form(
        "adoption",
        1,
        _("Reprendre un projet"),
        _("Un projet commencé avant Alizé continue ici à son étape, avec ses vraies dates."),
        Adoption,
        minutes=5,
        submit=_("Voir ce que cela donnera"),
    ),
)
