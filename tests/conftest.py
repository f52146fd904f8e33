"""One thread a process, and the folders that tests share."""
import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest

from gaitsynth_nb.cohort import simulate_cohort


def pytest_collection_modifyitems(items):
    """The two files that take longest begin first, each in a process of its own, so that none waits for them in the end."""
    longest = ["test_cli.py", "test_loso.py"]
    items.sort(key=lambda item: longest.index(item.path.name) if item.path.name in longest else len(longest))


@pytest.fixture(scope="session")
def cohort(tmp_path_factory):
    """Raw files of three simulated people, two walks of each gait."""
    return simulate_cohort(tmp_path_factory.mktemp("cohort"), subjects=(1, 2, 3), walks=(1, 2), seed=0)


@pytest.fixture
def copy_of(cohort, tmp_path):
    """A copy of the simulated files that a test may spoil."""
    import shutil
    return shutil.copytree(cohort, tmp_path / "data")
