"""Put a mail into words: its subject, its text and its HTML, in the reader's language."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from engine import i18n
from engine.i18n import mark as _
from engine.outbox import wording

if TYPE_CHECKING:
    from engine.outbox.letter import Letter

WIDTH = 76
LONGEST_SUBJECT = 150
BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Words:
    """A mail in words."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Words:
    """Render a mail in its reader's language; French when no template speaks it."""
    subject = subject_of(letter, block(letter, "subject", html=False))
    return Words(
        subject=subject,
        text=layout(letter, subject, html=False),
        html=layout(letter, subject, html=True),
    )


def subject_of(letter: Letter, words: str) -> str:
    """Give « [TDL-2026-014] Pour action : … » on one line, whatever a firm calls itself."""
    purpose = i18n.translate(letter.kind.purpose.value, letter.locale)
    colon = "\N{NARROW NO-BREAK SPACE}: " if letter.locale == "fr" else ": "
    text = f"{purpose}{colon}{words}" if purpose else words[:1].upper() + words[1:]
    if letter.reference and purpose:
        text = f"[{letter.reference}] {text}"
    return one_line(text)


def one_line(text: str) -> str:
    """Give `text` without line ends or control characters, cut to what a header may hold."""
    visible = "".join(" " if unicodedata.category(each)[0] in "CZ" and each not in "\u00a0\u202f" else each
                      for each in text)  # fmt: skip
    line = re.sub(" +", " ", visible).strip()
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def layout(letter: Letter, subject: str, *, html: bool) -> str:
    """Give the whole mail around its paragraphs."""
    body = block(letter, "body", html=html)
    mark = Markup if html else str  # The block is escaped already: see `environment`.
    return (
        environment(html=html)
        .get_template(f"layout.{'html' if html else 'txt'}.j2")
        .render(
            locale=letter.locale,
            subject=subject,
            reference=letter.reference,
            firm=letter.facts.firm,
            greeting=greeting_of(letter),
            paragraphs=[mark(part.strip()) for part in BLANK_LINES.split(body) if part.strip()],
            button=mark(block(letter, "button", html=html)) if letter.url else "",
            colon="\N{NARROW NO-BREAK SPACE}:" if letter.locale == "fr" else ":",
            url=letter.url,
            contact=contact_of(letter),
            why=mark(block(letter, "why", html=html)),
            signature=signature_of(letter),
        )
    )


def greeting_of(letter: Letter) -> str:
    """Give « Bonjour Claire Martin, »."""
    return i18n.translate(_("Bonjour {name},"), letter.locale, name=letter.recipient.full_name)


def contact_of(letter: Letter) -> str:
    """Give the officer to call, if there is one; nobody is sent a number that is their own."""
    if letter.officer is None or letter.kind.is_secret:
        return ""
    if letter.officer.name == letter.recipient.full_name:
        return ""
    if not letter.officer.phone:
        return i18n.translate(
            _("Une question ? {name} vous répond."), letter.locale, name=letter.officer.name
        )
    return i18n.translate(
        _("Une question ? {name} vous répond au {phone}."),
        letter.locale,
        name=letter.officer.name,
        phone=wording.phone_in_words(letter.officer.phone),
    )


def signature_of(letter: Letter) -> str:
    """Give « Alizé – Terres de Lorraine »."""
    return f"Alizé – {letter.basin}" if letter.basin else "Alizé"


def about_of(letter: Letter) -> str:
    """Give what a sentence calls the dossier: a firm’s name, or « la séance du 10 décembre 2026 »."""
    name = letter.facts.firm
    if not letter.facts.is_session:
        return name
    return i18n.translate(_("la {session}"), letter.locale, session=name[:1].lower() + name[1:])


def block(letter: Letter, name: str, *, html: bool) -> str:
    """Render one block of the kind's template; nothing when the template has no such block."""
    found = environment(html=html)
    template = found.select_template(
        [f"{letter.locale}/{letter.kind.key}.j2", f"{i18n.SOURCE}/{letter.kind.key}.j2"]
    )
    if name not in template.blocks:
        return ""
    context = template.new_context(
        {
            "title": i18n.translate(letter.facts.title, letter.locale),
            "firm": letter.facts.firm,
            "about": about_of(letter),
            "is_session": letter.facts.is_session,
            "basin": letter.basin,
            "due": letter.due_on,
            "data": letter.data,
            "locale": letter.locale,
            "today": letter.today,
            "event": letter.facts.event,
            "absent": letter.facts.absent,
            "substitute": letter.facts.substitute,
            "is_absent": letter.facts.is_absent,
        }
    )
    return "".join(template.blocks[name](context)).strip()


@cache
def environment(*, html: bool) -> jinja2.Environment:
    """Give the templates' environment: the same words, escaped for HTML and bare for text."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("engine.outbox", "templates"),
        autoescape=html,  # noqa: S701 — the text part is not HTML: escaping would show « &amp; ».
        undefined=jinja2.StrictUndefined,
        trim_blocks=False,
    )
    made.filters["day"] = day_filter
    made.filters["month"] = month_filter
    made.filters["delay"] = delay_filter
    made.filters["wrapped"] = wrapped
    return made


@jinja2.pass_context
def day_filter(context: jinja2.runtime.Context, day: date) -> str:
    """Give a date in words."""
    return wording.day_in_words(day, context["locale"])


@jinja2.pass_context
def month_filter(context: jinja2.runtime.Context, day: date) -> str:
    """Give a month in words."""
    return wording.month_in_words(day, context["locale"])


@jinja2.pass_context
def delay_filter(context: jinja2.runtime.Context, day: date) -> str:
    """Give a delay from today in words."""
    return wording.delay_in_words(day, context["today"], context["locale"])


def wrapped(text: str) -> str:
    """Fold a paragraph of the text part for narrow readers; never a no-break space, never a link."""
    return "\n".join(
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
