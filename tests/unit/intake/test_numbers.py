"""Complaint numbers survive the telephone and refuse slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.numbers import SYMBOLS, find_numbers, number_for, read_number
from shared.contracts.vocabulary import ComplaintId, ComplaintNumber

numbers = st.builds(lambda complaint, salt: number_for(ComplaintId(complaint), b"key", salt), st.text(), st.integers(0, 9))


@given(numbers)
def test_a_number_reads_back_as_itself(number: ComplaintNumber):
    assert read_number(number) == number
    assert find_numbers(f"编号{number}，谢谢") == (number,)


@given(numbers, st.integers(0, 10), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed(number: ComplaintNumber, place: int, symbol: str):
    symbols = number.replace("-", "")[2:]
    slipped = symbols[:place] + symbol + symbols[place + 1 :]

    assert (read_number(slipped) is None) == (slipped != symbols)


@given(numbers, st.integers(0, 9))
def test_two_neighbours_swapped_are_noticed(number: ComplaintNumber, place: int):
    symbols = number.replace("-", "")[2:]
    swapped = symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]

    assert (read_number(swapped) is None) == (swapped != symbols)


@pytest.mark.parametrize(
    "spoil", [str.lower, lambda n: n.replace("-", " "), lambda n: n.replace("0", "O").replace("1", "l"), lambda n: f" {n}\n"]
)
def test_case_blanks_dashes_and_lookalikes_do_not_matter(spoil):
    number = next(n for n in (number_for(ComplaintId(str(i)), b"key", 0) for i in range(999)) if "0" in n and "1" in n)

    assert read_number(spoil(number)) == number
    assert find_numbers(f"about {spoil(number)} please") == (number,)


def test_another_salt_or_key_gives_another_number():
    one = ComplaintId("c-1")

    assert len({number_for(one, b"a", 0), number_for(one, b"a", 1), number_for(one, b"b", 0)}) == 3


@given(st.text())
def test_arbitrary_text_is_searched_without_complaint(text: str):
    assert all(read_number(number) == number for number in find_numbers(text))


@pytest.mark.parametrize("suffix", ["/A1", "/a1", " /A12", "-A2", " A1", "A1", "／Ａ１"])
@given(number=numbers)
def test_an_appeals_number_is_its_complaints(number: ComplaintNumber, suffix: str):
    assert read_number(number + suffix) == number
    assert find_numbers(f"关于{number}{suffix}，谢谢") == (number,)


@pytest.mark.parametrize("suffix", ["/A0", "/B1", "/A123", "AA"])
def test_no_other_suffix_belongs_to_a_number(suffix: str):
    assert read_number(number_for(ComplaintId("c-1"), b"key", 0) + suffix) is None
