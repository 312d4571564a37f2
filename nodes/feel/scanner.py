"""Characters to tokens, on demand: in FEEL what is one name depends on the names in scope.

Who calls it: `parser` alone, which moves `position` forward.
Law: a declared name wins over operators inside it, the longest one first (`Date-Time` where that is declared, else a
difference). Words side by side that no operator parts are one name, declared or not, for they can be nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Final, NamedTuple, NoReturn

from nodes.feel.errors import line_and_column, syntax_error
from nodes.feel.limits import MAX_TEXT, limit_error
from nodes.feel.words import BREAKING, TIMED, TIMED_CALL

# Said by what a name may not hold, for such classes compile in no time: ASCII and Latin-1 signs, general
# punctuation (but not the joiners of Indic scripts), arrows and mathematical signs, ideographic space, byte order mark.
_SIGNS: Final = r"\xd7\xf7\u037e\u2000-\u200b\u200e-\u203e\u2041-\u206f\u2190-\u2bff\u3000\ufeff"
_START: Final = rf"[^\x00-@\[-^`{{-\xbf{_SIGNS}]"
_PART: Final = rf"[^\x00-/:-@\[-^`{{-\xb6\xb8-\xbf{_SIGNS}]"
_SPACE: Final = r"[\s\u200b\ufeff]"

_BLANK: Final = re.compile(rf"(?:{_SPACE}+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)


# Compiled by the first text that needs them, which is not the import of the package.


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"{_START}{_PART}*")


@cache
def _in_word() -> re.Pattern[str]:
    return re.compile(_PART)


@cache
def _any_token() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_SPACE}++|//[^\n]*+|/\*.*?\*/)*+"  # possessive: what was skipped is never tried in other pieces
        rf"(?:({_START}{_PART}*)"
        r"|((?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?)"
        r'|"((?:[^"\\]|\\.)*)"'
        r"|(\*\*|\.\.|!=|<=|>=|->|[-+*/=<>()\[\]{},.:?@]))",
        re.DOTALL,
    )


@cache
def _key() -> re.Pattern[str]:
    return re.compile(rf"{_START}(?:{_PART}|[-+*/.']|{_SPACE}+(?=[^:\s]))*(?={_SPACE}*:)")


@cache
def _argument() -> re.Pattern[str]:
    return re.compile(rf"({_START}{_PART}*(?:{_SPACE}+{_PART}+)*){_SPACE}*:")


_TOKEN_KINDS: Final = ("", "word", "number", "string", "operator")
_STRING: Final = 3
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SIMPLE_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}

MAX_NAME_WORDS: Final = 16
"""Words of a name that was not declared."""
END: Final = "end of the expression"


class Token(NamedTuple):
    """`kind` is word, number, string, operator or end."""

    kind: str
    text: str
    start: int
    end: int


_new: Final = tuple.__new__  # half the time of calling the class, and each text has many tokens


def normal_name(name: str) -> str:
    """The name with each run of whitespace as one blank."""
    return " ".join(name.split())


class Scanner:
    """The text, where we are in it, and the names that are declared here."""

    def __init__(
        self, text: str, names: Collection[str] | None, properties: Iterable[str] = (), *, start: int = 0
    ) -> None:
        if len(text) > MAX_TEXT:
            raise limit_error("text", MAX_TEXT)
        self.text = text
        self.position = start
        self._is_whole = start == 0
        self.closed_world = names is not None
        self.names = {normal_name(name) for name in names or ()}
        self._locals: list[str] = []
        self._spelled: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        self._token: Token | None = None
        self._read_from = -1
        self._match = _any_token().match
        self._last = Token("end", END, 0, 0)
        for name in (*self.names, *properties):
            self._spell(name)

    # -- names --

    def _spell(self, name: str) -> None:
        """Remember a name that is more than one word, by how it begins."""
        if name.isidentifier() or _word().fullmatch(name) is not None:
            return
        first = _word().match(name)
        if first is None:
            return
        pieces = [re.escape(piece) for piece in name.split()]
        known = self._spelled.setdefault(first[0], [])
        if all(name != other for other, _ in known):
            ends_in_word = _in_word().match(name[-1]) is not None
            pattern = re.compile(f"{_SPACE}+".join(pieces) + (rf"(?!{_PART})" if ends_in_word else ""))
            known.append((name, pattern))
            known.sort(key=lambda entry: -len(entry[0]))

    def declare(self, name: str) -> None:
        """A local name begins to be in scope; `forget` ends it."""
        self._locals.append(name)
        self._spell(name)

    def forget(self, count: int) -> None:
        """The last `count` local names go out of scope."""
        if count:
            del self._locals[-count:]

    def is_local(self, name: str) -> bool:
        """Whether the name was declared in the text around this place."""
        return name in self._locals

    def read_name(self, known: Collection[str], *, after_dot: bool = False) -> Token:
        """The name that begins at the word in front of us. `known` are the names of the library."""
        first = self.take()
        if first.text in self._spelled:
            for name, pattern in self._spelled[first.text]:
                found = pattern.match(self.text, first.start)
                if found is not None:
                    self.go_to(found.end())
                    return Token("word", name, first.start, found.end())
        follower = self.peek()
        if follower.kind != "word" or follower.text in BREAKING:
            return first
        words, ends = [first.text], [first.end]
        while (token := self.peek()).kind == "word" and token.text not in BREAKING and len(words) < MAX_NAME_WORDS:
            words.append(token.text)
            ends.append(token.end)
            self.take()
        count = len(words)
        if not after_dot:
            while count > 1:
                name = " ".join(words[:count])
                if name in self.names or name in known or name in self._locals:
                    break
                count -= 1
            if count == 1 and not self._stands_alone(first.text, known):
                count = len(words)
        self.go_to(ends[count - 1])
        return Token("word", " ".join(words[:count]), first.start, ends[count - 1])

    def timed_call(self) -> Token | None:
        """`date and time` or its like in front of a bracket, taken: the names of the library that hold an operator."""
        token = self.peek()
        if token.text not in TIMED or self.is_local(token.text):
            return None
        found = TIMED_CALL.match(self.text, token.start)
        if found is None:
            return None
        self.go_to(found.end())
        return Token("word", normal_name(found[0]), found.start(), found.end())

    def _stands_alone(self, word: str, known: Collection[str]) -> bool:
        return word in self._locals or (self.closed_world and (word in self.names or word in known))

    def read_key(self) -> Token | None:
        """The key of a context entry that is written without quotes, up to its colon; None if there is none."""
        found = _key().match(self.text, self.peek().start)
        if found is None:
            return None
        self.go_to(found.end())
        return Token("word", normal_name(found[0]), found.start(), found.end())

    def argument_name(self) -> Token | None:
        """The name in front of a named argument, its colon taken; None if the argument is by position."""
        found = _argument().match(self.text, self.peek().start)
        if found is None:
            return None
        self.go_to(found.end())
        return Token("word", normal_name(found[1]), found.start(1), found.end(1))

    # -- tokens --

    def go_to(self, position: int) -> None:
        """Read on from there."""
        self.position = position
        self._token = None

    def peek(self) -> Token:
        """The token in front of us."""
        token = self._token
        if token is None:
            if self._read_from != self.position:  # often the same place is read twice: to see how far a name goes
                self._last = self._read()
                self._read_from = self.position
            token = self._token = self._last
        return token

    def take(self) -> Token:
        """The token in front of us, left behind."""
        token = self._token or self.peek()
        self.position = token.end
        self._token = None
        return token

    def _read(self) -> Token:
        text, at = self.text, self.position
        found = self._match(text, at)
        if found is not None:
            group = found.lastindex or 0
            start = found.start(group) - (group == _STRING)
            return _new(Token, (_TOKEN_KINDS[group], found[group], start, found.end()))
        blank = _BLANK.match(text, at)
        if blank is not None:
            at = blank.end()
        if at >= len(text):
            return Token("end", END, at, at)
        if text[at] == '"':
            raise syntax_error(
                "A text begins here and never ends.", text, at, 'Close it with `"`.', mend=self._is_whole
            )
        return self._strange(at)

    def _strange(self, at: int) -> NoReturn:
        """Signs of other languages, with what FEEL writes instead."""
        text = self.text
        for sign, instead in (
            ("&&", "FEEL writes `and`."),
            ("||", "FEEL writes `or`."),
            ("!", "FEEL writes `not(...)`."),
            ("%", "FEEL writes `modulo(a, b)`."),
            ("'", 'FEEL puts texts in double quotes: `"..."`.'),
            ("`", 'FEEL puts texts in double quotes: `"..."`.'),
            ("^", "FEEL writes `a ** b`."),
            (";", "An expression is one value; leave the `;` out."),
            ("&", "FEEL joins texts with `+` and conditions with `and`."),
            ("|", "FEEL writes `or`."),
            ("$", "FEEL writes names as they are, without `$`."),
            ("“", 'Use the straight quote `"`.'),
            ("”", 'Use the straight quote `"`.'),
            ("#", "FEEL begins a comment with `//`."),
        ):
            if text.startswith(sign, at):
                raise syntax_error(
                    f"`{sign}` is not part of FEEL.", text, at, instead, length=len(sign), mend=self._is_whole
                )
        raise syntax_error(f"The character {text[at]!r} can't stand here.", text, at, "Remove it.", mend=self._is_whole)

    def is_operator(self, *signs: str) -> bool:
        """Whether one of these operators is in front of us."""
        token = self.peek()
        return token.kind == "operator" and token.text in signs

    def is_word(self, *words: str) -> bool:
        """Whether one of these words is in front of us."""
        token = self.peek()
        return token.kind == "word" and token.text in words

    def looks_ahead(self, pattern: re.Pattern[str]) -> bool:
        """Whether the text at the token in front of us begins so."""
        return pattern.match(self.text, self.peek().start) is not None

    def fail(self, message: str, token: Token | None = None, suggestion: str | None = None) -> NoReturn:
        """Raise a FeelSyntaxError at the token (the one in front of us)."""
        at = token or self.peek()
        length = max(at.end - at.start, 1)
        raise syntax_error(message, self.text, at.start, suggestion, length=length, mend=self._is_whole)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        return line_and_column(self.text, offset)

    def unescape(self, token: Token) -> str:
        """The text that a string literal stands for; a pair of surrogate escapes is one character."""
        raw = token.text
        if "\\" not in raw:
            return raw

        def character(found: re.Match[str]) -> str:
            code = found[1] or found[2]
            if code is not None:
                number = int(code, 16)
                if number > 0x10FFFF:
                    self.fail(f"`{found[0]}` names no character.", token)
                return chr(number)
            return _SIMPLE_ESCAPES.get(found[3], found[0])  # `\s` stays as it is: a regular expression wants it

        plain = _ESCAPE.sub(character, raw)
        try:
            return plain.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.fail("Half of a character (a lone surrogate) stands in this text.", token, "Write both halves.")
