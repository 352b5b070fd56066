"""One small change to one file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """The file with its change made, and where and what the change is."""

    file: str  # below the root of the project
    line: int
    change: str
    text: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.change}"
