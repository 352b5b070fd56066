import threading

import pytest

from backend.delivery import jobs, worker


@pytest.fixture
def ran(office):
    """Names of the jobs that ran."""
    return []


def test_a_job_runs_at_once_and_then_every_so_often(office, ran):
    jobs.every(60, "sweep", lambda: ran.append("sweep"))
    assert jobs.run_due("worker-1")
    assert not jobs.run_due("worker-1")
    office.wait(59)
    assert not jobs.run_due("worker-1")
    office.wait(1)
    assert jobs.run_due("worker-1")
    assert ran == ["sweep", "sweep"]


def test_of_many_workers_one_runs_a_job(office, ran, app):
    jobs.every(60, "sweep", lambda: ran.append("sweep"))
    start = threading.Barrier(8)

    def look(n):
        with app.app_context():
            start.wait()
            jobs.run_due(f"worker-{n}")

    threads = [threading.Thread(target=look, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == ["sweep"]


def test_a_job_of_a_dead_worker_is_taken_over_when_its_lease_has_run_out(office, ran):
    def die():
        ran.append("died")
        raise KeyboardInterrupt  # ends a worker in the middle, as far as the job is concerned

    jobs.every(3600, "sweep", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_due("worker-1")
    jobs.every(3600, "sweep", lambda: ran.append("done"))
    office.wait(59)
    assert not jobs.run_due("worker-2")
    office.wait(1)
    assert jobs.run_due("worker-2")
    assert ran == ["died", "done"]


def test_a_job_that_fails_is_written_down_and_tried_at_its_next_time(office, ran):
    def fail():
        ran.append("failed")
        raise ValueError("bug")

    jobs.every(60, "sweep", fail)
    jobs.run_due("worker-1")
    assert office.db["worker_jobs"].find_one({"_id": "sweep"})["error"] == "ValueError"
    office.wait(60)
    jobs.run_due("worker-1")
    assert ran == ["failed", "failed"]


def test_one_failing_job_does_not_stop_the_others(office, ran):
    jobs.every(60, "broken", lambda: 1 // 0)
    jobs.every(60, "sweep", lambda: ran.append("sweep"))
    jobs.run_due("worker-1")
    assert ran == ["sweep"]


def test_the_running_worker_runs_jobs_and_delivers_until_told_to_stop(office, ran):
    stop = threading.Event()
    jobs.every(60, "sweep", lambda: ran.append("sweep"))
    office.promise("a")
    jobs.every(60, "then stop", stop.set)
    worker.run(stop)
    assert ran == ["sweep"]
    assert office.sent == ["a"]
