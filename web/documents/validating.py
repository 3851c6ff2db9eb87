"""Is this file intact, and what is it? Asked by anybody who holds one; and what a printed code leads to."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask_login import current_user

from engine import errors
from engine.agreements import known_papers
from engine.agreements.known_papers import Finding, Known, Standing
from engine.documents.workshop import Workshop
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.projects import documents as kept
from web import paper_files
from web import work as web_work
from web.auth import costly, public, viewer
from web.documents.blueprint import pages

if TYPE_CHECKING:
    from engine.agreements.known_papers import Verdict

MOST_PAGES = 300
TITLES = {
    Finding.KNOWN: (_("Ce document est intact"), "done"),
    Finding.SEALED: (_("Ce document est intact sous son cachet"), "done"),
    Finding.ENCLOSES: (_("Ce document en contient un des nôtres, intact"), "soon"),
    Finding.ALTERED: (_("Ce document a été modifié depuis son scellement"), "late"),
    Finding.FOREIGN: (_("Ce n’est pas un document de cette installation"), "late"),
}
EXPLAINED = {
    Finding.KNOWN: _("C’est, octet pour octet, le fichier que nous gardons."),
    Finding.SEALED: _(
        "Notre cachet le couvre en entier, mais cette archive ne le connaît pas : il vient sans doute d’une "
        "autre installation, ou d’avant une restauration."
    ),
    Finding.ENCLOSES: _("Le fichier lui-même nous est inconnu ; ce qu’il a en pièce jointe n’a pas changé."),
    Finding.ALTERED: _(
        "Il porte notre cachet, et il a changé ensuite : ne vous y fiez pas, demandez l’original à "
        "l’opérateur."
    ),
    Finding.FOREIGN: _(
        "Aucun document gardé ici n’a ce contenu, et il ne porte pas notre cachet. Un document imprimé puis "
        "numérisé, ou enregistré de nouveau, n’est plus le même fichier : présentez l’original reçu."
    ),
}
STANDINGS = {
    Standing.BEING_SIGNED: (_("En signature : rien n’engage encore"), "soon"),
    Standing.IN_FORCE: (_("En vigueur"), "done"),
    Standing.REPLACED: (_("Une version plus récente l’a remplacé"), "late"),
    Standing.VOIDED: (_("Ce texte a été annulé"), "late"),
}


@pages.get("/validation")
@public
def ask_validation() -> str:
    """Ask for the file to look at."""
    return render_template("documents/validation.html", problem=None)


@pages.post("/validation")
@public
@costly
def validate() -> str | tuple[str, int]:
    """Say whether a file is intact, and what it is. Nothing of it is kept."""
    try:
        found = looked_into(uploaded("file"))
    except errors.InvalidAnswers as refusal:
        problem = next(iter(refusal.messages.values()))[0]
        return render_template("documents/validation.html", problem=problem), 422
    return render_template("documents/verdict.html", **found)


def uploaded(name: str) -> bytes:
    """The one file sent, PDF, PNG or JPEG, ten megabytes at most. Raises `errors.InvalidAnswers`."""
    file = request.files.get(name)
    content = file.stream.read(kept.LARGEST + 1) if file else b""
    if not content:
        raise errors.InvalidAnswers({name: [_("Choisissez un fichier.")]})
    kept.type_of(content)
    return content


def workshop() -> Workshop:
    """What looks inside files. Raises `errors.Unavailable` where this installation has none."""
    found = web_work.engine().workshop
    if found is None:
        raise errors.Unavailable
    return found


def looked_into(content: bytes) -> dict[str, Any]:
    """What the page tells of a file. Raises `errors.InvalidAnswers` for one that nobody can look into."""
    inspected = workshop().inspect(content)
    if inspected.pages > MOST_PAGES:
        raise errors.InvalidAnswers(
            {"file": [_("Ce fichier a plus de 300 pages : ce n’en est pas un des nôtres.")]}
        )
    digest = hashlib.sha256(content).hexdigest()
    with web_work.start_reading() as work:
        verdict = known_papers.judge(work, digest, inspected)
    if verdict.finding is Finding.ENCRYPTED:
        raise errors.InvalidAnswers({"file": [_("Ce fichier est chiffré : il ne peut pas être lu.")]})
    if verdict.finding is Finding.UNREADABLE:
        raise errors.InvalidAnswers({"file": [_("Ce fichier est endommagé : il ne peut pas être lu.")]})
    return shown(verdict) | {"digest": digest}


def shown(verdict: Verdict) -> dict[str, Any]:
    """A verdict in words."""
    title, tone = TITLES[verdict.finding]
    return {
        "title": title,
        "tone": tone,
        "explained": EXPLAINED[verdict.finding],
        "known": described(verdict.known) if verdict.known else None,
        "is_enclosed": verdict.finding is not Finding.KNOWN,
        "seal": verdict.seal,
    }


def described(known: Known) -> dict[str, Any]:
    """What a file of ours is, in words."""
    standing, tone = STANDINGS[known.standing] if known.standing else (None, None)
    return {
        "kind": paper_files.KINDS.get(known.kind, _("Document")),
        "name": known.name,
        "number": known.number,
        "version": known.version,
        "latest": known.latest_version,
        "standing": standing,
        "tone": tone,
        "effective_on": known.effective_on if known.standing is Standing.IN_FORCE else None,
        "made_at": known.made_at,
    }


@pages.get("/papier/<string:code>")
@public
def show_printed(code: str) -> str:
    """Say which text a printed code is on, and whether it stands; an officer may bring it back signed."""
    paper_id = read_code(code)
    with web_work.start_reading() as work:
        known = known_papers.printed_on(work, paper_id)
    may = current_user.is_authenticated and Permission.ATTEST_PAPER in viewer().rights.anywhere()
    return render_template(
        "documents/printed.html",
        known=described(known),
        scan_url=url_for("documents.ask_scan") if may and known.standing is Standing.BEING_SIGNED else None,
    )


def read_code(code: str) -> UUID:
    """The paper that a printed code names; 404 for anything else."""
    try:
        return UUID(hex=code) if len(code) == 32 else abort(404)
    except ValueError:
        abort(404)
