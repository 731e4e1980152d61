"""What is kept of rules, in a file."""

from pathlib import Path

import pytest

from streams.alerts.state import KEPT_TOLD, State, StateError, alone
from streams.consume import Cursor

BEGIN = Cursor({("market.events.index", 0): 3})


def test_state_goes_through_its_file(tmp_path: Path) -> None:
    """Cursor, what was told, and the counts."""
    state = State(tmp_path / "deep" / "state.json")
    assert "falls" not in state
    state.begin("falls", BEGIN)
    state.keep("falls", "e1", {"revision": 1})
    state.pass_to("falls", "market.events.index:0=4")
    assert state.refuse("falls") == 1
    state.save()

    again = State(tmp_path / "deep" / "state.json")
    kept = again.of("falls")
    assert kept.cursor == "market.events.index:0=4"
    assert (kept.delivered, kept.refused) == (1, 1)
    assert again.told("falls", "e1") == {"revision": 1}
    assert again.told("falls", "e2") is None
    again.begin("falls", BEGIN)
    assert again.told("falls", "e1") == {"revision": 1}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["state.json"]


def test_only_the_newest_are_remembered(tmp_path: Path) -> None:
    """An event that is told again is new."""
    state = State(tmp_path / "state.json")
    state.begin("falls", BEGIN)
    for number in range(KEPT_TOLD):
        state.keep("falls", f"e{number}", {"revision": 1})
    state.keep("falls", "e0", {"revision": 2})
    state.keep("falls", "new", {"revision": 1})

    assert state.told("falls", "e0") == {"revision": 2}
    assert state.told("falls", "e1") is None
    assert len(state.of("falls").told) == KEPT_TOLD


@pytest.mark.parametrize("content", ["", "{", '{"rules": 7}', '{"format": 2}'])
def test_a_file_that_is_no_state_is_refused(tmp_path: Path, content: str) -> None:
    """By name, and nothing is written over it."""
    path = tmp_path / "state.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(StateError, match=r"state\.json is"):
        State(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_state_has_one_process(tmp_path: Path) -> None:
    """A second one would send the same alerts."""
    path = tmp_path / "state.json"
    with alone(path), pytest.raises(StateError, match="another `newstape alert` has"), alone(path):
        pass
    with alone(path):
        pass
