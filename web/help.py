"""Help for each role, the words of the programme, the keys; accessibility; legal notice."""

from __future__ import annotations

from flask import Blueprint, render_template

from web import work as web_work
from web.auth import public

pages = Blueprint("help", __name__)

# Long texts are written whole in each language: translated sentence by sentence, they would not read well.
TEXTS = {
    "help": {"fr": "help/help.fr.html", "en": "help/help.en.html"},
    "accessibility": {"fr": "help/accessibility.fr.html", "en": "help/accessibility.en.html"},
    "notice": {"fr": "help/notice.fr.html", "en": "help/notice.en.html"},
}


@pages.get("/aide")
@public
def index() -> str:
    """Short guides by role, the words, the keys, whom to ask."""
    return shown("help")


@pages.get("/accessibilite")
@public
def accessibility() -> str:
    """The accessibility statement: how far the pages conform, and whom to tell."""
    return shown("accessibility")


@pages.get("/mentions")
@public
def notice() -> str:
    """Who publishes, what is kept of whom and for how long."""
    return shown("notice")


def shown(text: str) -> str:
    """A long text in the reader's language."""
    return render_template(TEXTS[text][web_work.locale()], settings=web_work.engine().settings)
