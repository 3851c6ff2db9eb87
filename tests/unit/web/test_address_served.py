"""Where the mails of a served installation lead."""

from __future__ import annotations

import pytest

from web.cli.installation import address_served


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("ALIZE_ENVIRONMENT", "demo")
    monkeypatch.delenv("ALIZE_BASE_URL", raising=False)


def test_a_demonstration_s_mails_lead_to_the_port_it_is_served_on():
    assert address_served("127.0.0.1", 5617) == {"base_url": "http://127.0.0.1:5617"}


def test_an_address_that_was_given_is_kept(monkeypatch):
    monkeypatch.setenv("ALIZE_BASE_URL", "http://demo.exemple.test")
    assert address_served("127.0.0.1", 5617) == {}


def test_a_real_installation_keeps_its_own_address(monkeypatch):
    monkeypatch.setenv("ALIZE_ENVIRONMENT", "production")
    monkeypatch.setenv("ALIZE_SECRET_KEY", "un secret à soi")
    assert address_served("127.0.0.1", 5617) == {}
