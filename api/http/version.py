"""The version that answers carry; a test holds it to the one in pyproject.toml."""

from typing import Final

VERSION: Final = "0.1.0"
