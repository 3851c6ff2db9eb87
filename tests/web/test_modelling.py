"""A process of the draft is drawn: judged as it is drawn, kept without overwriting anybody, never published."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from engine import isolation
from engine.persistence import database
from engine.registry import applying, changes, library
from engine.registry.rules import unknown_attribute
from engine.variants import drafts
from tests.web.installation import LORRAINE
from tests.web.test_variants import DRAFT, STEP, begun, draft_of, sent

ASSETS = Path(__file__).parents[2] / "web" / "assets" / "src"
PLACE = f"{DRAFT}/diagramme/appraisal"
PICTURE = re.compile(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)
REASON = "Le diagnostic se fait avec la banque."


@pytest.fixture
def officer(client, sign_in):
    browser = sign_in(client, "officer")
    begun(browser)
    return browser


def given(browser, place=PLACE):
    """What the page gives its script."""
    page = browser.get(place).get_data(as_text=True)
    found = re.search(r'data-modeller="([^"]*)"', page)
    assert found is not None, page[:2000]
    return json.loads(found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&"))


def drawing(browser, place=PLACE):
    return browser.get(f"{place}.bpmn").get_data(as_text=True)


def renamed(text):
    return text.replace('name="Qualifier la demande"', 'name="Qualifier avec la banque"')


def without_diagnostic(text):
    """The drawing from which the prescriber's diagnostic was taken out, its arrow led on."""
    text = re.sub(r'<bpmn:userTask id="preliminary_diagnostic".*?</bpmn:userTask>', "", text, flags=re.DOTALL)
    text = re.sub(r'<bpmn:sequenceFlow id="preliminary_diagnostic__check_completeness"[^>]*/>', "", text)
    text = re.sub(
        r'<bpmndi:BPMN(Shape|Edge)[^>]*bpmnElement="preliminary_diagnostic[^"]*".*?</bpmndi:BPMN\1>', "", text,
        flags=re.DOTALL,
    )  # fmt: skip
    text = text.replace("<bpmn:incoming>preliminary_diagnostic__check_completeness</bpmn:incoming>",
                        "<bpmn:incoming>to_diagnostic__preliminary_diagnostic</bpmn:incoming>")  # fmt: skip
    text = text.replace("<bpmn:flowNodeRef>preliminary_diagnostic</bpmn:flowNodeRef>", "")
    return text.replace('targetRef="preliminary_diagnostic"', 'targetRef="check_completeness"')


def kept(browser, text, **more):
    body = {"xml": text, "revision": given(browser)["revision"], "reason": REASON, **more}
    return browser.post(PLACE, json=body)


def test_the_page_gives_the_drawing_and_its_words(officer):
    known = given(officer)

    assert known["process"] == "appraisal"
    assert 'id="preliminary_diagnostic"' in drawing(officer)
    assert known["diagrams"]["project"]["url"].endswith("/diagramme/project")
    assert known["words"]["Delete"] == "Supprimer"


def test_a_drawing_is_judged_and_nothing_is_kept(officer, engine, world):
    before = draft_of(engine, world).revision
    fine = officer.post(f"{PLACE}/verifier", json={"xml": renamed(drawing(officer))}).json
    wrong = officer.post(f"{PLACE}/verifier", json={"xml": without_diagnostic(drawing(officer))}).json

    assert fine == {"verdict": "accepted", "problems": []}
    assert wrong["verdict"] == "refused"
    told = next(each for each in wrong["problems"] if each["level"] == "charter")
    assert told["article"] == "§V"
    assert told["rule"]
    assert told["remedy"]
    assert told["story"][-1]["process"] == "decision"
    assert all(each["sentence"] for each in told["story"])
    assert draft_of(engine, world).revision == before


def test_a_drawing_is_kept_with_its_reason(officer, engine, world):
    answer = kept(officer, renamed(drawing(officer)))

    draft = draft_of(engine, world)
    assert answer.json["revision"] == draft.revision
    assert 'name="Qualifier avec la banque"' in draft.drawn["appraisal.bpmn"]
    assert [each["reason"] for each in draft.changes if each["kind"] == "diagram"] == [REASON]
    assert 'name="Qualifier avec la banque"' in drawing(officer)
    assert "Diagramme dessiné" in officer.get(DRAFT).get_data(as_text=True)


def test_a_drawing_is_put_together_while_nobody_waits(officer, engine, monkeypatch):
    text, held, child_of = renamed(drawing(officer)), [], isolation.child_of
    applying.CHILDREN.forget()
    monkeypatch.setattr(database, "PATIENCE", 0.1)

    def asked(module):
        if module == applying.CHILD:
            with engine.database.start_work():  # Nobody writes meanwhile, or this would wait in vain.
                held.append(module)
        return child_of(module)

    monkeypatch.setattr(isolation, "child_of", asked)

    assert kept(officer, text).status_code == 200
    assert held


