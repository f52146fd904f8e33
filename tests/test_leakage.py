"""Nothing that is fitted may depend on the held-out person's files."""
import hashlib
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.base import BaseEstimator, ClassifierMixin

from gaitsynth_nb import loso
from gaitsynth_nb.baselines import ClassicalAugmentation, GaussianGaits, Interpolation, RecombinedPeople, RecordedMotion, SkeletonAugmentation
from gaitsynth_nb.classifiers import GaitClassifier, ParameterBaseline, StatisticalBaseline
from gaitsynth_nb.fidelity import FidelityJudge
from gaitsynth_nb.generators import ConditionalVAE, MDMStyle, MotionGPT3Style, MotionGPTStyle, PGcGANStyle, QwenSynthesiser
from gaitsynth_nb.kinect import load_recordings
from gaitsynth_nb.loso import CONDITIONS, Job, Store, Study, accuracy_by_subject, held_out_gaits, run, training_gaits, training_recordings
from gaitsynth_nb.skeleton import Recordings
from gaitsynth_nb.synthesiser import GaitSynthesiser

HELD_OUT = 2  # not the last person: a leak through the order of random draws has to show


def held_out_files(folder):
    return sorted(folder.rglob(f"human{HELD_OUT}_*.csv"))


def another_persons_gaits(folder):
    for file in held_out_files(folder):
        shutil.copy(str(file).replace(f"human{HELD_OUT}_", "human1_"), file)


def noise(folder):
    rng = np.random.default_rng(0)
    for file in held_out_files(folder):
        table = np.array([line.split("\t") for line in file.read_text().splitlines()], float)
        table = table[np.isfinite(table).all(1) & (np.abs(table[:, 1:]) < 100).all(1)]
        coordinates = [c for c in range(2, 101) if (c - 1) % 4]
        table[:, coordinates] += rng.normal(0, .03, (len(table), len(coordinates)))
        np.savetxt(file, table, fmt="%.6g", delimiter="\t")


def deleted(folder):
    for file in held_out_files(folder):
        file.unlink()


def arrays(thing, seen=None):
    """Every array that can be reached from an object, in a fixed order."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, torch.Tensor):
        yield thing.detach().numpy()
    elif isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from arrays(value, seen)
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            yield from arrays(value, seen)
    elif isinstance(thing, torch.nn.Module) or type(thing).__module__.split(".")[0] in ("gaitsynth_nb", "sklearn"):
        yield from arrays(vars(thing), seen)


def fitted(train, folder):
    """A digest of every fitted array and JSON of a fold."""
    digest = hashlib.sha256()
    tiny = dict(codes=16, width=32, layers=1, codec_updates=3, llm_updates=3, decoder_updates=1)
    for name, synthesiser in (("gpt2", GaitSynthesiser(**tiny)), ("without", GaitSynthesiser(**tiny, pathological=False)), ("qwen2", QwenSynthesiser(**tiny))):
        synthesiser.fit(train).save_pretrained(folder / name)
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    classifiers = [*(GaitClassifier(kind, presentations=128, classical=True) for kind in ("gru", "lstm", "cnn")), StatisticalBaseline(features=64), ParameterBaseline()]
    generators = [kind(width=16, updates=4, batch=8, people=1.) for kind in (ConditionalVAE, PGcGANStyle, MDMStyle, MotionGPTStyle, MotionGPT3Style)]
    plain = [GaussianGaits(8), RecordedMotion(), Interpolation(), RecombinedPeople(), ClassicalAugmentation(), SkeletonAugmentation(), FidelityJudge(per_class=4)]
    for model in (*(c.fit(train.joints, train.label) for c in classifiers), *(m.fit(train) for m in (*generators, *plain))):
        found = list(arrays(model))
        assert found, type(model)
        for array in found:
            digest.update(np.ascontiguousarray(array).tobytes() if array.dtype != object else repr(array.tolist()).encode())
    return digest.hexdigest()


def honest(recordings):
    return training_gaits(recordings, HELD_OUT, crops=2)


def leaky(recordings):
    """What must be caught: the training people's gaits, scaled by a scale fitted on everyone."""
    train, everyone = honest(recordings), recordings.windows(how="centre")
    train.joints = train.joints / everyone.joints.std()
    return train


@pytest.fixture(scope="module")
def reference(cohort, tmp_path_factory):
    recordings, _ = load_recordings(cohort, progress=False)
    assert torch.get_num_threads() == 1 and len(held_out_files(cohort)) == 12
    return {door: fitted(door(recordings), tmp_path_factory.mktemp("fitted") / "model") for door in (honest, leaky)}


@pytest.mark.parametrize("change", [another_persons_gaits, noise, deleted], ids=lambda f: f.__name__)
def test_fitted_arrays_do_not_know_the_held_out_person(change, copy_of, tmp_path, reference):
    change(copy_of)
    recordings, report = load_recordings(copy_of, progress=False)
    assert report.refused.empty and len(recordings) == (24 if change is deleted else 36)
    assert fitted(honest(recordings), tmp_path / "model") == reference[honest]


def test_a_planted_leak_is_caught(copy_of, tmp_path, reference):
    noise(copy_of)
    recordings, _ = load_recordings(copy_of, progress=False)
    assert fitted(leaky(recordings), tmp_path / "model") != reference[leaky]


