"""The page where an officer draws a process of the draft, and what its script asks the server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import changes, checks, points, reading, versions
from engine.registry.drawings import Drawing
from engine.variants import checking, drafts, drawing
from web import bpmn_svg
from web import errors as web_errors
from web import work as web_work
from web.auth import requires
from web.variants import conditions, words
from web.variants.blueprint import pages
from web.variants.drafting import draft_of, opened, opened_to_change

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.checking import Verdict
    from engine.variants.models import VariantDraft

# What the drawing library says, by its own English texts, and what our script says.
WORDS: Mapping[str, str] = {
    "Activate hand tool": _("Déplacer la vue"),
    "Activate lasso tool": _("Choisir plusieurs éléments"),
    "Activate global connect tool": _("Relier deux éléments"),
    "create user-task": _("Ajouter une étape"),
    "create exclusive-gateway": _("Ajouter un choix"),
    "create parallel-gateway": _("Ajouter des branches en parallèle"),
    "create timer": _("Ajouter une attente"),
    "create end-event": _("Ajouter une fin"),
    "Append end event": _("Faire suivre d’une fin"),
    "Append gateway": _("Faire suivre d’un choix"),
    "Append task": _("Faire suivre d’une étape"),
    "Connect to other element": _("Relier à un autre élément"),
    "Connect using sequence/message flow or association": _("Relier à un autre élément"),
    "Delete": _("Supprimer"),
    "arrow": _("{source}, vers « {target} »"),
    "named arrow": _("{source} {name}, vers « {target} »"),
    "nameless after": _("{kind}, après « {source} »"),
    "nameless junction": _("Jonction"),
    "nameless StartEvent": _("Début sans nom"),
    "nameless EndEvent": _("Fin sans nom"),
    "nameless Event": _("Attente sans nom"),
    "nameless ParallelGateway": _("Branches en parallèle"),
    "nameless Gateway": _("Choix sans nom"),
    "nameless Activity": _("Étape sans nom"),
    "unchecked": _("La vérification n’a pas répondu ; le dessin reste tel quel."),
    "unsaved": _("Le dessin n’est pas enregistré."),
    "changed": _("Pas encore enregistré."),
    "ended": _("Votre session est terminée : le dessin n’est pas enregistré, il reste dans cette page."),
    "unreadable": _("Une partie de ce diagramme ne peut pas être dessinée ici."),
}

MOST_REVISIONS = 10**9

ELSEWHERE = _("Ce processus n’a pas changé : enregistrez de nouveau, le dessin s’ajoute au reste.")
HERE = _(
    "Ce processus en fait partie : ouvrez-le dans un autre onglet, et refaites-y ce que vous avez dessiné."
)


@pages.get("/bassins/<string:slug>/processus/brouillon/diagramme/<string:process>")
@requires(Permission.EDIT_VARIANT)
def draw(slug: str, process: str) -> str:
    """Show a process of the draft to be drawn."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, None)
        content = drawing.shown(work, draft, process)
        names = words.names_of(work, draft.reference_id)
        model = view_of(basin, draft, process, names.drawn, content)
        model["modeller"]["conditions"] = conditions.offered(
            process, versions.files_of(work, draft.reference_id)
        )
    return render_template(
        "variants/modeller.html",
        picture=bpmn_svg.render(content, title=model["title"], say=web_work.translated),
        **model,
    )


def view_of(
    basin: Basin, draft: VariantDraft, process: str, drawn: Sequence[Drawing], content: bytes
) -> dict[str, Any]:
    """What the page shows around the drawing, and what its script is given."""
    slug = basin.slug
    named = {each.process: each for each in drawn}
    given = {
        "xml": url_for("variants.drawn", slug=slug, process=process),
        "save": url_for("variants.keep_drawing", slug=slug, process=process),
        "check": url_for("variants.try_drawing", slug=slug, process=process),
        "revision": draft.revision,
        "drawn_from": digest(content),
        "process": process,
        "diagrams": {each.process: place_of(slug, each) for each in drawn},
        "words": {text: web_work.translated(said) for text, said in WORDS.items()},
    }
    return {
        "basin": basin,
        "title": web_work.translated(named[process].name),
        "draft_url": draft_of(slug),
        "step_url": url_for("variants.ask_step", slug=slug),
        "questions_url": url_for("variants.ask_questions", slug=slug),
        "modeller": given,
        "process": process,
        "reason": drawing.reason_of(draft, process),
        "longest_reason": changes.LONGEST_REASON,
        "roles": [
            (role, words.role_of(role))
            for role in dict.fromkeys(role for point in points.POINTS for role in point.roles)
        ],
        "step_forms": [(form, words.title_of(form)) for form in changes.FORMS],
    }


def place_of(slug: str, each: Drawing) -> dict[str, str]:
    """Where another process is drawn, and what people call it."""
    return {
        "name": web_work.translated(each.name),
        "url": url_for("variants.draw", slug=slug, process=each.process),
    }