def test_a_drawing_takes_over_the_changes_that_it_holds(officer, engine, world):
    sent(officer, f"{DRAFT}/etapes/nouvelle", {**STEP, "point": "before_diagnostic", "role": "operator"})
    assert "Avis de la banque" in drawing(officer)
    kept(officer, drawing(officer))

    draft = draft_of(engine, world)
    ours = [each for each in draft.changes if each not in
            [changes.as_mapping(known) for known in library.basin(LORRAINE).changes]]  # fmt: skip
    assert [each["kind"] for each in ours] == ["diagram"]
    assert STEP["reason"] in ours[0]["reason"]
    assert drawing(officer).count('name="Avis de la banque"') == 1
    with engine.database.start_reading() as work:
        assert b"Avis de la banque" in drafts.files_of(work, draft_of(engine, world))["appraisal.bpmn"]


def test_a_drawing_without_a_reason_is_asked_for_one(officer, engine, world):
    answer = kept(officer, renamed(drawing(officer)), reason="  ")

    assert answer.status_code == 422
    assert answer.json["wrong"] == ["reason"]
    assert not draft_of(engine, world).drawn


def test_whoever_draws_too_late_is_told_and_overwrites_nothing(officer, engine, world):
    text, revision = drawing(officer), given(officer)["revision"]
    kept(officer, renamed(text))
    late = officer.post(PLACE, json={"xml": text, "revision": revision, "reason": REASON})

    assert late.status_code == 409
    assert "Instruction du dossier" in late.json["message"]
    assert 'name="Qualifier avec la banque"' in draft_of(engine, world).drawn["appraisal.bpmn"]


