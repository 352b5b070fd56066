"""Where the pages about lifts and rules stand."""

from backend.foundation.links import path_to


def lift_url(code: str, tag: str | None = None) -> str:
    """Return the path of a lift's page, as scanned from a sign with this tag or as typed."""
    return path_to("card.scanned", code=code, tag=tag) if tag else path_to("card.typed", code=code)


def rule_url(rule_id: str, code: str | None = None) -> str:
    """Return the path of the page of a rule, and on it what the rule led to for a lift."""
    return path_to("card.rule", rule_id=rule_id, e=code)


def search_url(q: str | None = None) -> str:
    """Return the path of the search, of what it finds where something is searched for."""
    return path_to("card.search", q=q) if q else path_to("card.home")


def privacy_url() -> str:
    """Return the path of the privacy notice."""
    return path_to("card.privacy")
