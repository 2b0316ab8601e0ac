"""The operator of whom the tests of the database tell."""

from ivr.core.model.call import OperatorId
from ivr.core.model.operator import Operator
from tests.adapters.sql import story

ANNA = Operator(
    id=OperatorId("operator-1"),
    line=story.LINE,
    name="Anna",
    languages=("uk", "ru"),
    since=story.NOON,
    idle_since=story.NOON,
    phone="somebody-23",
)
