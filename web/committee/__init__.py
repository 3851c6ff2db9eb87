"""The pages of the approval committee: its sessions, what waits for them, what its chair signs."""

from __future__ import annotations

from web import page_forms
from web.committee import planning, sessions, signing
from web.committee.blueprint import pages

page_forms.register(pages)

__all__ = ["pages", "planning", "sessions", "signing"]
