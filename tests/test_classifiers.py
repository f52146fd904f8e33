"""What a classifier is given is what it learns from: rows, weights, augmentation, seed."""
import numpy as np
import pytest

from gaitsynth_nb.classifiers import GaitClassifier, ParameterBaseline, StatisticalBaseline
from gaitsynth_nb.cohort import simulated_recordings


@pytest.fixture(scope="module")
def train():
    return simulated_recordings(subjects=(1, 2), walks=(1, 2)).windows(how="random", n=2)


def told(train, sample_weight=None, **settings):
    return GaitClassifier(**dict(network="cnn", width=8, presentations=1280) | settings).fit(train.joints, train.label, sample_weight).predict_proba(train.joints)


def test_augmentation_seed_and_weights_make_another_network(train):
    plain = told(train)
    assert np.array_equal(plain, told(train)) and np.array_equal(plain, told(train, np.ones(len(train))))
    for other in (dict(classical=True), dict(seed=1), dict(joints="legs"), dict(sample_weight=np.where(train.label > 2, 1., .5))):
        assert np.abs(told(train, **other) - plain).max() > 1e-3, other


@pytest.mark.parametrize("classifier", (GaitClassifier("cnn", width=8, presentations=2560), StatisticalBaseline()), ids=("CNN", "ridge"))
def test_rows_without_weight_are_not_learnt_from(train, classifier):
    learnt = classifier.fit(train.joints, train.label, np.where(train.label == 2, 1e-9, 1.)).predict(train.joints)
    assert 2 not in set(learnt) and (learnt == train.label)[train.label != 2].mean() > .6


@pytest.mark.parametrize("classifier", (GaitClassifier(), StatisticalBaseline(), ParameterBaseline()), ids=("GRU", "ridge", "parameters"))
def test_what_cannot_be_learnt_from_is_refused(train, classifier):
    broken = train.joints.copy()
    broken[3, 5, 7] = np.nan
    with pytest.raises(ValueError, match="sequence 3 holds NaN"):
        classifier.fit(broken, train.label)
    with pytest.raises(ValueError, match="no sequences"):
        classifier.fit(broken[:0], train.label[:0])
