"""The name under which the application knows the monitoring pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("monitoring", __name__)
