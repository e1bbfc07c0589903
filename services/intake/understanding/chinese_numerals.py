"""Numbers written in Chinese: 一百二十八, 三万五, 两千零六."""

NUMERAL = "零〇一二两兩三四五六七八九十百千万萬亿億廿半"
_DIGITS = {sign: value for value, signs in enumerate(("零〇", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九")) for sign in signs}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def read_numeral(text: str) -> int | None:
    """The last digit of 三万五 or 一百二 stands for the unit below the one before it."""
    total = section = digit = 0
    last_unit = 1
    after_zero = False
    for sign in text.replace("廿", "二十"):
        if sign in _DIGITS:
            if digit:
                return None
            digit, after_zero = _DIGITS[sign], after_zero or _DIGITS[sign] == 0
        elif sign in _SMALL:
            section += (digit or 1) * _SMALL[sign]
            digit, last_unit, after_zero = 0, _SMALL[sign], False
        elif sign in _LARGE:
            total = (total + section + digit) * _LARGE[sign]
            section, digit, last_unit, after_zero = 0, 0, _LARGE[sign], False
        else:
            return None
    return total + section + digit * (last_unit // 10 if last_unit >= 100 and not after_zero else 1)
