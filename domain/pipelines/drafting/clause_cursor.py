"""Cursor over the words of a clause, with the parsing methods that rules use."""

from collections.abc import Collection, Sequence
from typing import Final

from domain.pipelines.drafting.fields import Fields
from domain.pipelines.drafting.words import Word

FILLERS: Final = frozenset(
    {
        *("the", "a", "an", "all", "any", "each", "every", "its", "their", "of", "please", "also"),
        *("just", "then", "finally", "whole", "entire", "this", "that", "these", "those", "both"),
        *("our", "my", "your", "them", "it"),
    }
)
PLACES: Final = frozenset({"in", "from", "on", "within", "inside", "across", "for"})
ROWS: Final = frozenset(
    {
        *("record", "records", "row", "rows", "item", "items", "object", "objects", "element"),
        *("elements", "entry", "entries", "document", "documents", "data", "list", "array"),
        *("json", "everything", "result", "results", "output"),
    }
)
FIELDS: Final = frozenset(
    {
        *("field", "fields", "column", "columns", "key", "keys", "property", "properties"),
        *("attribute", "attributes", "value", "values", "name", "names"),
    }
)
TEXTS: Final = frozenset({"string", "strings", "text", "texts"})


class NotUnderstood(Exception):
    """A rule does not match the clause; the next one is tried."""


class Cursor:
    """Cursor over a clause; methods raise ``NotUnderstood`` when the next words do not fit."""

    def __init__(self, words: Sequence[Word], fields: Fields) -> None:
        self.fields = fields
        self._words = words
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._words)

    @property
    def word(self) -> str:
        """The next word in lower case; empty at the end and for quoted text."""
        if self.at_end or self._words[self._at].kind == "text":
            return ""
        return self._words[self._at].plain

    def accept(self, *options: str) -> bool:
        """Consume the next words if they are one of the options."""
        for option in options:
            asked = option.split()
            here = self._words[self._at : self._at + len(asked)]
            if [w.plain for w in here if w.kind != "text"] == asked:
                self._at += len(asked)
                return True
        return False

    def skip_noun(self, *followers: str) -> None:
        """Skip one unknown word if it is followed by one of these."""
        ahead = self._words[self._at : self._at + 2]
        if len(ahead) > 1 and ahead[0].kind == "word" and ahead[1].plain in followers:
            self._at += 1

    def expect(self, *options: str) -> None:
        if not self.accept(*options):
            raise NotUnderstood

    def skip(self, *kinds: Collection[str]) -> None:
        """Skip filler words and words of these kinds."""
        while self.word and any(self.word in kind for kind in (FILLERS, *kinds)):
            self._at += 1

    def end(self) -> None:
        self.skip()
        if not self.at_end:
            raise NotUnderstood

    def field(self) -> str:
        """Consume the name of an existing field."""
        if (path := self.maybe_field()) is None:
            raise NotUnderstood
        return path

    def maybe_field(self) -> str | None:
        start = self._at
        self.skip()
        found = self.fields.match(self._words[self._at :])
        if found is None:
            self._at = start
            return None
        path, length = found
        self._at += length
        return path

    def fields_list(self) -> list[str]:
        """Consume names of fields: ``name, e-mail and the phone number fields``."""
        self.skip()
        while self.word in FIELDS and self.fields.match(self._words[self._at :]) is None:
            self._at += 1
            self.skip()
        paths = [self.field()]
        while True:
            before = self._at
            self.accept(",")
            self.accept("and", "&", "or")
            if self._at == before or (path := self.maybe_field()) is None:
                self._at = before
                break
            paths.append(path)
        self.skip(FIELDS)
        return paths

    def maybe_fields_list(self) -> list[str] | None:
        """Consume names of fields, if there are any."""
        start = self._at
        try:
            return self.fields_list()
        except NotUnderstood:
            self._at = start
            return None

    def name(self) -> str:
        """Consume a name, which need not be an existing field."""
        self.skip()
        if self.at_end or self._words[self._at].kind not in {"word", "text"}:
            raise NotUnderstood
        self._at += 1
        return self._words[self._at - 1].text

    def quoted(self) -> str:
        if self.at_end or self._words[self._at].kind != "text":
            raise NotUnderstood
        return self.name()

    def number(self) -> int:
        if self.at_end or self._words[self._at].kind != "number" or not self.word.isdecimal():
            raise NotUnderstood
        self._at += 1
        return int(self._words[self._at - 1].text)

    def literal(self) -> str | float | bool | None:
        """Consume a value: a number, quoted text, true, false, null, or a bare word."""
        if self.at_end:
            raise NotUnderstood
        word = self._words[self._at]
        self._at += 1
        if word.kind == "number":
            return float(word.text) if "." in word.text else int(word.text)
        known = {"true": True, "false": False, "null": None}
        if word.kind == "word" and word.plain in known:
            return known[word.plain]
        if word.kind == "sign":
            raise NotUnderstood
        return word.text

    def rest(self) -> list[Word]:
        """Consume all remaining words."""
        left = [*self._words[self._at :]]
        self._at = len(self._words)
        return left
