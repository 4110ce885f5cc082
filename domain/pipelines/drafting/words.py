"""Tokens of an intent, and its division into clauses."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

VERBS: Final = frozenset(
    {
        *("trim", "strip", "lowercase", "lower", "downcase", "uppercase", "upper", "upcase"),
        *("titlecase", "capitalize", "capitalise", "slugify", "collapse", "remove", "drop"),
        *("delete", "exclude", "omit", "discard", "keep", "pick", "select", "retain", "rename"),
        *("copy", "move", "sort", "order", "dedupe", "deduplicate", "flatten", "unflatten"),
        *("nest", "convert", "cast", "coerce", "parse", "turn", "make", "change", "redact"),
        *("mask", "hide", "censor", "group", "aggregate", "sum", "total", "count", "average"),
        *("compute", "calculate", "add", "set", "filter", "replace", "truncate", "limit", "take"),
        *("infer", "normalize", "normalise", "fix", "clean", "find", "map", "shorten", "cut"),
        *("round", "fill", "generate", "substitute", "extract", "get"),
    }
)
NOUNS_TOO: Final = frozenset(
    {"order", "count", "total", "group", "sum", "average", "map", "set", "limit", "filter", "copy"}
)
"""Verbs that often name a field, too: as verbs they need one of ``AFTER_NOUNS`` after them."""
AFTER_NOUNS: Final = frozenset(
    {"by", "the", "all", "every", "each", "records", "rows", "items", "only", "entries", "them"}
)
JOINTS: Final = frozenset(
    {",", ";", ".", ":", "and", "then", "also", "finally", "next", "afterwards", "please"}
)
FIGURES: Final = frozenset(
    {"sum", "total", "count", "average", "compute", "calculate", "aggregate"}
)
"""Verbs that may share a clause: ``sum amount and count rows by region``."""
HEADINGS: Final = frozenset({"clean", "tidy", "prepare", "process", "transform", "please", "for"})

_WORD: Final = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*(?<!\w)'|'[^']+'(?!\w)|`[^`]+`|“[^”]*”)
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<sign>[<>=!]=|[-+*/%=<>(),;:&]|\.(?=\s|$))
      | (?P<word>[^\s,;:()<>=!"“”`&]+?(?=\.?(?:\s|$)|[,;:()<>=!"“”`&]))""",
    re.VERBOSE,
)


_RID: Final = re.compile(r"\b(?:get rid of|leave out|throw away|filter out)\b", re.IGNORECASE)


class Word(NamedTuple):
    """A token at an offset; ``kind`` is ``word``, ``text`` (quoted), ``number`` or ``sign``."""

    kind: str
    text: str
    at: int

    @property
    def plain(self) -> str:
        return self.text.lower() if self.kind == "word" else self.text


def words(intent: str) -> list[Word]:
    return [*_words(_RID.sub("remove", intent))]


def _words(intent: str) -> Iterator[Word]:
    for match in _WORD.finditer(intent):
        kind = match.lastgroup or "word"
        text = match[0][1:-1] if kind == "text" else match[0]
        yield Word(kind, text, match.start())


def clauses(intent: str, names: Collection[str]) -> list[list[Word]]:
    """Split an intent at verbs in positions where a clause may begin.

    ``names`` are those of fields: such a word is not a verb, unless the next word shows it is.
    """
    every = _without_heading(words(intent))
    found: list[list[Word]] = [[]]
    for at, word in enumerate(every):
        begins = at == 0 or every[at - 1].plain in JOINTS
        verb = begins and _is_verb(word, every[at + 1 :], names)
        if verb and _has_content(found[-1]) and not _one_more_figure(word, found[-1]):
            found.append([])
        if word.plain in {";", "."} and word.kind == "sign":
            found.append([])
            continue
        found[-1].append(word)
    return [clause for each in found if (clause := _without_joints(each))]


def _without_heading(every: Sequence[Word]) -> Sequence[Word]:
    """Remove an introduction: ``Clean each customer record:``."""
    colons = [at for at, word in enumerate(every) if word.plain == ":" and word.kind == "sign"]
    if colons and every[0].plain in HEADINGS:
        return every[colons[0] + 1 :]
    return every


def _is_verb(word: Word, after: Sequence[Word], names: Collection[str]) -> bool:
    if word.kind != "word" or word.plain not in VERBS:
        return False
    if word.plain in names or word.plain in NOUNS_TOO:
        follows = after[0].plain if after else ""
        named = word.plain in names
        return follows in AFTER_NOUNS or (not named and follows not in {"", ",", "and", ".", ";"})
    return True


def _one_more_figure(word: Word, clause: Sequence[Word]) -> bool:
    said = [each.plain for each in clause if each.plain not in JOINTS]
    return word.plain in FIGURES and said[0] in FIGURES and not {"by", "per"} & {*said}


def _has_content(clause: Sequence[Word]) -> bool:
    return any(word.plain not in JOINTS for word in clause)


def _without_joints(clause: list[Word]) -> list[Word]:
    """Remove conjunctions and punctuation at both ends."""
    while clause and clause[0].plain in JOINTS:
        clause = clause[1:]
    while clause and clause[-1].plain in JOINTS:
        clause = clause[:-1]
    return clause
