"""The shapes of the regulation's numbers: policy profiles, deadlines, sources, item tables, bureaus, the register."""

from config.shapes.kit import (
    code,
    day,
    flag,
    many,
    number,
    one,
    one_of,
    row,
    some_of,
    table,
    text,
    texts,
    whole,
    wholes,
)

PILOT, NATIONAL = "pilot", "national"
PROGRAMMES = ("maintenance", "inspection")

BAND = row(
    id=text(),
    from_years=whole(),
    every_years=whole(1),
    both=flag(),
    inspection_reason=text(),
    test_reason=text(empty=True),
)

MAJOR_REPAIR = row(
    from_years=whole(optional=True),
    treated_as_years=whole(optional=True),
    skips_that_year=flag(),
)

INSPECTION = row(
    clause=text(),
    rule_id=text(),
    early_months=one(row(inspection=whole(), test=whole())),
    tests=flag(),
    fixed_years=wholes(optional=True),
    month_follows=texts(optional=True),
    bands=many(BAND),
    major_repair=one(MAJOR_REPAIR, optional=True),
)

NATIONAL_PROFILE = row(
    profile=one_of(NATIONAL),
    id=text(),
    title=text(),
    document=text(),
    valid_from=day(),
    valid_to=day(optional=True),
    inspection=one(INSPECTION),
)

PHASE = row(name=text(), valid_from=day(), valid_to=day(), clause=text(), rule_id=text())

PROGRAMME = row(
    label=text(),
    valid_from=day(),
    valid_to=day(),
    clause=text(),
    rule_id=text(),
    phases=many(PHASE),
)

VISIT = row(
    basis=one_of("iot", "full", "other"),
    months=whole(1),
    clause=text(),
    rule_id=text(),
    reason=text(),
)

TARGET = row(
    year=whole(2000),
    rule_id=text(),
    clause=text(),
    insurance_percent=whole(0, 100, optional=True),
    rescue_platform_percent=whole(0, 100, optional=True),
    maintenance_districts=whole(optional=True),
    maintenance_districts_percent=whole(0, 100, optional=True),
    inspection_districts=whole(optional=True),
    inspection_districts_percent=whole(0, 100, optional=True),
)

PILOT_PROFILE = row(
    profile=one_of(PILOT),
    id=text(),
    title=text(),
    document=text(),
    valid_from=day(),
    valid_to=day(),
    inspection=one(INSPECTION),
    programmes=one(row(**{name: one(PROGRAMME) for name in PROGRAMMES})),
    visits=many(VISIT),
    authority=one(row(municipal_from_lifts=whole(1), clause=text(), rule_id=text())),
    eligibility=one(row(accident_free_years=whole(1), pilot_months=whole(1))),
    exit_thresholds=one(
        row(
            fault_ratio=number(),
            fault_increase=number(),
            complaints_in_90_days=whole(1),
            complaints_in_12_months=whole(1),
        )
    ),
    pledges=many(row(key=text(), name=text(), unit=text())),
    targets=many(TARGET),
)

PROFILES = {PILOT: PILOT_PROFILE, NATIONAL: NATIONAL_PROFILE}

UNITS = ("minutes", "hours", "calendar_days", "working_days", "years", "yearly", "start")

DEADLINES = row(
    deadline=many(
        row(
            kind=text(),
            length=whole(1, optional=True),
            unit=one_of(*UNITS, optional=True),
            month_day=wholes(optional=True),
            rolls=flag(optional=True),
            computed_by=text(optional=True),
            reason=text(optional=True),
            clause=text(),
            rule_id=text(),
            on_miss=text(),
            valid_from=day(optional=True),
            valid_to=day(optional=True),
        )
    )
)

DECISIONS = row(
    decision=many(
        row(
            document=text(),
            rule_id=text(),
            decided_on=day(),
            kinds=some_of("inspection", "test"),
            valid_from=day(),
            valid_to=day(),
            months=whole(-12, 12),
            districts=texts(optional=True),
        ),
        optional=True,
    )
)

SOURCES = table(row(title=text(), issuer=text(), says=text(), house=flag(optional=True)))

OPEN = row(open=table(text()))

SENTENCES = table(texts())

RULE = row(id=code(r"[A-Z]+-X?\d+", "an id such as M-15"), clause=text(), rule=text())

VISIT_TYPES = ("HM", "TM", "SM", "OY")

ANNEX = row(
    name=text(),
    counts=one(row(**{kind: whole() for kind in VISIT_TYPES})),
    items=one(row(**{kind: texts() for kind in VISIT_TYPES}), optional=True),
)

T5002_ITEMS = row(
    document=text(),
    types=many(
        row(
            code=one_of(*VISIT_TYPES),
            name=text(),
            days=whole(1, optional=True),
            months=whole(1, optional=True),
            reason=text(),
            clause=text(),
            rule_id=text(),
        )
    ),
    annexes=one(row(**{annex: one(ANNEX) for annex in "ABCD"})),
    notes=table(text()),
    focus=table(texts()),
)

BUREAU = code(r"\d{6}|CQ(-[A-Z]+)?", "a bureau's id such as 500103 or CQ-WS")

STREETS = row(streets=table(texts()))

JURISDICTIONS = row(
    jurisdiction=many(
        row(
            id=BUREAU,
            name=text(),
            bureau_name=text(),
            mark=text(),
            kind=one_of("municipal", "district", "county", "autonomous-county", "zone"),
            valid_from=day(optional=True),
            valid_to=day(optional=True),
            successors=texts(optional=True),
            host=text(optional=True),
            supervised_by_host=flag(optional=True),
        )
    ),
    pilot=many(
        row(
            programme=one_of(*PROGRAMMES),
            batch=whole(1),
            valid_from=day(),
            clause=text(),
            rule_id=text(),
            ids=texts(),
        )
    ),
)
