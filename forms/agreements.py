"""The cooperation agreement: the mandatary's acceptance, drafting, signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forms import choices, fields, identifiers, quantities
from forms.conditions import unanswered, when
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _

ACCEPTS = when("answer", "accept")
SOMEBODY_ELSE = unanswered("person_id")


class MandateAnswer(Questions):
    """The mandatary accepts to follow the project, or says why not."""

    accepted = fields.YesNo(_("Acceptez-vous de suivre ce projet ?"), mandatory=True)
    reason = fields.Paragraph(_("Motif"), mandatory=True, shown_when=when("accepted", False))
    objectives = fields.Paragraph(
        _("Objectifs du suivi"), longest=1000, shown_when=when("accepted", True), folded=True
    )


class MandateReassignment(Questions):
    """The chair names another mandatary after a refusal."""

    mandatary_id = fields.Reference(
        _("Nouveau mandataire"), hint=_("Un membre du comité, sans lien avec l’entreprise."), mandatory=True
    )
    reason = fields.Paragraph(_("Motif"), folded=True)


class NameOfSomebodyElse(fields.Text):
    """The name of a person who is in no list."""

    missing = _("Choisissez une personne, ou écrivez son nom.")


class Signatory(Questions):
    """Who signs, and in which capacity: a person already known, or a name and an address."""

    capacity = fields.Code(_("Qualité du signataire"), choices.SignatoryCapacity, mandatory=True)
    organisation_id = fields.Reference(_("Organisation"), mandatory=True)
    person_id = fields.Reference(_("Personne"), otherwise=_("Une autre personne"))
    full_name = NameOfSomebodyElse(
        _("Nom"),
        hint=_("Seulement pour une autre personne que celles de la liste."),
        longest=120,
        mandatory=SOMEBODY_ELSE,
        shown_when=SOMEBODY_ELSE,
    )
    email = identifiers.Email(
        _("Adresse électronique"),
        hint=_("Seulement pour une autre personne, sauf si elle signe sur papier."),
        shown_when=SOMEBODY_ELSE,
    )
    mode = fields.Code(
        _("Signature"), choices.SignatureMode, default=choices.SignatureMode.ONLINE, mandatory=True
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Know who signs, and where to write to whoever does not sign on paper."""
        if answers["person_id"] or not answers["full_name"]:
            return
        if answers["mode"] is not choices.SignatureMode.PAPER and not answers["email"]:
            report("email", _("Une adresse électronique est nécessaire pour signer en ligne."))


class AgreementPreparation(Questions):
    """F6: the agreement is drafted from the decision; other means go back to the committee."""

    means_changed = fields.YesNo(
        _("Les moyens décidés ont-ils changé ?"),
        hint=_("S’ils ont changé, le comité doit en décider de nouveau."),
        mandatory=True,
        default=False,
    )
    change = fields.Paragraph(
        _("Ce qui a changé"), longest=1000, mandatory=True, shown_when=when("means_changed", True)
    )
    objective = fields.Paragraph(
        _("Objet de la convention"), longest=1000, mandatory=True, shown_when=when("means_changed", False)
    )
    jobs_target = quantities.Whole(
        _("Objectif d’emplois"), unit=_("emplois"), shown_when=when("means_changed", False)
    )
    signatories = Rows(
        _("Signataires"),
        Signatory,
        mandatory=True,
        shown_when=when("means_changed", False),
        row_label=_("Signataire {number}"),
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Hold the signatories to the charter's minimum, one line per capacity (R25)."""
        rows = answers["signatories"]
        if not rows:
            return
        lines = [(row["capacity"], row["organisation_id"]) for row in rows]
        capacities = {capacity for capacity, _organisation in lines}
        if len(set(lines)) < len(lines):
            report("signatories", _("La même organisation signe deux fois en la même qualité."))
        if choices.SignatoryCapacity.BENEFICIARY not in capacities:
            report("signatories", _("Le responsable de la PME doit signer la convention."))
        if choices.SignatoryCapacity.CHAIR not in capacities:
            report("signatories", _("La présidence du comité d’agrément doit signer la convention."))


class AgreementSignature(Questions):
    """A signature on screen, of today, bound to the document shown; or a refusal with its reason.

    A signature on paper is the officer's act, with a form of its own (D18): nobody dates their own.
    """

    answer = fields.Code(_("Votre réponse"), choices.SignatureAnswer, mandatory=True)
    consent = fields.Checkbox(
        _("J’ai tout lu et je m’engage en la qualité indiquée"),
        must_be_ticked=True,
        shown_when=ACCEPTS,
    )
    reason = fields.Paragraph(_("Motif du refus"), mandatory=True, shown_when=when("answer", "refuse"))
    document_digest = identifiers.Digest(_("Empreinte du document"), longest=64, shown_when=ACCEPTS)
    annex_digest = identifiers.Digest(_("Empreinte de l’annexe"), longest=64, shown_when=ACCEPTS)

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse to sign a document, or its annex, that is no longer the one shown."""
        accepted = answers["answer"] is choices.SignatureAnswer.ACCEPT
        current = {name: self.context.limits.get(name) for name in ("document_digest", "annex_digest")}
        if accepted and any(digest and answers[name] != digest for name, digest in current.items()):
            report("answer", _("Le document a changé depuis que vous l’avez ouvert : relisez-le."))


def without_paper(stored: Mapping[str, object]) -> Mapping[str, object]:
    """A signature as asked for since paper is the officer's act alone (D18)."""
    return {name: value for name, value in stored.items() if name not in {"mode", "signed_on", "scan"}}


class PaperDayCorrection(Questions):
    """The day of a signature on paper was typed wrong: which, the day that the paper bears, and why."""

    signature_id = fields.Reference(_("Signature sur papier"), mandatory=True)
    signed_on = quantities.Day(_("Jour écrit sur le papier"), past=True, mandatory=True)
    reason = fields.Paragraph(_("Pourquoi ce jour est erroné"), mandatory=True)


class PaperSignatureStrike(Questions):
    """A signature on paper was recorded for somebody who had not signed: whose, and why."""

    signature_id = fields.Reference(_("Signature sur papier"), mandatory=True)
    reason = fields.Paragraph(_("Pourquoi cette personne n’a pas signé"), mandatory=True)


FORMS = (
    Form(
        "mandate_answer",
        1,
        _("Accepter le mandat"),
        _("Le comité vous propose de suivre ce projet, 18 mois au moins."),
        MandateAnswer,
        minutes=1,
    ),
    Form(
        "mandate_reassignment",
        1,
        _("Désigner un autre mandataire"),
        _("Le mandataire proposé a décliné."),
        MandateReassignment,
        minutes=1,
    ),
    Form(
        "agreement_preparation",
        1,
        _("Préparer la convention"),
        _("Les moyens sont ceux de la décision ; vérifiez l’objet et les signataires."),
        AgreementPreparation,
        minutes=5,
    ),
    Form(
        "agreement_signature",
        2,
        _("Signer la convention"),
        _("Lisez le document, puis signez ou refusez."),
        AgreementSignature,
        minutes=2,
        submit=_("Confirmer"),
    ),
    Form(
        "paper_day_correction",
        1,
        _("Corriger le jour d’une signature sur papier"),
        _("Tant que tous n’ont pas signé ; le jour erroné reste dans l’historique."),
        PaperDayCorrection,
        minutes=1,
    ),
    Form(
        "paper_signature_strike",
        1,
        _("Barrer une signature sur papier"),
        _("Tant que tous n’ont pas signé : la personne est de nouveau invitée à signer."),
        PaperSignatureStrike,
        minutes=1,
        submit=_("Barrer"),
    ),
)
