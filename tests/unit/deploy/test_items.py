from deploy.items import Difference, How, Item, compare


def test_the_same_things_differ_in_nothing():
    items = [Item("queue", "a", {"x": 1}), Item("exchange", "a")]

    assert compare(items, reversed(items)) == []


def test_what_is_missing_different_or_extra_is_told_in_that_order():
    wanted = [Item("queue", "absent"), Item("policy", "changed", {"limit": 20})]
    found = [Item("queue", "left over", {"x": 1}), Item("policy", "changed", {"limit": 5})]

    assert compare(wanted, found) == [
        Difference("queue", "absent", How.MISSING, {}, None),
        Difference("policy", "changed", How.DIFFERENT, {"limit": 20}, {"limit": 5}),
        Difference("queue", "left over", How.EXTRA, None, {"x": 1}),
    ]
