"""Every form of every page, filled with rubbish by those who may do most: refused, never a fault of ours."""

from __future__ import annotations

import random
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from lxml import html

from engine.clock import FrozenClock
from tests.conftest import START
from tests.web import permission_world
from tests.web.permission_world import Trial

RUBBISH = (
    "", " ", "\0", "a\0b", "9" * 400, "-1", "1e309", "NaN", "²", "٣", "0001-01-01", "9999-12-31", "2026-02-30",
    "2026-W01-1", "0001-01-01T00:00:00", "😀" * 50, "\u202eabc", "<script>alert(1)</script>", "'; --", "%", "\\",
    "x" * 20_000, "00000000-0000-0000-0000-000000000000", "{}", "[]", "null", "\r\nSet-Cookie: a=b", "{name}",
    "{0.__class__}", "{", "%(x)s", "99999999999999999999", "31/12/9999", "24:61", "P9999Y", "=1+1", "\uffff",
)  # fmt: skip
ODD_NAMES = ("-0", "-0-x", "[]", "-upload", "-99999999999", "--", "-0-0-0")
# What forms that are not on a page shown here send.
OTHERS = (
    "key", "next", "by", "stay", "task", "to_id", "person_id", "role", "signed_on", "occurred_on", "late_reason",
    "on_behalf_of", "code", "locale", "email",
)  # fmt: skip
ASKED = ("q", "vue", "apres", "du", "au", "bassin", "etat", "phase", "processus", "next", "personne")
WHO = ("officer", "administrator")
# They end the session that tries, or play time on.
LEFT_OUT = {"/deconnexion", "/administration/horloge", "/compte/sessions/fermer"}
TRIES = 240

Forms = dict[tuple[str, str], dict[str, list[str]]]


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    made = permission_world.build(tmp_path_factory.mktemp("rubbish"), FrozenClock(START))
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def forms(trial) -> Forms:
    """By person and address: each control, with the values that its page proposes."""
    found: Forms = defaultdict(dict)
    for who in WHO:
        for path in addresses(trial, "POST"):
            if path not in LEFT_OUT:
                found[who, path].update({})
        for path in addresses(trial, "GET"):
            answer = trial.browser(who).get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for action, controls in forms_of(answer.text, path):
                    if action not in LEFT_OUT:
                        found[who, action].update(controls)
    return found


def addresses(trial: Trial, verb: str) -> list[str]:
    """The addresses of pages for a verb, on the things of the first basin."""
    adapter = trial.flask.url_map.bind("localhost")
    found = []
    for rule in trial.flask.url_map.iter_rules():
        if verb in (rule.methods or set()) and not rule.rule.startswith(("/api/", "/static/")):
            values = {name: trial.things["own"][name] for name in rule.arguments - set(rule.defaults or {})}
            found.append(adapter.build(rule.endpoint, {**(rule.defaults or {}), **values}))
    return found


def forms_of(text: str, here: str):
    """The forms of a page that act: where each is sent, and its controls."""
    for form in html.document_fromstring(text).iter("form"):
        if (form.get("method") or "get").lower() == "post":
            controls: dict[str, list[str]] = defaultdict(list)
            for each in form.xpath(".//*[@name]"):
                values = [option.get("value") for option in each.iter("option")] or [each.get("value")]
                controls[each.get("name")] += [value for value in values if value]
            yield urlsplit(form.get("action") or here).path, controls


def test_rubbish_in_any_form_is_refused_without_a_fault(trial, forms):
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    assert len(forms) > 100, "pages have lost their forms"
    for (who, path), controls in chance.sample(sorted(forms.items()), min(TRIES, len(forms))):
        sent = {}
        for name in [*controls, *chance.sample(OTHERS, 2 if controls else 10)]:
            proposed = controls.get(name)
            sent[name] = chance.choice(proposed if proposed and chance.random() < 0.4 else RUBBISH)
            if chance.random() < 0.05:
                sent[name + chance.choice(ODD_NAMES)] = chance.choice(RUBBISH)
        answer = trial.browser(who).post(path, data=sent)

        assert answer.status_code < 500, f"seed {seed}: {who} {path} {sent}"
        assert (answer.location or "/").startswith("/"), f"seed {seed}: {path} leads to {answer.location}"
        trial.put_back()


def test_rubbish_in_any_address_is_refused_without_a_fault(trial):
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    for path in addresses(trial, "GET"):
        asked = {name: chance.choice(RUBBISH)[:2_000] for name in ASKED if chance.random() < 0.7}
        answer = trial.browser(chance.choice(WHO)).get(path, query_string=asked)

        assert answer.status_code < 500, f"seed {seed}: {path} {asked}"
        assert (answer.location or "/").startswith("/"), f"seed {seed}: {path} leads to {answer.location}"
