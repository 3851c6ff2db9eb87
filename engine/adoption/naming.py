"""Whom and what the cells of a file name: members and experts by mail, partner companies by name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from engine.adoption.reading import key_of
from engine.i18n import mark as _
from engine.people import committee_seats, persons
from engine.people.folding import fold_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork
    from forms.context import Choice, Context

NO_SEAT = _(
    "« {who} » ne tient pas de siège délibératif dans ce bassin : invitez d’abord cette personne, ou "
    "donnez-lui son siège, depuis Personnes."
)
TWO_SEATS = _("« {named} » siège pour {organisations} : ajoutez « / » et le nom de l’organisation.")
SEVERAL = _("« {named} » désigne plusieurs personnes : écrivez plutôt le courriel, ou le nom, de la bonne.")
NO_EXPERT = _(
    "« {who} » n’est pas un intervenant connu du bassin : ajoutez d’abord cette personne, depuis Personnes."
)
NO_COMPANY = _(
    "« {who} » n’est pas une entreprise partenaire du bassin aujourd’hui : ajoutez d’abord son rôle."
)


class Unknown(Exception):
    """Nobody of that name, or more than one: a sentence, and under `who` somebody to invite first."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text, self.values = text, values


class Names:
    """The people and companies of a basin, found once for a whole file."""

    def __init__(self, work: UnitOfWork, context: Context, *, basin_id: int, today: date) -> None:
        self.work, self.context, self.basin_id, self.today = work, context, basin_id, today
        self._mails: dict[str, set[UUID]] = {}

    @cached_property
    def seats(self) -> Sequence[Seat]:
        """The seats with a voice."""
        found = committee_seats.seats_in_force(self.work, self.basin_id, self.today)
        return [seat for seat in found if not seat.guest]

    @cached_property
    def companies(self) -> Mapping[str, str]:
        """The partner companies by their names, as they are compared."""
        return {key: each.value for each in self.choices("means-company_id") for key in keys_of(each.label)}

    def choices(self, path: str) -> Sequence[Choice]:
        """What the form proposes."""
        return self.context.choices.get(path, ())

    def find(self, path: str, cell: str) -> str:
        """The value that the form expects for what a cell names. Raises `Unknown`."""
        if path.endswith("company_id"):
            return self.company(cell)
        return self.expert(cell) if path.endswith("expert_id") else self.member(cell)

    def company(self, cell: str) -> str:
        """A partner company, by its name. Raises `Unknown`."""
        found = next((self.companies[key] for key in keys_of(cell) if key in self.companies), None)
        if found is None:
            raise Unknown(NO_COMPANY, who=cell)
        return found

    def member(self, cell: str) -> str:
        """A member with a voice, by mail or by name; for which organisation, when there are two (D16)."""
        who, _slash, organisation = (part.strip() for part in cell.partition("/"))
        held = [seat for seat in self.seats if self.names(who, seat.person_id, seat.full_name)]
        if organisation:
            held = [
                seat for seat in held if set(keys_of(organisation)) & set(keys_of(seat.organisation_name))
            ]
        if not held:
            raise Unknown(NO_SEAT, who=cell)
        if len({seat.person_id for seat in held}) > 1:
            raise Unknown(SEVERAL, named=who)
        if len(held) > 1:
            raise Unknown(
                TWO_SEATS, named=who, organisations=", ".join(seat.organisation_name for seat in held)
            )
        is_only_seat = sum(seat.person_id == held[0].person_id for seat in self.seats) == 1
        return str(held[0].person_id if is_only_seat else held[0].assignment_id)

    def expert(self, cell: str) -> str:
        """An expert of the basin, by mail or by name. Raises `Unknown`."""
        known = self.choices("means-expert_id")
        found = [each.value for each in known if self.names(cell, UUID(each.value), each.label)]
        if len(found) > 1:
            raise Unknown(SEVERAL, named=cell)
        if not found:
            raise Unknown(NO_EXPERT, who=cell)
        return found[0]

    def names(self, who: str, person_id: UUID, full_name: str) -> bool:
        """Whether a cell names somebody."""
        return person_id in self.of_mail(who) if "@" in who else key_of(who) == key_of(full_name)

    def of_mail(self, mail: str) -> set[UUID]:
        """Everybody with a mail address."""
        if mail not in self._mails:
            self._mails[mail] = {person.id for person in persons.by_email(self.work, mail)}
        return self._mails[mail]


def keys_of(name: str) -> list[str]:
    """A name as it is compared: as written, then without its legal form."""
    return [key for key in dict.fromkeys((key_of(name), key_of(fold_name(name)))) if key]
