"""Fields that read what is typed, and also carry their label, hint, unit and control."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, cast
from uuid import UUID

import marshmallow
from marshmallow import fields as base

from forms import texts
from forms.choices import Coded
from forms.conditions import NONE, When, spelled
from forms.context import Choice, Context
from forms.texts import Message
from forms.texts import mark as _

if TYPE_CHECKING:
    from forms.questions import Questions

T = TypeVar("T")

WRONG_TYPE = _("Cette réponse n’a pas la forme attendue.")


def refuse(text: str, **values: object) -> NoReturn:
    """Refuse an answer, with a marked sentence and the values of its placeholders."""
    raise marshmallow.ValidationError([Message(text, **values)])


class Field(base.Field[T]):
    """One question: how it is asked, and how its answer is read.

    `mandatory` and `shown_when` say when it must be answered and when it is asked at all;
    `asked_if` names a limit of the context that switches it on. `default` is a value, or a
    function of the context. `folded` questions wait under « Préciser (facultatif) ».
    """

    kind: ClassVar[str] = "text"
    missing: ClassVar[str] = _("Répondez à cette question.")
    group: str = ""  # The heading it stands under, when it is not the form's own question.

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        unit: str = "",
        mandatory: bool | When = False,
        shown_when: When | None = None,
        asked_if: str = "",
        default: object = None,
        folded: bool = False,
        autocomplete: str = "",
    ) -> None:
        super().__init__(allow_none=True, load_default=None, pre_load=[empty_to_none])
        self.label = label
        self.hint = hint
        self.unit = unit
        self.mandatory = mandatory
        self.shown_when = shown_when
        self.asked_if = asked_if
        self.default = default
        self.folded = folded
        self.autocomplete = autocomplete

    @property
    def schema(self) -> Questions:
        """The form, or the row, that asks this question."""
        return cast("Questions", self.parent)

    @property
    def context(self) -> Context:
        """What the host told the form."""
        return self.schema.context

    @property
    def path(self) -> str:
        """The field's name in the context's mappings: `means-company_id` inside rows."""
        return f"{self.schema.inside}{self.name}"

    @property
    def is_asked(self) -> bool:
        """Say whether the basin's limits let the question be asked."""
        return not self.asked_if or self.context.allows(self.asked_if)

    def is_mandatory(self, answers: Mapping[str, object]) -> bool:
        """Say whether the question must be answered, given the other answers."""
        if isinstance(self.mandatory, When):
            return self.mandatory.holds(answers)
        return self.mandatory

    def is_empty(self, value: object) -> bool:
        """Say whether a clean value is no answer."""
        return value is None

    def nothing(self) -> Any:
        """The clean value of a question that is not asked, or not answered."""
        return None

    @property
    def has_start(self) -> bool:
        """Say whether the page starts from a value, so that nobody needs to give one."""
        return self.default is not None or self.context.prefill.get(self.path) is not None

    def initial(self) -> object:
        """The value to start from: the host's, else the field's own default."""
        if self.path in self.context.prefill:
            return self.context.prefill[self.path]
        return self.default(self.context) if callable(self.default) else self.default

    def typed(self, value: object) -> str:
        """Write a value, clean or as typed, as the page's control holds it."""
        return spelled(value)

    def revived(self, stored: Any) -> Any:
        """Give the clean value behind a stored one."""
        return stored

    def described(self) -> dict[str, Any]:
        """Describe the accepted JSON values, as JSON Schema does."""
        return {"type": "string"}


def empty_to_none(value: object) -> object:
    """Treat an empty control as no answer."""
    return None if isinstance(value, str) and not value.strip() else value


def today(context: Context) -> date:
    """Start from the basin's date."""
    return context.today


