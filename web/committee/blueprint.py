"""The name under which the application knows the pages of the committee."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("committee", __name__)
