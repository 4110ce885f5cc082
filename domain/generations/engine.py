"""Version of the code generator, recorded with each generation."""

from typing import Final

ENGINE_VERSION: Final = "1.0.0"
