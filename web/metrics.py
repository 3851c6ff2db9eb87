"""What a supervision reads (Prometheus): what waits, how requests ended; on a loopback port of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from engine import doctor, surroundings
from engine.persistence import installation

if TYPE_CHECKING:
    from engine.app import Engine

log = logging.getLogger("alize.web")

LOOPBACK = "127.0.0.1"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS = Counter(
    "alize_requests", "Requests answered, by method and status.", ("method", "status"), registry=None
)
SECONDS = Histogram(
    "alize_request_seconds", "How long requests took to be answered, by method.", ("method",), registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
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
    """Counts what waits in the database, each time it is asked; says so when the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> list[Any]:
        """Nothing, so that registering asks the database nothing."""
        return []

    def collect(self) -> Iterator[Any]:
        """One gauge per count; what the process knows by itself comes whatever the database answers."""
        yield self._ticks()
        yield self._failures()
        yield self._disks()
        try:
            found = list(self._of_the_database())
        except Exception:
            log.warning("web.metrics.database_gone", exc_info=True)
            yield gauge("alize_database_up", "Whether the database answers with its tables.", 0)
            return
        yield gauge("alize_database_up", "Whether the database answers with its tables.", 1)
        yield from found

    def _of_the_database(self) -> Iterator[GaugeMetricFamily]:
        """What only the database knows."""
        with self._engine.database.start_reading() as work:
            found, standing = doctor.pulse(work), installation.standing(work)
            oldest, size = surroundings.oldest_mail(work), surroundings.database_size(work)
        for name, about, field in GAUGES:
            yield gauge(name, about, getattr(found, field))
        wall, backed_up_at = self._engine.database.clock.wall(), standing.backed_up_at
        is_copy = standing.is_copy_at(self._engine.settings.base_url)
        yield gauge("alize_held", "Whether a restore holds timers and mail.", int(standing.is_held))
        yield gauge("alize_copy", "Whether this is a copy, from which nothing leaves.", int(is_copy))
        yield gauge("alize_database_bytes", "How large the database is.", size)
        yield gauge("alize_outbox_oldest_seconds", "Since when the first mail due has been waiting.", oldest)
        yield gauge(
            "alize_backup_seconds", "Seconds since the last backup; none before the first.",
            None if backed_up_at is None else (wall - backed_up_at).total_seconds(),
        )  # fmt: skip

    def _failures(self) -> CounterMetricFamily:
        """How often each tick failed in this process."""
        counter = CounterMetricFamily(
            "alize_tick_failures", "Runs of each tick that failed in this process.", labels=["tick"]
        )
        for name in self._engine.beats:
            counter.add_metric([name], self._engine.failures.get(name, 0))
        return counter

    def _disks(self) -> GaugeMetricFamily:
        """What is left of the disks of documents and database."""
        found = GaugeMetricFamily("alize_disk_free_bytes", "Room left on each disk used.", labels=["where"])
        for room in surroundings.rooms(self._engine.settings):
            found.add_metric([str(room.where)], room.free)
        return found

    def _ticks(self) -> GaugeMetricFamily:
        """How long ago each tick last ran in this process; none where no scheduler runs."""
        found = GaugeMetricFamily(
            "alize_tick_seconds", "Seconds since each tick last ran in this process.", labels=["tick"]
        )
        wall = self._engine.database.clock.wall()
        for name, ran_at in self._engine.beats.items():
            found.add_metric([name], (wall - ran_at).total_seconds())
        return found


def gauge(name: str, about: str, value: float | None) -> GaugeMetricFamily:
    """One number, or none yet."""
    made = GaugeMetricFamily(name, about)
    if value is not None:
        made.add_metric([], value)
    return made


def begin() -> None:
    """Remember when a request came."""
    g.came_at = time.perf_counter()


def count(response: Response) -> Response:
    """Count one request by method and status; nothing of its address, which may name a project."""
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.labels(method, str(response.status_code)).inc()
    if "came_at" in g:
        SECONDS.labels(method).observe(time.perf_counter() - g.came_at)
    return response


def register(app: Flask) -> None:
    """Count and time every request of the application."""
    app.before_request(begin)
    app.after_request(count)


def registry(engine: Engine) -> CollectorRegistry:
    """Everything that an installation measures about itself."""
    made = CollectorRegistry()
    made.register(REQUESTS)
    made.register(SECONDS)
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
