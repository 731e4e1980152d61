"""What every unit test leaves behind."""

from collections.abc import Iterator

import pytest

from tests.held import let_go


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    """No checkpoint waits for a delivery when its test is over."""
    yield
    let_go()
