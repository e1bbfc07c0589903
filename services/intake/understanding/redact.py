"""What nobody may see again: the secrets of a message are blackened before anything is stored, logged or understood."""

from collections.abc import Iterator

from services.intake.complaint import Parsed, Redaction
from services.intake.understanding.folding import MASK, fold
from services.intake.understanding.secrets_numbers import cards, ibans, prc_ids
from services.intake.understanding.secrets_words import codes, passwords
from services.intake.understanding.span import Span

RECOGNISERS = (prc_ids, ibans, cards, codes, passwords)


def secrets_of(text: str) -> tuple[Span, ...]:
    """Secrets in the order of the text. Where two overlap they become one, named after the first."""
    folded = fold(text)
    merged: list[Span] = []
    for span in sorted(span for recogniser in RECOGNISERS for span in recogniser(folded)):
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


def redact(parsed: Parsed) -> tuple[Parsed, tuple[Redaction, ...]]:
    """The same parts with the same lengths. A secret may run over two segments of a call, so they are read as one text."""
    found = {name: secrets_of(part) for name, part in _parts(parsed)}
    if not any(found.values()):
        return parsed, ()
    clean = {name: blacken(part, found[name]) for name, part in _parts(parsed)}
    segments = _segments(parsed, clean["text"])
    redactions = tuple(Redaction(part=name, start=one.start, end=one.end, kind=one.name) for name, spans in found.items() for one in spans)
    return parsed.model_copy(update={**clean, "segments": segments}), redactions


def _parts(parsed: Parsed) -> Iterator[tuple[str, str]]:
    if parsed.subject is not None:
        yield "subject", parsed.subject
    yield "text", parsed.text
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
