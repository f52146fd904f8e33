"""The measures of fidelity beside an independent implementation."""
import numpy as np
import pytest

from gaitsynth_nb.fidelity import prdc


@pytest.mark.parametrize("n, m, d, k, seed", [(200, 150, 32, 5, 0), (60, 300, 4, 3, 1), (100, 100, 2, 10, 2)])
def test_prdc_agrees_with_its_authors(n, m, d, k, seed):
    theirs = pytest.importorskip("prdc")
    rng = np.random.default_rng(seed)
    real, made = rng.normal(size=(n, d)), rng.normal(.4, .8, size=(m, d))
    expected, got = theirs.compute_prdc(real, made, k), prdc(real, made, k)
    assert set(expected) == set(got) and min(got.values()) > 0
    for name in expected:
        assert abs(expected[name] - got[name]) < 1e-6, name
