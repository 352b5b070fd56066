"""What the worker does with news, as far as a test that reads the outbox needs it."""

from backend.delivery import reach
from backend.foundation.database import collection


def pass_news_on():
    """Pass on what is promised to whoever is reached, by each of their channels; nothing is delivered."""
    for message in list(collection("outbox").find({"channel": reach.CHANNEL})):
        reach.send(message)
