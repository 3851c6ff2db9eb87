"""The minutes of a session: drafted, then signed or sent back."""

from __future__ import annotations

from collections.abc import Callable

from forms import choices, fields, identifiers
from forms.committee import SignOff
from forms.conditions import when
from forms.questions import Answers, Form, Questions
from forms.texts import mark as _


class MinutesDraft(Questions):
    """The words of the minutes, which the chair will sign as they are."""

    body = fields.Paragraph(_("Procès-verbal"), longest=60_000, mandatory=True)


class MinutesSignOff(SignOff):
    """The chair signs the minutes as shown, or sends them back with a reason."""

    document_digest = identifiers.Digest(
        _("Empreinte du procès-verbal"), longest=64, shown_when=when("decision", "sign")
    )

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse to sign minutes that are no longer those shown."""
        current = self.context.limits.get("document_digest")
        signs = answers["decision"] is choices.SignOff.SIGN
        if signs and current and answers["document_digest"] != current:
            report("decision", _("Le procès-verbal a changé depuis que vous l’avez ouvert : relisez-le."))


FORMS = (
    Form(
        "minutes_draft",
        1,
        _("Rédiger le procès-verbal"),
        _("Relisez, corrigez, puis donnez-le à signer à la présidence."),
        MinutesDraft,
        minutes=15,
        submit=_("Donner à signer"),
    ),
    Form(
        "minutes_sign_off",
        1,
        _("Signer le procès-verbal"),
        _("Signé, il clôt la séance."),
        MinutesSignOff,
        minutes=5,
        submit=_("Confirmer"),
    ),
)
