"""What two neighbours know of each other comes in any order: the account is the same."""

from hypothesis import given
from hypothesis import strategies as st

from deploy.cli.books import Account
from deploy.edges import Edge

EDGE = Edge("intake", "routing", "complaint.registered.v1", "intake", "routing", "routing.complaint-registered")
IDS = [f"event-{one}" for one in range(12)]


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[dict[str, set[str]], list[tuple[str, str]]]:
    """Who was told and who heard what, and one order in which that is read."""
    sides = {name: draw(st.sets(st.sampled_from(IDS))) for name in ("told", "heard", "told_lately", "heard_lately")}
    sides["told_lately"] -= sides["told"]
    sides["heard_lately"] -= sides["heard"]
    steps = [(name, one) for name, ids in sides.items() for one in sorted(ids)]
    return sides, draw(st.permutations(steps))


def read(steps: list[tuple[str, str]]) -> Account:
    account = Account(EDGE)
    for side, message_id in steps:
        if side == "told":
            account.tell("complaints", [(message_id, "complaint-1")])
        elif side == "told_lately":
            account.tell_lately([(message_id, "complaint-1")])
        elif side == "heard":
            account.hear([message_id])
        else:
            account.hear_lately([message_id])
    return account


@given(exchanges())
def test_whatever_is_read_first_the_same_is_missing(drawn: tuple[dict[str, set[str]], list[tuple[str, str]]]):
    sides, steps = drawn

    account = read(steps)

    heard = sides["heard"] | sides["heard_lately"]
    assert set(account.lost) == sides["told"] - heard
    assert account.untold == sides["heard"] - sides["told"] - sides["told_lately"]
    assert (account.row["told"], account.row["heard"]) == (len(sides["told"]), len(sides["told"] & heard))


@given(exchanges())
def test_what_both_know_takes_no_room(drawn: tuple[dict[str, set[str]], list[tuple[str, str]]]):
    sides, steps = drawn

    account = read(steps)

    alone = (sides["told"] | sides["told_lately"]) ^ (sides["heard"] | sides["heard_lately"])
    assert {*account.lost, *account.told_lately, *account.untold, *account.heard_lately} == alone


def test_what_lies_in_the_dead_letters_too_is_heard_once():
    account = read([("told", "event-1"), ("heard", "event-1"), ("told", "event-2")])

    account.hear_again(["event-1", "event-2", "event-3"])

    assert (account.row["left"], account.row["untold"]) == (0, 0)
