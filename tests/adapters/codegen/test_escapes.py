"""Escaping: texts come out of a C compiler, or of Markdown, unchanged."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.codegen.escapes import c_char, c_string, markdown

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXTS)
def test_a_c_literal_is_plain_ascii_on_one_line_and_means_the_text(text: str) -> None:
    literal = c_string(text)

    assert literal.isascii()
    assert literal.isprintable()
    meant = ast.literal_eval("b" + literal.replace("\\?", "?"))
    assert meant.decode() == text
    assert "??" not in literal


@given(TEXTS)
def test_markdown_shows_a_text_on_one_line_and_as_nothing_else(text: str) -> None:
    shown = markdown(text)

    assert "\n" not in shown
    assert shown.isprintable()
    for sign in "`*_[]<>#|":
        assert shown.count(sign) == shown.count("\\" + sign)


@pytest.mark.parametrize(
    ("character", "constant"), [(",", "','"), ("\t", "'\\011'"), ("'", "'\\''"), ("\\", "'\\\\'")]
)
def test_a_character_is_a_constant(character: str, constant: str) -> None:
    assert c_char(character) == constant


@pytest.mark.parametrize("text", ["", "ab", "é"])
def test_what_is_no_character_is_no_constant(text: str) -> None:
    with pytest.raises(ValueError, match="one ASCII character"):
        c_char(text)
