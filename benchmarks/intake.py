"""What taking a complaint costs beside a bare durable insert, and whether a busy minute is borne."""

import ipaddress
import itertools
import json
import random
import secrets
import statistics
import threading
import time
from collections.abc import Iterator, Sequence

import click

from benchmarks.load import Connection, Request, Server, own, percentile

JSON = (("Content-Type", "application/json"),)
REQUESTS = 1000
RATE = 200  # messages a second
SENDERS = 64


def complaints(codes: Sequence[str]) -> Iterator[Request]:
    """Make complaints about lifts drawn at random, each from an address and with an Idempotency-Key of its own."""
    chance = random.Random(84)
    while True:
        body = {"lift_code": chance.choice(codes), "category": "door", "description": "关不上门"}
        address = str(ipaddress.IPv4Address("10.0.0.0") + chance.randrange(2**24))
        headers = (*JSON, ("Idempotency-Key", secrets.token_hex(8)), ("X-Forwarded-For", address))
        yield Request("/api/v1/complaints", json.dumps(body).encode(), headers, status=201)


def measure(codes: Sequence[str], floor: Server, chati: Server, rounds: int) -> None:
    """File complaints as fast as they are taken, beside the floor, and print the medians.

    Args:
        codes: of stored lifts.
        floor: one bare durable insert.
        chati: what is measured.
        rounds: how often.
    """
    sent, ratios, results = complaints(codes), [], []
    own(chati, list(itertools.islice(sent, 100)))
    for _ in range(rounds):
        least = own(floor, list(itertools.islice(sent, REQUESTS)))
        result = own(chati, list(itertools.islice(sent, REQUESTS)))
        ratios.append(result.per_second / least.per_second)
        results.append(result)
    middle = sorted(results, key=lambda result: result.per_second)[len(results) // 2]
    click.echo(f"{'complaint':24}{middle}   {statistics.median(ratios):5.2f} of the durable insert")


def minute(codes: Sequence[str], chati: Server, seconds: int) -> None:
    """Send RATE messages a second, whether or not the earlier ones are answered, and print how long they took.

    A message's time counts from the moment at which it was due to be sent, so that waiting in a queue counts.

    Args:
        codes: of stored lifts.
        chati: what is measured.
        seconds: how long.
    """
    messages = list(itertools.islice(complaints(codes), RATE * seconds))
    numbers, times, wrong = iter(range(len(messages))), [], []
    began, turn = time.perf_counter() + 1, threading.Lock()

    def sender() -> None:
        with Connection(chati.port) as connection:
            while True:
                with turn:
                    number = next(numbers, None)
                if number is None:
                    return
                due = began + number / RATE
                time.sleep(max(0.0, due - time.perf_counter()))
                status = connection.ask(messages[number])
                times.append(time.perf_counter() - due)
                if status != messages[number].status:
                    wrong.append(status)

    senders = [threading.Thread(target=sender) for _ in range(SENDERS)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    took = time.perf_counter() - began
    click.echo(
        f"{RATE} messages a second for {seconds} s: {len(times) / took:.0f}/s taken, {len(wrong)} refused, "
        f"median {percentile(times, 0.5) * 1000:.0f} ms, p99 {percentile(times, 0.99) * 1000:.0f} ms, "
        f"longest {max(times) * 1000:.0f} ms"
    )
