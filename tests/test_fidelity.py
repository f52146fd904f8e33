"""The measures of fidelity beside an independent implementation."""
import numpy as np
import pytest

from gaitsynth_nb.cohort import simulated_recordings
from gaitsynth_nb.fidelity import FidelityJudge, prdc


@pytest.mark.parametrize("n, m, d, k, seed", [(200, 150, 32, 5, 0), (60, 300, 4, 3, 1), (100, 100, 2, 10, 2)])
def test_prdc_agrees_with_its_authors(n, m, d, k, seed):
    theirs = pytest.importorskip("prdc")
    rng = np.random.default_rng(seed)
    real, made = rng.normal(size=(n, d)), rng.normal(.4, .8, size=(m, d))
    expected, got = theirs.compute_prdc(real, made, k), prdc(real, made, k)
    assert set(expected) == set(got) and min(got.values()) > 0
    for name in expected:
        assert abs(expected[name] - got[name]) < 1e-6, name


def test_with_one_training_person_nothing_says_how_near_is_near():
    gaits = simulated_recordings(subjects=(1, 2), walks=(1, 2, 3)).windows(T=60, how="random", n=2)
    alone, other = gaits[gaits.subject == 1], gaits[gaits.subject == 2]
    assert np.isnan(FidelityJudge().fit(alone)(other)["nearest"]) and FidelityJudge().fit(gaits)(other)["nearest"] == 0
