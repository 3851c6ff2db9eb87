"""What an electronic signature of ours is worth, and what it is not: told to whoever signs."""

from __future__ import annotations

from flask import render_template

from web import work as web_work
from web.auth import public
from web.documents.blueprint import pages

# A long text is written whole in each language, as those of the help.
TEXTS = {"fr": "documents/signing.fr.html", "en": "documents/signing.en.html"}


@pages.get("/signature-electronique")
@public
def explain_signature() -> str:
    """Say which level of signature this is, how it is proved, how it is checked, what it does not do."""
    return render_template(TEXTS[web_work.locale()])
