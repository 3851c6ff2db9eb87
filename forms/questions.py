"""What every form is made of: its questions, what is asked when, and what must hold together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import marshmallow

from forms import extras, texts
from forms.context import Context
from forms.fields import Field
from forms.texts import Message
from forms.texts import mark as _

Answers = dict[str, Any]
Problems = dict[str, Any]

#: Stands for an answer that was given but could not be read: neither empty nor any known value.
UNREAD = "?"

UNSENT = ("checkbox", "choices", "file")

MOST_IDLE = 4
NOBODY = Context()


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its stable key and number (D13), and what its page says first.

    `minutes` is the time a person needs for the shortest valid path.
    """

    key: str
    number: int
    title: str
    intro: str
    schema: type[Questions]
    minutes: int = 2
    submit: str = _("Enregistrer")

    def questions(self, context: Context) -> Questions:
        """The form's questions, as asked here and now, the basin's own after them."""
        return self.schema_in(context)(context)

    def schema_in(self, context: Context) -> type[Questions]:
        """The form's schema, with the basin's questions where there are any."""
        return extras.joined(self.schema, context.questions) if context.questions else self.schema

    @contextmanager
    def lent_questions(self, context: Context) -> Iterator[Questions]:
        """Lend the form's questions for the length of a block: making them costs more than reading answers.

        Whoever borrows them keeps nothing of them. Those that are idle wait for the next reader; two readers
        at once, or one within the other, never share any.
        """
        schema = self.schema_in(context)
        try:
            questions = schema.idle.pop()
        except IndexError:
            questions = schema(context)
        questions.context = context
        try:
            yield questions
        finally:
            questions.context = NOBODY
            schema.idle.append(questions)

    @property
    def mandatory(self) -> list[str]:
        """The answers to give by hand on a fresh page, before any choice asks for more (D33)."""
        return self.questions(Context()).mandatory_at_first()


