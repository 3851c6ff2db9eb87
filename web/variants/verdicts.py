"""What the check says of a draft, in the reader's words: the sentence, the article, the story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from web import errors as web_errors
from web import work as web_work

if TYPE_CHECKING:
    from engine.registry.problems import Problem
    from engine.variants.checking import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that keeps a draft from being published."""

    sentence: str
    rule: str = ""  # The charter's line.
    article: str = ""
    remedy: str = ""
    story: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The check's verdict, as a page says it."""

    is_accepted: bool
    findings: Sequence[Finding]


def shown(verdict: Verdict) -> Shown:
    """A verdict in the reader's language."""
    if verdict.refusal is not None:
        return Shown(is_accepted=False, findings=[Finding(web_errors.sentence_of(verdict.refusal))])
    return Shown(verdict.is_accepted, [finding_of(each) for each in verdict.problems])


def finding_of(problem: Problem) -> Finding:
    """One problem in the reader's language."""
    locale = web_work.locale()
    return Finding(
        sentence=problem.message(locale),
        rule=web_work.translated(problem.rule) if problem.rule else "",
        article=problem.article or "",
        remedy=web_work.translated(problem.remedy) if problem.remedy else "",
        story=[told.sentence(locale) for told in problem.story],
    )
