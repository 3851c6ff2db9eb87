"""The headers of a mail, as the standard library writes them; those that repeat are read and folded once."""

# For each header it is given, the library makes a class, reads the value into a tree, and folds that tree
# again when the mail leaves: half the time of a mail. Most headers say the same in every mail.

from __future__ import annotations

from collections.abc import Callable
from email.headerregistry import BaseHeader, HeaderRegistry
from email.policy import EmailPolicy
from functools import cache, lru_cache
from typing import Any

# Never a subject nor a reader: nothing about a person is kept.
REPEATED = frozenset(
    {
        "auto-submitted", "content-disposition", "content-language", "content-transfer-encoding",
        "content-type", "from", "mime-version",
    }
)  # fmt: skip
KEPT = 512


class Headers(HeaderRegistry):
    """The library's own headers: each class is made once, each value that repeats is read once."""

    def __init__(self) -> None:
        super().__init__()
        self.class_of: Callable[[str], type[BaseHeader]] = cache(super().__getitem__)
        self.repeated: Callable[[str, str], BaseHeader] = lru_cache(KEPT)(self.kept)

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """The class of a header."""
        return self.class_of(name.lower())

    def __call__(self, name: str, value: Any) -> BaseHeader:
        """A header, read from its value."""
        if name.lower() in REPEATED and isinstance(value, str):
            return self.repeated(name, str(value))
        return self.read(name, value)

    def read(self, name: str, value: Any) -> BaseHeader:
        """A header of one's own."""
        return self[name](name, value)

    def kept(self, name: str, source: str) -> BaseHeader:
        """A header that will serve again, with what it was read from."""
        made = self.read(name, source)
        made.__dict__["source"] = source
        return made


HEADERS = Headers()


class MailPolicy(EmailPolicy):
    """The library's policy, which keeps what repeats."""

    def fold(self, name: str, value: Any) -> str:
        """The lines of a header."""
        if not isinstance(value, BaseHeader) or name.lower() not in REPEATED:
            return str(super().fold(name, value))
        # With the header itself, which the registry keeps: two values may read alike, and fold otherwise.
        folds: dict[tuple[object, ...], str] = value.__dict__.setdefault("folds", {})
        manner = (self.linesep, self.max_line_length, self.utf8)
        if manner not in folds:
            # Read afresh: folding leaves its marks on the tree.
            source = value.__dict__.get("source", str(value))
            folds[manner] = super().fold(name, HEADERS.read(name, source))
        return folds[manner]

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The lines of a header, as a server gets them."""
        if isinstance(value, BaseHeader) and name.lower() in REPEATED:
            return self.fold(name, value).encode("utf8" if self.utf8 else "ascii", "surrogateescape")
        return super().fold_binary(name, value)


POST = MailPolicy(linesep="\r\n", header_factory=HEADERS)
