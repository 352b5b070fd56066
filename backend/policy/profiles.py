"""Policy profiles: which rules hold, their numbers from config/policies, and which profile governs a lift."""

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import config
from backend.policy.rules import carries
from config import About, ConfigError, Files, references

FOLDER = "policies"
PILOT, NATIONAL = "pilot", "national"  # what a profile declares itself to be
PROGRAMMES = ("maintenance", "inspection")


@dataclass(frozen=True, slots=True)
class Band:
    """An age band: [from_years, next band) since the clock's start."""

    id: str
    from_years: int
    every_years: int
    both: bool  # inspection and test in the same year
    inspection_reason: str
    test_reason: str  # empty where no test is asked for

    @property
    def tests(self) -> bool:
        """Whether tests are asked for at this age."""
        return bool(self.test_reason)


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
        return self.valid_from <= on <= self.last(extended)

    def last(self, extended: date | None = None) -> date:
        """Give the last day; `extended` replaces an earlier one."""
        return max(self.valid_to, extended or self.valid_to)


@dataclass(frozen=True, eq=False)
class Profile:
    """One version of the rules; `data` is the whole file, for numbers that only one function reads.

    A profile is itself and nothing else: compared by identity, it can key a cache.
    """

    kind: str  # pilot | national
    id: str
    title: str
    document: str
    valid_from: date
    valid_to: date | None
    clause: str
    rule_id: str
    early_months: Mapping[str, int]  # inspection, test: so many months early leave the later dates where they are
    tests: bool
    bands: tuple[Band, ...]
    fixed_years: tuple[int, ...]
    month_follows: tuple[str, ...]  # events whose inspection moves the month of what falls due after it
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

    def left(self, programme: str, on: date) -> date | None:
        """Give the first day without the programme: the exit took effect or the pilot had ended; None while in it.

        A lift that never was in it has not left it either.
        """
        since, until = getattr(self, f"{programme}_since"), getattr(self, f"{programme}_until")
        ended = window(programme).last(self.extended) + timedelta(days=1)
        first = min(until or ended, ended)
        return first if since is not None and since < first <= on else None


@functools.cache
def profiles() -> dict[str, Profile]:
    """Find every profile in its folder: {id: profile}, the pilot's first, then the national ones by age."""
    declared = (data for name in config.names(FOLDER) if "profile" in (data := config.load(name)))
    found = sorted(map(_profile, declared), key=lambda one: (one.kind != PILOT, one.valid_from))
    return {one.id: one for one in found}


def profile(profile_id: str) -> Profile:
    """Give a profile.

    Args:
        profile_id: cq-2020-84 or another id that a file of config/policies declares.

    Raises:
        LookupError: there is no such profile.
    """
    try:
        return profiles()[profile_id]
    except KeyError:
        raise LookupError(f"profile: unknown {profile_id!r}, one of {', '.join(profiles())}") from None


@functools.cache
def pilot() -> Profile:
    """Give the profile of the pilots."""
    return next(one for one in profiles().values() if one.kind == PILOT)


@functools.cache
def national() -> tuple[Profile, ...]:
    """Give the profiles of the whole country, the oldest first; each holds until the next."""
    return tuple(one for one in profiles().values() if one.kind == NATIONAL)


def _profile(data: Mapping[str, Any]) -> Profile:
    inspection = data["inspection"]
    repair = inspection.get("major_repair", {})
    return Profile(
        kind=data["profile"],
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
        month_follows=tuple(inspection.get("month_follows", ())),
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


@carries("T-X10")
def governing(facts: Labels, on: date, programme: str = "inspection") -> Governing:
    """Choose the profile that governs a lift on a day.

    Args:
        facts: the lift's labels and, for demonstrations, a later end of the pilots.
        programme: inspection for its calendar, maintenance for its visits; the two labels are separate.

    Source: 附件1 一, 四（二）, 四（三）; 附件2 一, 四（二）, 四（三）.
    """
    term = window(programme)
    if facts.holds(programme, on) and term.holds(on, facts.extended):
        return Governing(pilot(), f"已标注{term.name}，试点期内", term.clause)
    chosen = next((one for one in reversed(national()) if on >= one.valid_from), national()[0])
    why = "试点期已结束" if facts.holds(programme, on) and on > term.valid_to else f"未标注{term.name}"
    return Governing(chosen, f"{why}，适用{chosen.document}", chosen.document)


def _programme(programme: str) -> dict[str, Any]:
    """Read a programme's table, or say which ones there are."""
    if programme not in PROGRAMMES:
        raise LookupError(f"programme: unknown {programme!r}, one of {', '.join(PROGRAMMES)}")
    return pilot().data["programmes"][programme]


@references
def _profiles_fit(files: Files) -> Iterator[ConfigError]:
    """There is one pilot, the national profiles follow each other day by day, and each is sound in itself."""
    every = [About(files, name) for name in files.names(FOLDER) if "profile" in files[name]]
    of_pilots = [about for about in every if about.data["profile"] == PILOT]
    if len(of_pilots) != 1:
        yield ConfigError(FOLDER, "profile", f"one file with {PILOT!r} expected, not {len(of_pilots)}")
    for about in every:
        if sum(other.data["id"] == about.data["id"] for other in every) > 1:
            yield about.wrong(("id",), f"an id of its own expected, another file says {about.data['id']!r}, too")
        yield from _sound(about)
    yield from _one_after_another([about for about in every if about.data["profile"] == NATIONAL])


def _one_after_another(every: list[About]) -> Iterator[ConfigError]:
    ordered = sorted(every, key=lambda about: about.data["valid_from"])
    if not ordered:
        yield ConfigError(FOLDER, "profile", f"at least one file with {NATIONAL!r} expected")
    for about, following in itertools.pairwise(ordered):
        last, then = about.data.get("valid_to"), following.data["valid_from"]
        if last != then - timedelta(days=1):
            yield about.wrong(("valid_to",), f"the day before {following.file} begins ({then}) expected, not {last}")
    if ordered and "valid_to" in ordered[-1].data:
        yield ordered[-1].wrong(("valid_to",), "left out expected, nothing follows this profile")


def _sound(about: About) -> Iterator[ConfigError]:
    """Ask of one profile what its shape cannot tell."""
    for pattern in ("inspection.bands.*.id", "pledges.*.key", "targets.*.year", "visits.*.basis"):
        yield from about.unique(pattern)
    starts = [value for _, value in about.each("inspection.bands.*.from_years")]
    if starts[0] != 0 or starts != sorted(set(starts)):
        yield about.wrong(("inspection", "bands"), f"bands from 0 years upwards expected, not {starts}")
    fixed = about.data["inspection"].get("fixed_years", [])
    if fixed != sorted(set(fixed)):
        yield about.wrong(("inspection", "fixed_years"), f"years in their order expected, not {fixed}")
    repair = about.data["inspection"].get("major_repair", {})
    if "from_years" in repair and "treated_as_years" not in repair:
        yield about.wrong(("inspection", "major_repair", "treated_as_years"), "missing, a whole number expected")
    yield from backwards(about, "programmes.*", "programmes.*.phases.*")


def backwards(about: About, *patterns: str) -> Iterator[ConfigError]:
    """Yield an error for each window that ends before it begins."""
    for pattern in patterns:
        for key, row in about.each(pattern):
            first, last = row.get("valid_from", date.min), row.get("valid_to", date.max)
            if last < first:
                yield about.wrong((*key, "valid_to"), f"no day before valid_from ({first}) expected, not {last}")
