"""Policy profiles: which rules hold, their numbers from config/policies, and which profile governs a lift."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import config
from backend.policy.rules import carries

PILOT = "cq-2020-84"
NATIONAL = ("national-2009", "tsg-2023")
PROGRAMMES = ("maintenance", "inspection")


@dataclass(frozen=True, slots=True)
class Band:
    """An age band: [from_years, next band) since the clock's start."""

    id: str
    from_years: int
    every_years: int
    both: bool  # inspection and test in the same year
    inspection_reason: str
    test_reason: str


@dataclass(frozen=True, slots=True)
class MajorRepair:
    """What a major repair does to the inspection clock."""

    from_years: int | None  # None: never restarts the clock
    treated_as_years: int
    skips_that_year: bool


@dataclass(frozen=True, slots=True)
class VisitRule:
    """The longest interval between on-site visits for one basis: iot, full or other."""

    basis: str
    months: int
    reason: str
    clause: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Window:
    """A programme or one of its phases; both days are inclusive."""

    name: str
    valid_from: date
    valid_to: date
    clause: str
    rule_id: str

    def holds(self, on: date, extended: date | None = None) -> bool:
        """Tell whether a day lies inside; `extended` replaces an earlier last day."""
        return self.valid_from <= on <= max(self.valid_to, extended or self.valid_to)


@dataclass(frozen=True, eq=False)
class Profile:
    """One version of the rules; `data` is the whole file, for numbers that only one function reads.

    A profile is itself and nothing else: compared by identity, it can key a cache.
    """

    id: str
    title: str
    document: str
    valid_from: date
    valid_to: date | None
    clause: str
    rule_id: str
    early_months: int
    tests: bool
    bands: tuple[Band, ...]
    fixed_years: tuple[int, ...]
    major_repair: MajorRepair
    visits: tuple[VisitRule, ...]
    data: Mapping[str, Any]

    def band_at(self, years: int) -> Band:
        """Give the band for an age in full years."""
        return next(band for band in reversed(self.bands) if years >= band.from_years)


@dataclass(frozen=True, slots=True)
class Governing:
    """The profile that governs a lift on a day, and why."""

    profile: Profile
    reason: str
    clause: str


@dataclass(frozen=True, slots=True)
class Labels:
    """A lift's pilot labels: held from `since`; from `until`, the day the exit takes effect, no longer."""

    maintenance_since: date | None = None
    maintenance_until: date | None = None
    inspection_since: date | None = None
    inspection_until: date | None = None
    extended: date | None = None  # a later last day of both pilots, for demonstrations

    def holds(self, programme: str, on: date) -> bool:
        """Tell whether the lift carries the programme's label on that day."""
        since = getattr(self, f"{programme}_since")
        until = getattr(self, f"{programme}_until")
        return since is not None and since <= on and (until is None or on < until)


@functools.cache
def profile(profile_id: str) -> Profile:
    """Read a profile.

    Args:
        profile_id: cq-2020-84, national-2009 or tsg-2023.

    Raises:
        LookupError: there is no such profile.
    """
    if profile_id not in (PILOT, *NATIONAL):
        raise LookupError(f"profile: unknown {profile_id!r}, one of {PILOT}, {', '.join(NATIONAL)}")
    data = config.load(f"policies/{profile_id}")
    inspection = data["inspection"]
    repair = inspection.get("major_repair", {})
    return Profile(
        id=data["id"],
        title=data["title"],
        document=data["document"],
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        clause=inspection["clause"],
        rule_id=inspection["rule_id"],
        early_months=inspection["early_months"],
        tests=inspection["tests"],
        bands=tuple(Band(**band) for band in inspection["bands"]),
        fixed_years=tuple(inspection.get("fixed_years", ())),
        major_repair=MajorRepair(
            repair.get("from_years"), repair.get("treated_as_years", 0), repair.get("skips_that_year", False)
        ),
        visits=tuple(VisitRule(**visit) for visit in data.get("visits", ())),
        data=data,
    )


@carries("G-04")
def window(programme: str) -> Window:
    """Give the first and last day of a pilot programme.

    Args:
        programme: maintenance or inspection.

    Raises:
        LookupError: there is no such programme.

    Source: 附件1 一; 附件2 一.
    """
    data = _programme(programme)
    return Window(data["label"], data["valid_from"], data["valid_to"], data["clause"], data["rule_id"])


@carries("G-05", "G-06")
def phases(programme: str, on: date) -> tuple[Window, ...]:
    """Give the phases a programme is in; preparing and carrying out overlap in October (reading A27).

    Args:
        programme: maintenance or inspection.

    Source: 附件1 五; 附件2 五.
    """
    every = (Window(**phase) for phase in _programme(programme)["phases"])
    return tuple(phase for phase in every if phase.holds(on))


def governing(facts: Labels, on: date, programme: str = "inspection") -> Governing:
    """Choose the profile that governs a lift on a day.

    Args:
        facts: the lift's labels and, for demonstrations, a later end of the pilots.
        programme: inspection for its calendar, maintenance for its visits; the two labels are separate.

    Source: 附件1 一, 四（二）, 四（三）; 附件2 一, 四（二）, 四（三）.
    """
    pilot = window(programme)
    if facts.holds(programme, on) and pilot.holds(on, facts.extended):
        return Governing(profile(PILOT), f"已标注{pilot.name}，试点期内", pilot.clause)
    chosen = next(p for p in map(profile, reversed(NATIONAL)) if on >= p.valid_from or p.id == NATIONAL[0])
    why = "试点期已结束" if facts.holds(programme, on) and on > pilot.valid_to else f"未标注{pilot.name}"
    return Governing(chosen, f"{why}，适用{chosen.document}", chosen.document)


def _programme(programme: str) -> dict[str, Any]:
    """Read a programme's table, or say which ones there are."""
    if programme not in PROGRAMMES:
        raise LookupError(f"programme: unknown {programme!r}, one of {', '.join(PROGRAMMES)}")
    return config.load(f"policies/{PILOT}")["programmes"][programme]
