"""What a person reads in an HTML mail."""

import re

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

LONGEST = 400_000
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_links=False, display_images=False)
_DECLARATION = re.compile(r"^\s{0,20}<\?xml[^>]{0,200}\?>")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"\n[ \t\xa0]*(?:\n[ \t\xa0]*){2,}")


def text_of_html(source: str) -> str:
    if not source.strip():
        return ""
    try:
        text = get_text(_DECLARATION.sub("", source[:LONGEST]), _CONFIG)
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        # lxml and inscriptis give up on some ruins; the words are still there
        text = _TAG.sub(" ", source[:LONGEST])
    lines = (line.strip(" \t\xa0") for line in text.split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()
