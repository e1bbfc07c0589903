"""Secrets of every kind, each one unlike any other, so that a leak names the field it was planted in."""

import random
import re
import string
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from stdnum import luhn
from stdnum.iso7064 import mod_11_2, mod_97_10

LETTERS = string.ascii_letters + string.digits
SHORT = 8
FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Secret:
    written: str
    """What the customer writes."""
    hidden: tuple[str, ...]
    """What of it nobody may find."""


@dataclass
class Plants:
    """Hands out secrets and remembers where each one went."""

    chance: random.Random
    where: dict[str, str] = field(default_factory=dict)
    """What must not be found → the field it was planted in."""

    def all(self, place: str) -> str:
        """One sentence of each kind."""
        return "; ".join(self.one(place, kind) for kind in KINDS)

    def one(self, place: str, kind: str) -> str:
        secret = KINDS[kind](self.chance)
        self.where |= dict.fromkeys(secret.hidden, f"{place} ({kind})")
        return secret.written

    def found_in(self, heap: bytes) -> list[str]:
        """The fields whose secret is in the heap, in any of the forms a program may have given it."""
        return sorted({place for hidden, place in self.where.items() if any(stands_in(heap, form) for form in forms(hidden))})


def forms(hidden: str) -> Iterator[bytes]:
    plain = hidden.encode()
    yield from (plain, plain.upper(), plain.lower(), hidden.encode("utf-16-le"), hidden.encode("utf-16-be"), plain.hex().encode())
    for before in range(3):
        whole = b64encode(b"x" * before + plain)
        yield whole[-(-8 * before // 6) : 8 * (before + len(plain)) // 6]  # its first and last signs may belong to the neighbours too


def stands_in(heap: bytes, form: bytes) -> bool:
    """Eight digits are found in long hashes by accident: as a code they stand alone."""
    if form not in heap:
        return False
    alone = rb"(?<![0-9A-Za-z])" + re.escape(form) + rb"(?![0-9A-Za-z])"
    return len(form) > SHORT or not form.isdigit() or re.search(alone, heap) is not None


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _password(chance: random.Random) -> str:
    return "Zq7" + "".join(chance.choices(LETTERS, k=10)) + "9!"


def _card(chance: random.Random) -> str:
    number = "4" + _digits(chance, 14)
    return number + luhn.calc_check_digit(number)


def _prc_id(chance: random.Random) -> str:
    number = f"110105{chance.randint(1950, 1999)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}{_digits(chance, 3)}"
    return number + mod_11_2.calc_check_digit(number)


def _iban(chance: random.Random) -> str:
    account = "WEST" + _digits(chance, 14)
    return f"GB{mod_97_10.calc_check_digits(account + 'GB')}{account}"


def _in_groups(number: str, separator: str) -> str:
    return separator.join(number[start : start + 4] for start in range(0, len(number), 4))


def _phrase(make: Callable[[random.Random], str], phrase: str, write: Callable[[str], str] = str) -> Callable[[random.Random], Secret]:
    def secret(chance: random.Random) -> Secret:
        plain = make(chance)
        return Secret(phrase.format(write(plain)), tuple({plain, write(plain)}))

    return secret


def _card_code(chance: random.Random) -> Secret:
    """Four digits are found anywhere by accident: with the word before them they are not."""
    code = _digits(chance, 4)
    return Secret(f"cvv {code}", (f"cvv {code}",))


KINDS: dict[str, Callable[[random.Random], Secret]] = {
    "password zh": _phrase(_password, "我的密码是 {}"),
    "password en": _phrase(_password, "my password is {}"),
    "password =": _phrase(_password, "pwd={}"),
    "card": _phrase(_card, "卡号 {}"),
    "card in groups": _phrase(_card, "card {}", lambda one: _in_groups(one, " ")),
    "card with dashes": _phrase(_card, "card {}", lambda one: _in_groups(one, "-")),
    "card, full width": _phrase(_card, "银行卡 {}", lambda one: one.translate(FULL_WIDTH)),
    "card code": _card_code,
    "one-time code zh": _phrase(lambda chance: _digits(chance, 8), "验证码 {}"),
    "one-time code en": _phrase(lambda chance: _digits(chance, 8), "the verification code is {}"),
    "PRC id": _phrase(_prc_id, "身份证 {}"),
    "PRC id, full width": _phrase(_prc_id, "身份证 {}", lambda one: one.translate(FULL_WIDTH)),
    "IBAN": _phrase(_iban, "iban {}"),
    "IBAN in groups": _phrase(_iban, "iban {}", lambda one: _in_groups(one, " ")),
}
