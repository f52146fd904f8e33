"""One thread a process, and the folders that tests share."""
import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest

from gaitsynth_nb.cohort import simulate_cohort


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that no process waits for it in the end."""
    items.sort(key=lambda item: item.path.name != "test_loso.py")


@pytest.fixture(scope="session")
def cohort(tmp_path_factory):
    """Raw files of three simulated people, two walks of each gait."""
    return simulate_cohort(tmp_path_factory.mktemp("cohort"), subjects=(1, 2, 3), walks=(1, 2), seed=0)


@pytest.fixture
def copy_of(cohort, tmp_path):
    """A copy of the simulated files that a test may spoil."""
    import shutil
    return shutil.copytree(cohort, tmp_path / "data")
