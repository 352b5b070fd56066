"""What a table of moves is made of: actions, and the transitions they are in a track."""

from dataclasses import dataclass

RESIDENT = "resident"


LEAD, HELPER, UNIT = "lead", "helper", "unit"


ANY, SAME = "any", "same"


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done to a case, whatever its track; the fields are explained in config/complaints.toml."""

    action: str
    label: str
    permission: str
    who: str = LEAD
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    internal: bool = False
    once: bool = False
    then: str | None = None
    after: str | None = None
    again: bool = False
    news: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move of a track: an action from some states to a state."""

    does: Action
    sources: tuple[str, ...]
    to: str
    letter: str | None = None

    @property
    def action(self) -> str:
        """Return the key of the action."""
        return self.does.action

    @property
    def label(self) -> str:
        """Return the Chinese name of the action."""
        return self.does.label

    @property
    def permission(self) -> str:
        """Return what the actor must be allowed."""
        return self.does.permission

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the fields that must be filled."""
        return self.does.needs

    @property
    def internal(self) -> bool:
        """Tell whether the resident neither sees nor hears it."""
        return self.does.internal

    def target(self, state: str) -> str:
        """Return the state a case in `state` moves to."""
        return state if self.to == SAME else self.to
