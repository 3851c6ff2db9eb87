"""Mails: a row written with the act, sent afterwards, at least once, and shown to everybody."""
