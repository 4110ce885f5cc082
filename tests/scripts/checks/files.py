"""Files for the checks to look at."""

from pathlib import Path


def written(directory: Path, *texts: str, suffix: str = ".py") -> list[Path]:
    """Write a file for each text; return their paths."""
    paths = [directory / f"file{number}{suffix}" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths
