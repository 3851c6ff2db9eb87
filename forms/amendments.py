"""What changes after the signature: amendments, requests granted alone, lost signatories, payments."""

from __future__ import annotations

from collections.abc import Callable

from forms import fields, quantities
from forms.agreements import Signatory
from forms.choices import Coded
from forms.conditions import when
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _

GOES_ON = when("drop", False)


class AmendmentObject(Coded):
    """What of an agreement in force is to change; the committee decides of the first three."""

    MEANS = "means", _("Les moyens : jours, avance")
    CALENDAR = "calendar", _("Les durées : suivi, remboursement, comptes rendus")
    PURPOSE = "purpose", _("L’objet de la convention")
    MANDATARY = "mandatary", _("Le mandataire, déjà remplacé")
    SIGNATORY = "signatory", _("Un signataire")


class RequestAnswer(Coded):
    """What the chair does with a request that is small enough to be granted alone."""

    SIGN = "sign", _("J’approuve, sans attendre la séance")
    COMMITTEE = "committee", _("Le comité en décidera")


class LossChoice(Coded):
    """What becomes of a text that a company may sign no more."""

    REPLACE = "replace", _("Une autre personne signe à sa place")
    RETURN = "return", _("Le texte retourne à ceux qui en décident")


class AmendmentRequest(Questions):
    """F11: somebody wants an agreement in force to change."""

    object = fields.Code(_("Ce qui change"), AmendmentObject, mandatory=True)
    what = fields.Paragraph(_("Le changement demandé"), longest=1000, mandatory=True)
    reason = fields.Paragraph(_("Pourquoi"), longest=1000, mandatory=True)


class AmendmentPreparation(Questions):
    """The amendment is drafted from what was decided; or it is given up, with the reason."""

    drop = fields.YesNo(
        _("Renoncer à cet avenant ?"),
        hint=_("La convention reste alors telle qu’elle a été signée."),
        mandatory=True,
        default=False,
    )
    drop_reason = fields.Paragraph(
        _("Pourquoi y renoncer"), longest=1000, mandatory=True, shown_when=when("drop", True)
    )
    reason = fields.Paragraph(
        _("Motif de l’avenant"),
        hint=_("Il est imprimé sur l’avenant."),
        longest=1000,
        mandatory=True,
        shown_when=GOES_ON,
    )
    objective = fields.Paragraph(
        _("Objet de la convention"),
        hint=_("Laissez-le tel quel s’il ne change pas."),
        longest=1000,
        shown_when=GOES_ON,
        folded=True,
    )
    jobs_target = quantities.Whole(
        _("Objectif d’emplois"), unit=_("emplois"), shown_when=GOES_ON, folded=True
    )
    signatories = Rows(
        _("Signataires"), Signatory, mandatory=True, shown_when=GOES_ON, row_label=_("Signataire {number}")
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Have each capacity of an organisation sign once."""
        lines = [(row["capacity"], row["organisation_id"]) for row in answers["signatories"] or ()]
        if len(set(lines)) < len(lines):
            report("signatories", _("La même organisation signe deux fois en la même qualité."))


class RequestApproval(Questions):
    """The chair grants a few more days alone, or leaves it to the committee."""

    decision = fields.Code(_("Votre décision"), RequestAnswer, mandatory=True)
    note = fields.Paragraph(_("Note pour le comité"), longest=1000, folded=True)


class SignatoryLoss(Questions):
    """A company left before it signed: who signs for it, or back to those who decide."""

    choice = fields.Code(_("Que devient ce texte ?"), LossChoice, mandatory=True)
    person_id = fields.Reference(
        _("Qui signe à sa place"), mandatory=True, shown_when=when("choice", LossChoice.REPLACE.value)
    )
    reason = fields.Paragraph(_("Motif"), longest=1000, mandatory=True)


class AdvancePayment(Questions):
    """The advance was paid out: on which day, under which reference of the bank."""

    paid_on = quantities.Day(_("Versée le"), past=True, mandatory=True, default=fields.today)
    amount = quantities.Money(
        _("Montant versé"),
        hint=_("Celui que le comité a décidé."),
        limits=("advance_cents", "advance_cents"),
        mandatory=True,
    )
    bank_reference = fields.Text(_("Référence du virement"), longest=60, mandatory=True)


class AdvancePaymentStrike(Questions):
    """The advance was not paid out as it was recorded: why."""

    reason = fields.Paragraph(_("Pourquoi ce versement est noté à tort"), longest=1000, mandatory=True)


FORMS = (
    Form(
        "amendment_request",
        1,
        _("Demander un avenant"),
        _("La convention signée ne change que par un avenant, signé par ceux qu’il concerne."),
        AmendmentRequest,
        minutes=2,
        submit=_("Ouvrir la demande"),
    ),
    Form(
        "amendment_preparation",
        1,
        _("Préparer l’avenant"),
        _("Ce qui change est ce qui a été décidé ; vérifiez le motif et les signataires."),
        AmendmentPreparation,
        minutes=3,
    ),
    Form(
        "request_approval",
        1,
        _("Décider d’une demande d’intervention"),
        _("Peu de jours : vous pouvez l’approuver dès maintenant. La prochaine séance en sera informée."),
        RequestApproval,
        minutes=1,
        submit=_("Confirmer"),
    ),
    Form(
        "signatory_loss",
        1,
        _("Remplacer un signataire parti"),
        _("Une entreprise qui doit signer n’est plus partenaire du bassin."),
        SignatoryLoss,
        minutes=2,
        submit=_("Confirmer"),
    ),
    Form(
        "advance_payment",
        1,
        _("Noter le versement de l’avance"),
        _("Possible quand l’annexe est entièrement signée."),
        AdvancePayment,
        minutes=1,
        submit=_("Noter le versement"),
    ),
    Form(
        "advance_payment_strike",
        1,
        _("Barrer le versement de l’avance"),
        _("Le versement barré reste dans l’historique, avec le motif ; le bon se note ensuite."),
        AdvancePaymentStrike,
        minutes=1,
        submit=_("Barrer le versement"),
    ),
)
