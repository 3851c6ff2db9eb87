"""The blueprint that the pages of sign-in share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("auth", __name__)
