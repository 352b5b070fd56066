"""Seeing: structured logs without personal data, metrics, /healthz and /readyz."""

import functools
import logging
import os
import time
from collections.abc import Callable

import structlog
from flask import Flask, Response, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from backend.foundation import database
from backend.foundation.permissions import public

REQUESTS = Counter("chati_requests_total", "Requests answered.", ["endpoint", "method", "status"])
SECONDS = Histogram("chati_request_seconds", "Time to answer.", ["endpoint"])
log = structlog.get_logger()
_measures: dict[Callable[[], object], None] = {}


def at_scrape(measure: Callable[[], object]) -> None:
    """Have something measured whenever the metrics are asked for; the same function again is the same.

    Args:
        measure: sets gauges.
    """
    _measures[measure] = None


def configure_logging(level: str) -> None:
    """Write logs as JSON lines to standard error.

    Args:
        level: debug, info, warning or error.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=open(2, "w", closefd=False)),  # noqa: SIM115 - stays open
        cache_logger_on_first_use=True,  # else each line is bound anew, also one that is not written
    )


def init_app(app: Flask) -> None:
    """Count and time each request and answer the probes."""
    app.before_request(_start)
    app.after_request(_finish)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
    app.add_url_rule("/metrics", view_func=metrics)


@public
def healthz() -> Response:
    """Say that the process is alive."""
    return jsonify(status="ok")


@public
def readyz() -> tuple[Response, int]:
    """Say whether a primary that keeps what it accepts is reachable."""
    ready = database.is_ready()
    return jsonify(status="ready" if ready else "database unreachable"), 200 if ready else 503


@public
def metrics() -> Response:
    """Give the metrics of all web processes in Prometheus' text form."""
    for measure in _measures:
        measure()
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _start() -> None:
    g.started = time.perf_counter()


def answered(endpoint: str, method: str, status: int, started: float) -> None:
    """Count, time and log a request that was answered.

    Args:
        endpoint: Flask's name of the route, `none` where there is none.
        method: HTTP method.
        status: HTTP status.
        started: `time.perf_counter()` when the request came.
    """
    counted, timed = _children(endpoint, method, status)
    counted.inc()
    timed.observe(time.perf_counter() - started)
    log.debug("request", endpoint=endpoint, method=method, status=status)


@functools.cache
def _children(endpoint: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """Find what counts a kind of request once: finding it again costs more than counting."""
    return REQUESTS.labels(endpoint, method, status), SECONDS.labels(endpoint)


def _finish(response: Response) -> Response:
    answered(request.endpoint or "none", request.method, response.status_code, g.get("started", time.perf_counter()))
    return response