@pages.get("/bassins/<string:slug>/processus/brouillon/diagramme/<string:process>.bpmn")
@requires(Permission.EDIT_VARIANT)
def drawn(slug: str, process: str) -> Response:
    """The file that the script draws."""
    with web_work.start_reading() as work:
        _basin, draft = opened(work, slug)
        content = drawing.shown(work, draft, process)
    return Response(content, mimetype="application/xml")


@pages.post("/bassins/<string:slug>/processus/brouillon/diagramme/<string:process>/verifier")
@requires(Permission.EDIT_VARIANT)
def try_drawing(slug: str, process: str) -> Response:
    """Judge the draft with this drawing in it; nothing is kept."""
    text = xml_sent()
    with web_work.start_reading() as work:
        _basin, draft = opened(work, slug)
        whole = drawing.tried(work, draft, process, text)
    return jsonify(report_of(checking.judge(whole)))


@pages.post("/bassins/<string:slug>/processus/brouillon/diagramme/<string:process>")
@requires(Permission.EDIT_VARIANT)
def keep_drawing(slug: str, process: str) -> Response | tuple[Response, int]:
    """Keep this drawing in the draft; whoever saved meanwhile is named, and nothing is overwritten."""
    sent, text = body_sent(), xml_sent()
    try:
        with web_work.start_work() as work:
            _basin, draft = opened(work, slug)
            named = words.names_of(work, draft.reference_id)
            kept = drawing.keep(
                work, draft_id=draft.id, revision=revision_in(sent), process=process,
                text=text, reason=str(sent.get("reason") or "")[: changes.LONGEST_REASON],
                subject=named.title(process),
            )  # fmt: skip
        with web_work.start_reading() as work:  # Of what was kept, whatever others do meanwhile.
            known = standing(work, kept, process) | {"reason": drawing.reason_of(kept, process)}
    except errors.InvalidAnswers as refusal:
        said = " ".join(sentence for told in refusal.messages.values() for sentence in told)
        return jsonify({"message": web_work.translated(said), "wrong": sorted(refusal.messages)}), 422
    except drafts.DraftChanged as refusal:
        return changed_meanwhile(slug, process, refusal)
    except (errors.Conflict, errors.NotFound) as refusal:
        return jsonify({"message": web_errors.sentence_of(refusal)}), web_errors.status_of(refusal)
    return jsonify({**known, "message": web_work.translated(_("Enregistré dans le brouillon."))})


def standing(work: UnitOfWork, draft: VariantDraft, process: str) -> dict[str, Any]:
    """What the script sends back when it saves: what its drawing was drawn from."""
    return {"revision": draft.revision, "drawn_from": digest(drawing.shown(work, draft, process))}


def digest(content: bytes) -> str:
    """What tells one drawing of a process from another."""
    return hashlib.sha256(content).hexdigest()


def changed_meanwhile(slug: str, process: str, refusal: errors.Conflict) -> tuple[Response, int]:
    """Tell who changed the draft. Where this process is as it was, saving again overwrites nobody."""
    with web_work.start_reading() as work:
        _basin, draft = opened(work, slug)
        known = standing(work, draft, process)
    is_elsewhere = known["drawn_from"] == body_sent().get("drawn_from")
    told = f"{web_errors.sentence_of(refusal)} {web_work.translated(ELSEWHERE if is_elsewhere else HERE)}"
    return jsonify({"message": told, **(known if is_elsewhere else {})}), HTTPStatus.CONFLICT


def body_sent() -> Mapping[str, Any]:
    """What the script sent; nothing where it is no object."""
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def revision_in(sent: Mapping[str, Any]) -> int:
    """The revision of the draft that the script drew from; one that never was for anything else."""
    revision = sent.get("revision")
    return revision if type(revision) is int and 0 < revision < MOST_REVISIONS else -1


def xml_sent() -> str:
    """The drawing that the script sent, as text; one too large is cut, and refused for its size."""
    text = str(body_sent().get("xml") or "")[: reading.LARGEST_FILE + 1]
    return text.encode("utf-8", "replace").decode("utf-8")


def report_of(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the script shows it: the words of `alize check`, in the reader's language."""
    locale = web_work.locale()
    problems = [each.as_json(locale) for each in verdict.problems]
    if verdict.refusal is not None:
        said = web_errors.sentence_of(verdict.refusal)
        problems = [{"severity": "error", "message": said, "elements": []}]
    undecided = any(each.code == checks.UNDECIDED.code for each in verdict.problems)
    state = checks.Verdict.UNKNOWN if undecided else checks.Verdict.REFUSED
    accepted = checks.Verdict.ACCEPTED
    return {"verdict": (accepted if verdict.is_accepted else state).value, "problems": problems}
