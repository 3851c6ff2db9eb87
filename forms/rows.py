"""Lists of rows: several answers of the same shape, added without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow

from forms.context import Context
from forms.fields import WRONG_TYPE, Field, Reference, refuse
from forms.questions import Answers, Questions
from forms.texts import Message
from forms.texts import mark as _


class Rows(Field[list[Answers]]):
    """Rows of questions. An empty row of a page is dropped; `fixed` rows are the host's alone."""

    kind = "rows"
    missing = _("Ajoutez au moins une ligne.")

    def __init__(
        self,
        label: str,
        row: type[Questions],
        *,
        most: int = 30,
        fixed: bool = False,
        row_label: str = _("Ligne {number}"),
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.row = row
        self.most = most
        self.fixed = fixed
        self.row_label = row_label

    def questions(self, context: Context | None = None) -> Questions:
        """The questions of one row."""
        return self.row(context or self.context, inside=f"{self.path}-")

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> list[Answers]:
        if not isinstance(value, list | tuple):
            refuse(WRONG_TYPE)
        rows = [(at, row) for at, row in enumerate(value) if not self.is_blank(row)]
        if len(rows) > self.most:
            refuse(_("{most} lignes au plus."), most=self.most)
        read: list[Answers] = []
        problems: dict[str, Any] = {}
        for at, row in rows:
            try:
                read.append(self.read_row(row))
            except marshmallow.ValidationError as refusal:
                problems[str(at)] = refusal.messages
        if problems:
            raise marshmallow.ValidationError(problems)
        return read

    def read_row(self, row: object) -> Answers:
        """Read one row on its own."""
        if not isinstance(row, Mapping):
            raise marshmallow.ValidationError([Message(WRONG_TYPE)])
        return self.questions().read(row)

    def is_blank(self, row: object) -> bool:
        """Say whether a row of a page was left as it was shown."""
        if self.context.channel != "html" or not isinstance(row, Mapping):
            return False
        return all(
            row.get(name) in (None, "", field.initial(), field.typed(field.initial()))
            for name, field in self.questions().asked().items()
        )

    def initial(self) -> object:
        """Start from the host's rows; fixed rows are one per choice of their reference."""
        start = super().initial()
        if start is not None or not self.fixed:
            return start
        reference = self.reference
        return [{reference.name: choice.value} for choice in reference.options()]

    @property
    def reference(self) -> Reference:
        """What a fixed row is about."""
        return next(field for field in self.questions().asked().values() if isinstance(field, Reference))

    def is_empty(self, value: object) -> bool:
        return not value

    def nothing(self) -> list[Answers]:
        return []

    def revived(self, stored: Any) -> Any:
        questions = self.questions()
        return [questions.revived(row) for row in stored]

    def described(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most}
