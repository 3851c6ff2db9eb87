"""Identifiers checked by their own rules: SIRET, commune, activity, e-mail, phone, address, time."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import phonenumbers
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret

from forms import texts
from forms.fields import Text, refuse
from forms.texts import mark as _


class Identifier(Text):
    """A short text that must have a known shape once its blanks are removed."""

    shape: ClassVar[str]
    refusal: ClassVar[str]

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = self.normalised(texts.compact(self.tidied(value)))
        if re.fullmatch(self.shape, text) is None:
            refuse(self.refusal)
        return text

    def normalised(self, text: str) -> str:
        """Give the one way in which the identifier is stored."""
        return text.upper()

    def described(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


class Siret(Identifier):
    """A SIRET: 14 digits and their key.

    Luhn's key, but for the offices of La Poste (SIREN 356000000), whose digits add up to a
    multiple of five.
    """

    missing = _("Indiquez le SIRET, ou cochez « pas encore immatriculée ».")
    shape = r"[0-9]{14}"
    refusal = _("Un SIRET a 14 chiffres.")

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        number = super()._deserialize(value, attr, data, **kwargs)
        try:
            siret.validate(number)
        except NumberError:
            refuse(_("Ce SIRET n’est pas valable : vérifiez ses chiffres."))
        return number

    def normalised(self, text: str) -> str:
        return text.replace(".", "")

    def typed(self, value: object) -> str:
        text = super().typed(value)
        digits = re.fullmatch(r"(\d{3})(\d{3})(\d{3})(\d{5})", text)
        return " ".join(digits.groups()) if digits else text


class Commune(Identifier):
    """An INSEE commune code: five characters, Corsica and overseas included."""

    missing = _("Indiquez la commune.")
    shape = r"(?:[0-9]{2}|2[AB])[0-9]{3}"
    refusal = _("Un code de commune a cinq caractères, par exemple 54528 ou 2A004.")


class Activity(Identifier):
    """An activity code (NAF), stored with its dot: 25.62B."""

    shape = r"[0-9]{2}\.[0-9]{2}[A-Z]"
    refusal = _("Un code NAF s’écrit 25.62B.")

    def normalised(self, text: str) -> str:
        letters = text.upper()
        return f"{letters[:2]}.{letters[2:]}" if re.fullmatch(r"[0-9]{4}[A-Z]", letters) else letters


class Email(Identifier):
    """An e-mail address; its domain is stored in small letters."""

    kind = "email"
    missing = _("Indiquez une adresse électronique.")
    shape = (
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{4,190}$)"
        r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
    )
    refusal = _("Cette adresse électronique n’est pas complète : nom@exemple.fr.")

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, longest=254, **options)

    def normalised(self, text: str) -> str:
        name, at, domain = text.rpartition("@")
        return f"{name}{at}{domain.lower()}"


class Phone(Text):
    """A phone number, stored as E.164; a number without prefix is the territory's."""

    kind = "tel"
    missing = _("Indiquez un numéro de téléphone.")
    home = "FR"

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, longest=40, **options)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = self.tidied(value)
        region = str(self.context.limits.get("phone_region", self.home))
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            number = phonenumbers.PhoneNumber()
        if not phonenumbers.is_valid_number(number):
            refuse(_("Ce numéro n’est pas complet, par exemple 03 82 00 00 00 ou +352 26 00 00."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def typed(self, value: object) -> str:
        text = super().typed(value)
        if not re.fullmatch(r"\+33[0-9]{9}", text):
            return text
        return "0" + text[3] + "".join(f" {text[at : at + 2]}" for at in range(4, 12, 2))


class Link(Identifier):
    """A web address, https or http."""

    shape = r"https?://[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?(?:/[!-~]*)?"
    refusal = _("Une adresse de page commence par https://")

    def normalised(self, text: str) -> str:
        return text


class Time(Identifier):
    """A time of day, stored as 14:30; « 14h30 » and « 14 h » are understood."""

    missing = _("Indiquez une heure.")
    shape = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    refusal = _("Écrivez une heure, par exemple 14:30.")

    def normalised(self, text: str) -> str:
        typed = re.fullmatch(r"([0-9]{1,2})[hH:]([0-9]{2})?", text)
        return f"{int(typed[1]):02d}:{typed[2] or '00'}" if typed else text


class Digest(Identifier):
    """The SHA-256 of a document, which ties an act to what was shown; never typed."""

    kind = "hidden"
    shape = r"[0-9a-f]{64}"
    refusal = _("L’empreinte du document n’est pas lisible : rechargez la page.")

    def normalised(self, text: str) -> str:
        return text.lower()
