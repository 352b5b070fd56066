"""Periodic jobs of the worker: however many workers run, each job is run by one of them at a time."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from pymongo.errors import DuplicateKeyError

from backend.foundation import clock
from backend.foundation.database import collection

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """What to do and how often."""

    seconds: float
    work: Callable[[], Any]


_jobs: dict[str, Job] = {}


def every(seconds: float, name: str, job: Callable[[], Any]) -> None:
    """Have the worker do something again and again; the same name again takes the earlier one's place.

    Args:
        seconds: from one start to the next, as long as a worker is free.
        name: of the job, the same in all workers.
        job: runs in an application context. A job that outlasts CHATI_WORKER_LEASE_S may be started again beside
            itself, so it must bear that, as it must bear being killed.
    """
    _jobs[name] = Job(seconds, job)


def run_due(owner: str) -> bool:
    """Run the jobs that are due and that no other worker has, and tell whether there were any.

    Args:
        owner: name of this worker.
    """
    waiting = {row["_id"] for row in collection("worker_jobs").find({"next_at": {"$gt": clock.now()}}, {"_id": 1})}
    ran = [_run(name, job, owner) for name, job in tuple(_jobs.items()) if name not in waiting]
    return any(ran)


def frames(error: Exception) -> str:
    """Return where an error came from, for the log: without its message, which may hold an address or a key."""
    return "".join(traceback.format_tb(error.__traceback__))


def _run(name: str, job: Job, owner: str) -> bool:
    started = clock.now()
    if not _claim(name, owner, started):
        return False
    error = None
    try:
        job.work()
    except Exception as failure:
        error = type(failure).__name__
        log.error("job.failed", job=name, error=error, frames=frames(failure))
    collection("worker_jobs").update_one(
        {"_id": name, "owner": owner},
        {"$set": {"next_at": started + timedelta(seconds=job.seconds), "ran_at": started, "error": error}},
    )
    return True


def _claim(name: str, owner: str, now: datetime) -> bool:
    """Take a due job for the time of a lease: a worker that dies in it only delays the next run by that."""
    lease = timedelta(seconds=current_app.config["CHATI"].worker_lease_s)
    try:
        collection("worker_jobs").update_one(
            {"_id": name, "next_at": {"$lte": now}}, {"$set": {"next_at": now + lease, "owner": owner}}, upsert=True
        )
    except DuplicateKeyError:
        return False  # it exists and is not due: another worker was faster
    return True