class Text(Field[str]):
    """A line or a paragraph."""

    missing = _("Écrivez une réponse.")

    def __init__(self, label: str, *, longest: int = 200, lines: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.longest = longest
        self.lines = lines

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = self.tidied(value)
        if len(text) > self.longest:
            refuse(_("{length} caractères : {longest} au plus."), length=len(text), longest=self.longest)
        return text

    def tidied(self, value: object) -> str:
        """Read one readable text."""
        if not isinstance(value, str):
            refuse(WRONG_TYPE)
        if not texts.is_readable(value.replace("\r", "\n")):
            refuse(_("Ce texte contient des caractères illisibles : effacez-les ou retapez-le."))
        if len(value) > 10 * self.longest + 1000:
            refuse(_("Ce texte est trop long : {longest} caractères au plus."), longest=self.longest)
        return texts.tidy(value, lines=self.lines)

    def described(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


class Paragraph(Text):
    """A text of several lines."""

    kind = "textarea"
    missing = _("Écrivez quelques mots.")

    def __init__(self, label: str, *, longest: int = 600, **options: Any) -> None:
        super().__init__(label, longest=longest, lines=True, **options)


class YesNo(Field[bool]):
    """A question answered by yes or no."""

    kind = "choice"
    missing = _("Répondez par oui ou par non.")
    spellings: ClassVar[Mapping[str, bool]] = {
        "yes": True,
        "true": True,
        "on": True,
        "1": True,
        "no": False,
        "false": False,
        "0": False,
    }

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> bool:
        if isinstance(value, bool):
            return value
        known = isinstance(value, str) and self.context.channel == "html"
        if not known or cast("str", value) not in self.spellings:
            refuse(_("Répondez par oui ou par non."))
        return self.spellings[cast("str", value)]

    def typed(self, value: object) -> str:
        known = self.spellings.get(value) if isinstance(value, str) else value
        return spelled(known) if isinstance(known, bool) else NONE

    def options(self) -> list[Choice]:
        """Yes and no."""
        return [Choice("yes", _("Oui")), Choice("no", _("Non"))]

    def described(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Checkbox(YesNo):
    """A box to tick; an empty box is an answer. `must_be_ticked` makes it a condition."""

    kind = "checkbox"
    missing = _("Cochez cette case pour continuer.")

    def __init__(self, label: str, *, must_be_ticked: bool = False, **options: Any) -> None:
        super().__init__(label, mandatory=must_be_ticked, **options)

    def is_empty(self, value: object) -> bool:
        return value is not True

    def nothing(self) -> Any:
        return False

    def typed(self, value: object) -> str:
        return "yes" if super().typed(value) == "yes" else NONE

    def described(self) -> dict[str, Any]:
        return {"const": True} if self.mandatory is True and not self.shown_when else {"type": "boolean"}


class Code(Field[Coded]):
    """One of a coded list."""

    kind = "choice"
    missing = _("Choisissez une réponse.")

    def __init__(
        self, label: str, coded: type[Coded], *, among: Iterable[Coded] | None = None, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.coded = coded
        self.members = tuple(among or coded)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> Coded:
        reasons = self.context.excluded.get(self.path, {})
        if isinstance(value, str) and value in reasons:
            refuse("{reason}", reason=reasons[value])
        if isinstance(value, str) and value in {str(member.value) for member in self.members}:
            return self.coded.of(value)
        refuse(_("Choisissez l’une des réponses proposées."))

    def revived(self, stored: Any) -> Any:
        return self.coded.of(stored)

    def options(self) -> list[Choice]:
        """The members of the list that the host does not exclude."""
        excluded = self.context.excluded.get(self.path, {})
        return [
            Choice(member.value, member.label, member.hint)
            for member in self.members
            if member.value not in excluded
        ]

    def described(self) -> dict[str, Any]:
        return {"type": "string", "oneOf": titled(self.options(), self.context.say)}


class Reference(Field[UUID]):
    """The id of a person, a seat or another row, among those that the host proposes.

    `otherwise` is what choosing none of them means, where it means something.
    """

    kind = "choice"
    missing = _("Choisissez une réponse.")

    def __init__(self, label: str, *, otherwise: str = "", **asked: Any) -> None:
        super().__init__(label, **asked)
        self.otherwise = otherwise

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> UUID:
        return self.one(value)

    def one(self, value: object) -> UUID:
        """Read one id."""
        chosen = str(value).lower() if isinstance(value, UUID | str) else ""
        reasons = self.context.excluded.get(self.path, {})
        if chosen in reasons:
            refuse("{reason}", reason=reasons[chosen])
        if chosen not in {choice.value for choice in self.options()}:
            refuse(_("Choisissez l’une des réponses proposées."))
        return UUID(chosen)

    def options(self) -> Sequence[Choice]:
        """What the host proposes, less what it excludes."""
        excluded = self.context.excluded.get(self.path, {})
        return [choice for choice in self.context.choices.get(self.path, ()) if choice.value not in excluded]

    def revived(self, stored: Any) -> Any:
        return UUID(stored)

    def described(self) -> dict[str, Any]:
        proposed = titled(self.options(), str)
        return {"type": "string", "format": "uuid"} | ({"oneOf": proposed} if proposed else {})


class References(Reference):
    """Several ids among those that the host proposes."""

    kind = "choices"
    most = 200

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> Any:
        if isinstance(value, str | UUID) and self.context.channel == "html":
            value = [value]
        if not isinstance(value, list | tuple):
            refuse(WRONG_TYPE)
        chosen = list(value)
        if len(chosen) > self.most:
            refuse(_("{most} réponses au plus."), most=self.most)
        return list(dict.fromkeys(self.one(value) for value in chosen if value != ""))

    def is_empty(self, value: object) -> bool:
        return not value

    def nothing(self) -> Any:
        return []

    def revived(self, stored: Any) -> Any:
        return [UUID(one) for one in stored]

    def described(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": super().described()}


class Files(References):
    """Ids of stored documents: the host stores what is uploaded and proposes it as choices."""

    kind = "file"
    missing = _("Joignez un document.")
    most = 20


def titled(options: Sequence[Choice], say: Callable[[str], str]) -> list[dict[str, str]]:
    """List choices as JSON Schema does, each with its title."""
    return [{"const": choice.value, "title": say(choice.label)} for choice in options]
