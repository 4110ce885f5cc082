"""Stages of a generation, in order (seed 000, streaming)."""

from enum import Enum


class Stage(Enum):
    PLANNING = "planning"
    SELECTING_PATTERN = "selecting-pattern"
    LOADING_KB = "loading-kb"
    GENERATING = "generating"
    VALIDATING = "validating"
    PACKAGING = "packaging"
