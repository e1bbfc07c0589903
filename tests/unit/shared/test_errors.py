"""What may be written about a failure: our own sentence, or the mere kind of a foreign one."""

import pytest

from shared import errors
from shared.errors import PermanentError, RedressError, RuleViolation, TransientError, UnreadableMessage, slug_of, told, where

OWN = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, RedressError)]


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "said", "slug"),
    [
        (UnreadableMessage("inbound.chat.v1 expected"), "inbound.chat.v1 expected", "unreadable-message"),
        (RuleViolation("unknown-adapter", "adapter 'x' is not listed"), "adapter 'x' is not listed", "unknown-adapter"),
        (ValueError("lilei@example.com is no amount"), "ValueError", "unexpected-error"),
        (KeyError("13800138000"), "KeyError", "unexpected-error"),
        (UnicodeDecodeError("utf-8", "密码".encode(), 0, 1, "broken"), "UnicodeDecodeError", "unexpected-error"),
    ],
)
def test_a_foreign_errors_words_are_never_told(error: Exception, said: str, slug: str):
    assert (told(raised(error)), slug_of(error)) == (said, slug)


def test_where_names_file_and_line_and_nothing_the_customer_said():
    place = where(raised(ValueError("lilei@example.com")))

    file, _, line = place.partition(":")
    assert (file, line.isdigit()) == ("test_errors.py", True)


def test_an_error_that_was_never_raised_comes_from_nowhere():
    assert where(ValueError("x")) == ""


@pytest.mark.parametrize("kind", OWN)
def test_each_kind_says_what_the_operator_does_and_passes_or_never_does(kind: type[RedressError]):
    assert kind in (RedressError, PermanentError, TransientError) or issubclass(kind, PermanentError) is not issubclass(
        kind, TransientError
    )
    assert kind.__doc__
    assert kind in (RedressError, PermanentError, TransientError, RuleViolation) or "Operator:" in kind.__doc__
    assert kind.slug == kind.slug.lower()
    assert " " not in kind.slug


def test_slugs_tell_the_kinds_apart():
    own = [kind for kind in OWN if "slug" in vars(kind)]

    assert len({kind.slug for kind in own}) == len(own)
