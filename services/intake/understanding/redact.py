"""What nobody may see again: the secrets of a message are blackened before anything is stored, logged or understood."""

from collections.abc import Iterator, Mapping, Sequence

from services.intake.complaint import Parsed, Redaction
from services.intake.understanding.folding import MASK
from services.intake.understanding.found import Scanned
from services.intake.understanding.scan import NUMBERS, scan
from services.intake.understanding.secrets_numbers import cards, ibans, prc_ids
from services.intake.understanding.secrets_words import codes, passwords
from services.intake.understanding.span import Span
from services.intake.understanding.words import Hit, Words

RECOGNISERS = (prc_ids, ibans, cards, codes, passwords)


def secrets_of(text: str) -> tuple[Span, ...]:
    return secrets_in(scan(text))


def secrets_in(scanned: Scanned) -> tuple[Span, ...]:
    """Secrets in the order of the text. Where two overlap they become one, named after the first."""
    merged: list[Span] = []
    for span in sorted(span for recogniser in RECOGNISERS for span in recogniser(scanned)):
        if merged and span.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def blacken(text: str, secrets: tuple[Span, ...]) -> str:
    pieces: list[str] = []
    place = 0
    for secret in secrets:
        pieces += (text[place : secret.start], MASK * (secret.end - secret.start))
        place = secret.end
    return "".join((*pieces, text[place:]))


def redact(parsed: Parsed, scanned: Mapping[str, Scanned]) -> tuple[Parsed, dict[str, tuple[Span, ...]]]:
    """The same parts with the same lengths. A secret may run over two segments of a call, so they are read as one text."""
    found = {part: secrets_in(one) for part, one in scanned.items()}
    if not any(found.values()):
        return parsed, {}
    clean = {part: blacken(text, found[part]) for part, text in parts_of(parsed)}
    return parsed.model_copy(update={**clean, "segments": _segments(parsed, clean["text"])}), found


def redactions(found: Mapping[str, tuple[Span, ...]]) -> tuple[Redaction, ...]:
    return tuple(Redaction(part=part, start=one.start, end=one.end, kind=one.name) for part, spans in found.items() for one in spans)


def without(scanned: Scanned, secrets: tuple[Span, ...]) -> Scanned:
    """What a scan of the blackened text would find: all that no secret touches."""
    if not secrets:
        return scanned
    text, lowered = blacken(scanned.text, secrets), blacken(scanned.lowered, secrets)
    hits = {words: clear for words, found in scanned.hits.items() if (clear := _untouched(words, found, lowered))}
    return Scanned(text, lowered, hits, [match.span() for match in NUMBERS.finditer(lowered)])


def _untouched(words: Words, hits: Sequence[Hit], lowered: str) -> list[Hit]:
    return [(start, order) for start, order in hits if lowered.startswith(words.all[order].text, start)]


def parts_of(parsed: Parsed) -> Iterator[tuple[str, str]]:
    """Those that say anything; the text always."""
    if parsed.subject:
        yield "subject", parsed.subject
    yield "text", parsed.text
    if parsed.quoted:
        yield "quoted", parsed.quoted


def _segments(parsed: Parsed, text: str) -> tuple[str, ...]:
    if "\n".join(parsed.segments) != parsed.text:
        return tuple(blacken(segment, secrets_of(segment)) for segment in parsed.segments)
    cut: list[str] = []
    place = 0
    for segment in parsed.segments:
        cut.append(text[place : place + len(segment)])
        place += len(segment) + 1
    return tuple(cut)
