"""The engine by its name: which version of it made what."""

from typing import Final

ENGINE_VERSION: Final = "1.0.0"
