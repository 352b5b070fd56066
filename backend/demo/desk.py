"""Who signs in to the demo city: an officer of each bureau, one of the municipal bureau, and the administrator."""

import hmac
from dataclasses import asdict, dataclass
from datetime import date
from random import Random

from flask import current_app

from backend.accounts import service as accounts
from backend.accounts.actors import DEMO
from backend.demo import names
from backend.foundation.database import transactional
from backend.policy import jurisdictions

ADMINISTRATOR, MUNICIPAL_OFFICER = "admin", "shiju"


def password() -> str:
    """Return the demo accounts' password: this installation's own, so that no other installation's is known."""
    mac = hmac.digest(current_app.extensions["chati.data_key"], b"demo password", "sha256")
    return f"demo-{int.from_bytes(mac[:4], 'big') % 1_000_000:06d}"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demo city, without its password."""

    login: str
    name: str
    role: str
    jurisdiction: str


def accounts_on(today: date, seed: int) -> list[Account]:
    """List who signs in; an officer's login is the id of the bureau in lower case.

    Args:
        today: the bureaus of this day.
        seed: the same seed gives the same names.
    """
    random = Random(f"{seed}:desk")
    municipal = jurisdictions.MUNICIPAL
    people = [(ADMINISTRATOR, "administrator", municipal), (MUNICIPAL_OFFICER, "municipal_officer", municipal)]
    people += [(area.id.lower(), "district_officer", area.id) for area in jurisdictions.all_on(today)]
    return [Account(login, names.person(random), role, area) for login, role, area in people]


@transactional
def create(today: date, seed: int, password: str) -> list[Account]:
    """Make the accounts that are missing, all with one password, and return those made.

    As they share the password they share its hash, which takes a machine a tenth of a second each to make.

    Args:
        today: the bureaus of this day.
        seed: see accounts_on().
        password: 10 to 128 characters; the caller shows it to whoever started the demo.

    Raises:
        BadInput: the password cannot be taken.
    """
    every = accounts_on(today, seed)
    made = set(accounts.create_people([asdict(account) for account in every], password, by=DEMO))
    return [account for account in every if account.login in made]
