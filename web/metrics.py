"""What a supervision reads (Prometheus): what waits, how requests ended; on a loopback port of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from engine import doctor

if TYPE_CHECKING:
    from engine.app import Engine

log = logging.getLogger("alize.web")

LOOPBACK = "127.0.0.1"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS = Counter(
    "alize_requests", "Requests answered, by method and status.", ("method", "status"), registry=None
)
GAUGES = (
    ("alize_open_tasks", "Tasks open.", "open_tasks"),
    ("alize_late_tasks", "Tasks open and past their due date.", "late_tasks"),
    ("alize_outbox_pending", "Mails still to leave.", "mails_pending"),
    ("alize_outbox_dead", "Mails given up after many attempts: someone must look.", "mails_dead"),
    (
        "alize_papers_waiting",
        "Documents asked for more than ten minutes ago, not made yet.",
        "papers_waiting",
    ),
    ("alize_papers_failed", "Documents given up after many attempts: someone must look.", "papers_failed"),
    ("alize_incidents", "Operations that failed and that nobody has dealt with.", "incidents"),
)


class Waiting(Collector):
    """Counts what waits in the database, each time it is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> list[Any]:
        """Nothing, so that registering asks the database nothing."""
        return []

    def collect(self) -> Iterator[Any]:
        """One gauge per count."""
        with self._engine.database.start_reading() as work:
            found = doctor.pulse(work)
        for name, about, field in GAUGES:
            gauge = GaugeMetricFamily(name, about)
            gauge.add_metric([], getattr(found, field))
            yield gauge
        yield self._ticks()

    def _ticks(self) -> GaugeMetricFamily:
        """How long ago each tick last ran in this process; none where no scheduler runs."""
        gauge = GaugeMetricFamily(
            "alize_tick_seconds", "Seconds since each tick last ran in this process.", labels=["tick"]
        )
        wall = self._engine.database.clock.wall()
        for name, ran_at in self._engine.beats.items():
            gauge.add_metric([name], (wall - ran_at).total_seconds())
        return gauge


def count(response: Response) -> Response:
    """Count one request by method and status; nothing of its address, which may name a project."""
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.labels(method, str(response.status_code)).inc()
    return response


def register(app: Flask) -> None:
    """Count every request of the application."""
    app.after_request(count)


def registry(engine: Engine) -> CollectorRegistry:
    """Everything that an installation measures about itself."""
    made = CollectorRegistry()
    made.register(REQUESTS)
    made.register(Waiting(engine))
    return made


def start(engine: Engine) -> bool:
    """Listen on the loopback port of the settings, from the process that answers requests or runs ticks.

    With several such processes, the first one listens, and its requests are those counted.
    """
    port = engine.settings.metrics_port
    if not port:
        return False
    try:
        start_http_server(port, addr=LOOPBACK, registry=registry(engine))
    except OSError as taken:
        log.info("web.metrics.not_started port=%s reason=%s", port, taken)
        return False
    return True
