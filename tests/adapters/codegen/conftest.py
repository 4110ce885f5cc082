"""Tests that compile what is generated need gcc; without it the summary names them."""

from tests.support.codegen.engine import TESTS_WITH_GCC, has_gcc

collect_ignore = [] if has_gcc() else [*TESTS_WITH_GCC]