class Questions(marshmallow.Schema):
    """The questions of a form, or of a row.

    A subclass lists its fields in the order of reading; `check` adds what must hold between
    answers, and `settle` completes what follows from them.
    """

    class Meta:
        """Unknown answers are sorted out before marshmallow reads anything."""

        unknown = marshmallow.EXCLUDE

    own_words: ClassVar[Mapping[str, str]] = {}
    # Made and not in use: `deque` gives and takes at once, whatever the threads.
    idle: ClassVar[deque[Questions]]

    def __init_subclass__(cls, **options: Any) -> None:
        """Give each form its own idle questions."""
        super().__init_subclass__(**options)
        cls.idle = deque(maxlen=MOST_IDLE)

    def __init__(self, context: Context, *, inside: str = "") -> None:
        super().__init__()
        self.context = context
        self.inside = inside

    def mandatory_at_first(self) -> list[str]:
        """Name the questions that a fresh page needs answered and does not answer itself."""
        fields = self.asked()
        start = {name: None if callable(field.default) else field.default for name, field in fields.items()}
        start = {name: fields[name].nothing() if value is None else value for name, value in start.items()}
        return [
            name
            for name, field in fields.items()
            if field.is_asked
            and not field.has_start
            and (field.shown_when is None or field.shown_when.holds(start))
            and field.is_mandatory(start)
        ]

    def asked(self) -> Mapping[str, Field[Any]]:
        """Every question, by name, in the order of reading."""
        return cast("Mapping[str, Field[Any]]", self.fields)

    def read(self, raw: Mapping[str, object]) -> Answers:
        """Give clean answers to every question, asked or not.

        Raises `marshmallow.ValidationError` with the messages by field.
        """
        given, problems = self.given(raw)
        kept = self.without_what_is_not_asked(given)
        answers, invalid = self.read_each(kept)
        problems |= invalid | self.unanswered(answers, kept, invalid)
        if not invalid:
            self.check(answers, reporter(problems))
        if problems:
            raise marshmallow.ValidationError(problems)
        return self.settled(answers)

    def read_each(self, kept: Mapping[str, object]) -> tuple[Answers, Problems]:
        """Give the clean answers, and what is wrong with each of the others.

        What marshmallow would do for a whole schema, and a form has no use for, is left out.
        """
        answers, invalid = Answers(), Problems()
        for name, field in self.asked().items():
            try:
                value = field.deserialize(kept[name], name, kept) if name in kept else None
            except marshmallow.ValidationError as refusal:
                invalid[name] = refusal.messages
            else:
                answers[name] = field.nothing() if value is None else value
        return answers, invalid

    def given(self, raw: Mapping[str, object]) -> tuple[dict[str, object], Problems]:
        """Complete what was sent with what the page starts from; name what no question asks.

        A page may carry buttons and tokens, which are let go; a program is told of its mistake.
        """
        fields = self.asked()
        given = {name: raw[name] if name in raw else self.absent(field) for name, field in fields.items()}
        strange = [name for name in raw if name not in fields and self.context.channel == "json"]
        return given, {
            texts.printable(str(name))[:60]: [Message(_("Cette question n’existe pas."))] for name in strange
        }

    def absent(self, field: Field[Any]) -> object:
        """What stands for an answer that was not sent: an unticked box is sent by no page."""
        if field.kind in UNSENT and self.context.channel == "html":
            return field.nothing()
        return field.initial() if field.is_asked else None

    def without_what_is_not_asked(self, given: Mapping[str, object]) -> dict[str, object]:
        """Drop the answers to questions whose condition is not met, in the order of reading."""
        kept: dict[str, object] = {}
        glimpsed: dict[str, object] = {}  # Several questions most often depend on the same one.
        for name, field in self.asked().items():
            condition = field.shown_when
            if condition is not None:
                if condition.field not in glimpsed or condition.field not in kept:
                    glimpsed[condition.field] = self.glimpse(condition.field, kept)
                if not condition.holds(glimpsed):
                    continue
            kept[name] = given[name]
        return kept

    def glimpse(self, name: str, kept: Mapping[str, object]) -> object:
        """Read one answer on its own, before the others."""
        try:
            return self.whole(name, self.asked()[name].deserialize(kept.get(name)))
        except marshmallow.ValidationError:
            return UNREAD

    def whole(self, name: str, value: object) -> object:
        """Give « no answer » its clean value: an empty box is a no, an empty list a list."""
        return self.asked()[name].nothing() if value is None else value

    def unanswered(
        self, answers: Mapping[str, object], kept: Mapping[str, object], invalid: Mapping[str, object]
    ) -> Problems:
        """Name the questions left unanswered, and those answered although they are not asked here."""
        problems: Problems = {}
        known = {**answers, **dict.fromkeys(invalid, UNREAD)}
        for name, field in self.asked().items():
            if name not in kept or name in invalid:
                continue
            empty = field.is_empty(answers[name])
            if not empty and not field.is_asked:
                problems[name] = [
                    Message(self.own_words.get(name, _("Cette réponse n’est pas proposée ici.")))
                ]
            elif empty and field.is_asked and field.is_mandatory(known):
                problems[name] = [Message(field.missing)]
        return problems

    def revived(self, stored: Mapping[str, Any]) -> Answers:
        """Give the clean answers behind stored ones; a question added since has no answer."""
        return {
            name: field.nothing() if stored.get(name) is None else field.revived(stored[name])
            for name, field in self.asked().items()
        }

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Call `report(field, sentence, **values)` for what does not hold between answers."""

    def settle(self, answers: Answers) -> None:
        """Complete the answers with what follows from them."""

    def settled(self, answers: Answers) -> Answers:
        """Give every question a value, in the order of reading."""
        for name, field in self.asked().items():
            answers.setdefault(name, field.nothing())
        self.settle(answers)
        return {name: answers[name] for name in self.asked()}


def reporter(problems: Problems) -> Callable[..., None]:
    """Give the function by which a check reports a problem on a field."""

    def report(field: str, text: str, **values: object) -> None:
        if field not in problems:
            problems[field] = [Message(text, **values)]

    return report