def test_stored_jobs_do_not_know_the_held_out_person(cohort, copy_of, tmp_path):
    """Through the protocol itself: the same key and the same bytes of synthetic gaits, whatever became of the held-out files."""
    another_persons_gaits(copy_of)
    made, job = [], Job(HELD_OUT, 0, "Ridge", "real + synthetic", "between")
    for folder in (cohort, copy_of):
        recordings, _ = load_recordings(folder, progress=False)
        study = Study(recordings, {"Ridge": StatisticalBaseline()}, {"between": Interpolation()}, crops=2)
        store = Store(tmp_path / folder.name)
        run(study, [job], store, progress=False)
        made.append((study.synthesis_key(job), store.path(study.synthesis_key(job)).read_bytes()))
        assert store.has(study.key(job))
    assert made[0] == made[1]


class Spy(ClassifierMixin, BaseEstimator):
    """A classifier that writes down what it is fed, and knows every answer."""
    fed, answers = [], {}

    def __init__(self, classical=False, seed=0):
        self.classical, self.seed = classical, seed

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        Spy.fed.append(dict(rows=[x.tobytes() for x in X], y=y, weight=sample_weight, classical=self.classical, seed=self.seed))
        return self

    def predict_proba(self, X):
        return np.stack([self.classes_ == Spy.answers.get(x.tobytes(), 0) for x in X]).astype(float)


def fed(folder, store, scenario="everything", ratio=1.):
    """What a study feeds to its classifier under each condition, and its predictions."""
    recordings, _ = load_recordings(folder, progress=False)
    asked = held_out_gaits(recordings, HELD_OUT)
    Spy.fed, Spy.answers = [], {x.tobytes(): k for x, k in zip(asked.joints, asked.label)}
    study = Study(recordings, {"spy": Spy()}, {"between": Interpolation()}, crops=2)
    jobs = [Job(HELD_OUT, 1, "spy", c, "between" if "synthetic" in c else "", scenario, ratio) for c in CONDITIONS]
    results = run(study, jobs, Store(store), progress=False)
    return {job.condition: meal for job, meal in zip(jobs, Spy.fed)}, results


def test_what_classifiers_are_fed_does_not_know_the_held_out_person(cohort, copy_of, tmp_path, monkeypatch):
    another_persons_gaits(copy_of)
    (here, results), (there, _) = fed(cohort, tmp_path / "here"), fed(copy_of, tmp_path / "there")
    for condition in CONDITIONS:
        for part in ("rows", "y", "weight"):
            assert np.array_equal(here[condition][part], there[condition][part]), (condition, part)
    assert (accuracy_by_subject(results) == 100).all(axis=None)  # who knows the answers is right: predictions stand beside their own rows
    monkeypatch.setattr(loso, "training_gaits", lambda recordings, subject, crops, seed, scenario: recordings.windows(how="random", n=crops, seed=seed))
    leaky, _ = fed(cohort, tmp_path / "leaky")
    other, _ = fed(copy_of, tmp_path / "other")
    assert leaky["real"]["rows"] != other["real"]["rows"]  # a planted leak is caught


def test_conditions_are_what_they_are_called(cohort, tmp_path):
    meals, _ = fed(cohort, tmp_path, ratio=.5)
    for condition, meal in meals.items():
        assert meal["classical"] == ("classical" in condition) and meal["seed"] == 1
        real = np.isin(meal["rows"], meals["real"]["rows"])
        share = meal["weight"][real].sum() / meal["weight"].sum()
        assert np.isclose(share, {"real": 1., "synthetic": 0., "real + synthetic": 1 / 1.5}[condition.replace(" + classical", "")])
        assert np.allclose(meal["weight"][real], meal["weight"][0]) and np.isclose(meal["weight"].sum(), len(meals["real"]["rows"]))


def test_scarce_data_are_scarce_and_the_other_sensors_are_asked(cohort):
    recordings, _ = load_recordings(cohort, progress=False)
    seen = lambda scenario, column, seed=0: sorted(set(training_recordings(recordings, HELD_OUT, scenario, seed).column(column).tolist()))
    assert seen("everything", "subject") == [1, 3] and seen("everything", "walk") == [1, 2]
    for scenario, column in (("four walks", "walk"), ("three people", "subject")):
        one_left = dict(loso.SCENARIOS, **{scenario: (column, 1)})
        with pytest.MonkeyPatch.context() as m:
            m.setattr(loso, "SCENARIOS", one_left)
            assert all(len(seen(scenario, column, seed)) == 1 for seed in range(8)) and len({*(seen(scenario, column, seed)[0] for seed in range(8))}) == 2
    two = Recordings([replace(r, sensor=s) for r in recordings for s in (1, 3)], recordings.classes, recordings.fps, recordings.source)
    assert set(training_recordings(two, HELD_OUT, "one sensor").column("sensor")) == {1} and set(held_out_gaits(two, HELD_OUT, "one sensor").sensor) == {3}
    late = Recordings([r for r in two if r.subject == HELD_OUT or r.sensor == 3], two.classes, two.fps, two.source)  # the others have the later sensor alone
    with pytest.raises(ValueError, match="nobody but subject 2 has recordings of sensor 1"):
        training_recordings(late, HELD_OUT, "one sensor")


def test_a_saved_synthesiser_is_json_and_safetensors(tmp_path, cohort):
    recordings, _ = load_recordings(cohort, progress=False)
    folder = tmp_path / "model"
    GaitSynthesiser(codes=16, width=32, layers=1, codec_updates=1, llm_updates=1, decoder_updates=1).fit(honest(recordings)).save_pretrained(folder)
    assert {f.suffix for f in folder.rglob("*") if f.is_file()} <= {".json", ".md", ".safetensors", ".jinja"}
    about = json.loads((folder / "synthesiser.json").read_text())
    assert "not for clinical use" in (folder / "README.md").read_text()
    (folder / "synthesiser.json").write_text(json.dumps(about | dict(format=99)))
    with pytest.raises(ValueError, match="has format 99"):
        GaitSynthesiser.from_pretrained(folder)