@pytest.mark.parametrize(
    "body",
    [
        {"xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, {"xml": "absurde"}, {"xml": ""}, {"xml": None},
        {"xml": "\ud800"}, {"xml": ["x"]}, {}, [], "rien",
    ],
)  # fmt: skip
def test_what_is_no_diagram_is_refused_in_words_and_not_kept(officer, engine, world, body):
    judged = officer.post(f"{PLACE}/verifier", json=body)
    revision = {"revision": given(officer)["revision"], "reason": REASON}
    answer = officer.post(PLACE, json={**body, **revision} if isinstance(body, dict) else body)

    assert judged.status_code == 200
    assert judged.json["verdict"] == "refused"
    assert judged.json["problems"][0]["message"]
    assert answer.status_code in (409, 422)
    assert answer.json["message"]
    assert not draft_of(engine, world).drawn


def test_a_step_that_was_drawn_is_asked_questions_by_form(officer, engine, world):
    drawn = with_a_step(drawing(officer))
    kept(officer, drawn)
    page = officer.get(f"{DRAFT}/questions/nouvelles?etape=appraisal/Activity_1")
    target = re.search(r'<option value="(step/appraisal/Activity_1)" selected>([^<]+)', page.text)

    sent(officer, f"{DRAFT}/questions/nouvelles", {
        "target": "step/appraisal/Activity_1", "reason": "La banque le demande.",
        "questions-0-label": "Montant du prêt", "questions-0-type": "money",
    })  # fmt: skip

    assert target is not None
    assert target[2].startswith("Avis de la banque")
    assert "À «\u202fAvis de la banque\u202f»" in officer.get(DRAFT).text
    assert drawing(officer).count('label="Montant du prêt"') == 1
    assert officer.get(f"{DRAFT}/questions/questions.appraisal.activity-1").status_code == 200
    kept(officer, drawing(officer))
    assert drawing(officer).count('label="Montant du prêt"') == 1


def with_a_step(text):
    """The drawing in which somebody put a step of theirs where the diagnostic begins."""
    flow = "to_diagnostic__preliminary_diagnostic"
    own = (
        '<bpmn:userTask id="Activity_1" name="Avis de la banque" alize:form="basin_opinion" '
        'alize:operation="projects.record_basin_step" alize:role="prescriber" alize:due="P10D"/>'
        '<bpmn:sequenceFlow id="Flow_1" sourceRef="Activity_1" targetRef="preliminary_diagnostic"/>'
    )
    text = re.sub(rf'(id="{flow}"[^>]*targetRef=")preliminary_diagnostic"', r'\1Activity_1"', text)
    shape = (
        '<bpmndi:BPMNShape id="Activity_1_di" bpmnElement="Activity_1">'
        '<dc:Bounds x="10" y="10" width="100" height="80"/></bpmndi:BPMNShape>'
    )
    text = text.replace("</bpmn:process>", f"{own}</bpmn:process>")
    return text.replace("</bpmndi:BPMNPlane>", f"{shape}</bpmndi:BPMNPlane>")


def test_a_condition_is_offered_in_words(officer):
    offered = given(officer)["conditions"]
    outcome = next(each for each in offered["variables"] if each["name"] == "qualification_outcome")

    assert outcome["label"] == "L’issue de la qualification"
    assert ["continue", "Poursuivre par un diagnostic"] in outcome["values"]
    assert {each["expression"] for each in offered["comparisons"]["word"]} == {
        '{name} == "{value}"', '{name} != "{value}"',
    }  # fmt: skip
    assert "ladder_paused" not in {each["name"] for each in offered["variables"]}


@pytest.mark.parametrize("revision", [10**30, -1, 2.5, True, "1", None])
def test_a_revision_that_cannot_be_overwrites_nothing(officer, engine, world, revision):
    answer = officer.post(
        PLACE, json={"xml": renamed(drawing(officer)), "revision": revision, "reason": REASON}
    )

    assert answer.status_code == 409
    assert not draft_of(engine, world).drawn


def test_a_diagram_without_its_picture_is_refused_in_words(officer, engine, world):
    bare = PICTURE.sub("", renamed(drawing(officer)))

    answer = kept(officer, bare)

    assert answer.status_code == 422
    assert "n’a pas de dessin" in answer.json["message"]
    assert not draft_of(engine, world).drawn


def test_a_diagram_without_its_picture_that_a_file_brought_is_told_on_its_page(officer):
    kept(officer, renamed(drawing(officer)))
    packed = without_pictures(officer.get(f"{DRAFT}.zip").data)
    taken_in = sent(officer, f"{DRAFT}/importer", {"file": (packed, "processus.zip")})

    page = officer.get(PLACE)

    assert taken_in.status_code == 303
    assert page.status_code == 404
    assert "n’a pas de dessin" in page.text


def without_pictures(content):
    """A process in one file, none of whose diagrams says where anything stands."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            after.writestr(name, PICTURE.sub("", text))
    packed.seek(0)
    return packed


def test_a_process_that_is_not_there_cannot_be_drawn(officer):
    assert officer.get(f"{DRAFT}/diagramme/nothing").status_code == 404
    assert officer.get(f"{DRAFT}/diagramme/nothing.bpmn").status_code == 404
    assert officer.post(f"{DRAFT}/diagramme/nothing", json={"xml": drawing(officer)}).status_code == 404


def test_a_name_that_would_be_markup_stays_a_name(officer):
    text = drawing(officer).replace(
        'name="Qualifier la demande"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"'
    )
    kept(officer, text)
    page = officer.get(PLACE).get_data(as_text=True)

    assert "<script>alert(1)" not in page


def test_who_changed_another_part_of_the_draft_is_named_and_saving_again_overwrites_nobody(
    officer, flask_app, sign_in, engine, world
):
    second = sign_in(flask_app.test_client(), "second_officer")
    read = given(second)
    body = {"xml": renamed(drawing(second)), "reason": REASON, "drawn_from": read["drawn_from"]}
    sent(officer, f"{DRAFT}/delais/nouveau", {
        "step": "closure/final_review", "due_days": "40", "reason": "Le bilan se relit.",
    })  # fmt: skip
    refused = second.post(PLACE, json={**body, "revision": read["revision"]})
    again = second.post(PLACE, json={**body, "revision": refused.json["revision"]})

    assert refused.status_code == 409
    assert "Officer (démo) a changé ce brouillon" in refused.json["message"]
    assert "enregistrez de nouveau" in refused.json["message"]
    assert again.status_code == 200
    assert {each["kind"] for each in draft_of(engine, world).changes} >= {"diagram", "due"}


def test_who_changed_the_same_process_is_never_overwritten_by_saving_again(officer, flask_app, sign_in):
    second = sign_in(flask_app.test_client(), "second_officer")
    read = given(second)
    kept(officer, renamed(drawing(officer)))

    refused = second.post(PLACE, json={
        "xml": drawing(second), "reason": REASON, "revision": read["revision"],
        "drawn_from": read["drawn_from"],
    })  # fmt: skip

    assert refused.status_code == 409
    assert "dans un autre onglet" in refused.json["message"]
    assert "revision" not in refused.json


def test_the_drawing_library_knows_every_attribute_that_is_read():
    """What it did not know would be told as a part that cannot be drawn."""
    written = json.loads((ASSETS / "alize.json").read_text(encoding="utf-8"))
    known = {one["name"] for each in written["types"] for one in each["properties"]}
    elements = {each["name"].lower() for each in written["types"]}

    assert set().union(*unknown_attribute.READ.values()) <= known | elements


def test_a_draft_that_cannot_be_put_together_is_not_rehearsed_and_its_page_says_why(officer):
    sent(officer, f"{DRAFT}/questions/nouvelles", {
        "target": "form/preliminary_diagnostic", "reason": "Nous suivons l’apprentissage.",
        "questions-0-label": "Nombre d’apprentis", "questions-0-type": "number",
    })  # fmt: skip
    kept(officer, without_diagnostic(drawing(officer)))

    rehearsed = officer.get(f"{DRAFT}/repetition")

    assert rehearsed.location.endswith(DRAFT)
    assert officer.get(DRAFT).text.count("n’a plus où se placer") == 2, "as a message, and in the check"
