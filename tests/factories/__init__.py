"""Makes what tests begin with, through the project's own services: lifts and their labels, visits, cases, groups."""

from tests.factories.cases import file_complaint
from tests.factories.examinations import make_examination
from tests.factories.groups import make_group
from tests.factories.labels import make_label
from tests.factories.lifts import make_lift
from tests.factories.visits import make_visit

__all__ = ["file_complaint", "make_examination", "make_group", "make_label", "make_lift", "make_visit"]
