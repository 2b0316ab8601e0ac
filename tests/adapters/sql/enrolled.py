"""The operator of whom the tests of the database tell."""

from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, Profile, Telephone
from tests.adapters.sql import story

ANNA = Operator(
    id=OperatorId("operator-1"),
    line=story.LINE,
    profile=Profile(name="Anna", languages=("uk", "ru")),
    since=story.NOON,
    idle_since=story.NOON,
    telephone=Telephone(name="somebody-23"),
)
