import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from simulator import Simulator, Tool  # noqa: E402


@pytest.fixture
def simulate(tmp_path):
    """Starts simulators with a scenario; they end with the test."""
    running = []

    def start(scenario, *options):
        folder = tmp_path / f"simulator-{len(running)}"
        folder.mkdir()
        running.append(Simulator(folder, scenario, *options))
        return running[-1]

    yield start
    for simulator in running:
        assert simulator.stop() == 0, "it ends well"


@pytest.fixture
def tool(tmp_path):
    """Runs programs in a folder of their own."""
    return Tool(tmp_path)
