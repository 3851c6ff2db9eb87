"""What somebody with bad intentions tries: guess who has an account, read a log, take an account over."""

from __future__ import annotations


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
