"""Signing in at the desk, and being sent there."""

from tests.web.desk_people import at_the_door, enter, signed_up
from tests.world import World


def test_right_name_password_and_code_open_the_desk(world: World) -> None:
    client = at_the_door(world)

    answer = enter(client, signed_up(world).form())

    assert (answer.status_code, answer.location) == (303, "/operator")
    assert client.get("/").location == "/operator"
