"""`chati worker` with one more channel, `sink`, that POSTs to SINK_URL and stops at each point until told to go on."""

import os
import sys

import requests
from flask.cli import ScriptInfo

import wsgi
from backend.delivery import channels
from backend.delivery.commands import worker


def stop_at(point):
    """Say on standard output where we are, and wait for a line on standard input."""
    if "SINK_PAUSES" in os.environ:
        print(point, flush=True)
        sys.stdin.readline()


def send(message):
    """Hand a message to the sink under its id."""
    stop_at(f"leased {message['key']}")
    delivery = {"X-Chati-Delivery": str(message["_id"])}
    requests.post(os.environ["SINK_URL"], data=message["key"], headers=delivery, timeout=10).raise_for_status()
    stop_at(f"sent {message['key']}")
    return channels.Sent()


channels.register("sink", send)
if __name__ == "__main__":
    worker.main(obj=ScriptInfo(create_app=wsgi.create_app))
