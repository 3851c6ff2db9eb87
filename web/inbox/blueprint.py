"""The name under which the application knows the pages of tasks."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("inbox", __name__)
