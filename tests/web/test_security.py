"""What somebody with bad intentions tries: guess who has an account, read a log, take an account over."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa


class TestWhetherAnAccountExists:
    def test_is_not_told_by_the_limits_of_passwords_and_codes_together(self, client, world):
        """Five wrong passwords shut out passwords; codes answer alike whether the address is known or not."""
        met = {}
        for email in (world.emails["member"], "inconnue@exemple.test"):
            for _time in range(5):
                client.post("/connexion", data={"email": email, "password": "une autre phrase de passe"})
            client.post("/connexion/code", data={"email": email})
            met[email] = [
                client.post("/connexion", data={"email": email, "password": "encore une phrase"}).status_code,
                client.post("/connexion/code/verifier", data={"code": "000000"}).status_code,
            ]

        assert list(met.values()) == [[429, 401], [429, 401]]


class TestLogs:
    def test_a_refusal_of_the_database_names_no_value(self, engine):
        with pytest.raises(sa.exc.DBAPIError) as refusal, engine.database.start_reading() as work:
            work.connection.execute(sa.text("SELECT * FROM nowhere WHERE x = :x"), {"x": "chiffre secret"})

        assert "chiffre secret" not in str(refusal.value)

    def test_a_fault_does_not_write_the_address_of_a_calendar(self, flask_app, client, caplog, monkeypatch):
        def broken(_token: str) -> None:
            raise RuntimeError("essai")

        monkeypatch.setattr("web.inbox.calendar_feed.owner", broken)
        with caplog.at_level(logging.ERROR):
            answer = client.get("/calendrier/un-jeton-que-personne-ne-lit.ics")

        assert answer.status_code == 500
        assert "web.request.failed" in caplog.text
        assert "un-jeton-que-personne-ne-lit" not in caplog.text
