"""Nothing that is fitted may depend on the held-out person's files."""
import hashlib
import json
import shutil

import numpy as np
import pytest
import torch

from gaitsynth_nb.baselines import ClassicalAugmentation, GaussianGaits, Interpolation, RecombinedPeople, RecordedMotion, SkeletonAugmentation
from gaitsynth_nb.classifiers import GaitClassifier, ParameterBaseline, StatisticalBaseline
from gaitsynth_nb.generators import ConditionalVAE, MDMStyle, MotionGPT3Style, MotionGPTStyle, PGcGANStyle, QwenSynthesiser
from gaitsynth_nb.kinect import load_recordings
from gaitsynth_nb.loso import Job, Store, Study, run, training_gaits
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


def fitted(train, folder):
    """A digest of every fitted array and JSON of a fold."""
    digest = hashlib.sha256()
    tiny = dict(codes=16, width=32, layers=1, codec_updates=3, llm_updates=3, decoder_updates=1)
    for name, synthesiser in (("gpt2", GaitSynthesiser(**tiny)), ("qwen2", QwenSynthesiser(**tiny))):
        synthesiser.fit(train).save_pretrained(folder / name)
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    for kind in ("gru", "lstm", "cnn"):
        network = GaitClassifier(kind, presentations=128, classical=True).fit(train.joints, train.label)
        for tensor in (network.mean_, network.scale_, *network.network_.state_dict().values()):
            digest.update(tensor.numpy().tobytes())
    ridge, gaussian = StatisticalBaseline(features=64).fit(train.joints, train.label), GaussianGaits(8).fit(train)
    scaler, logistic = ParameterBaseline().fit(train.joints, train.label).model_.named_steps.values()
    for kind in (ConditionalVAE, PGcGANStyle, MDMStyle, MotionGPTStyle, MotionGPT3Style):
        learnt = vars(kind(width=16, updates=4, batch=8).fit(train))
        for tensor in (*(v for v in learnt.values() if isinstance(v, torch.Tensor)), *learnt["network_"].state_dict().values()):
            digest.update(tensor.numpy().tobytes())
    recorded = RecordedMotion().fit(train)
    for kind in (Interpolation, RecombinedPeople, ClassicalAugmentation, SkeletonAugmentation):
        digest.update(kind().fit(train).body_.pose.tobytes())
    for array in (recorded.body_.pose, recorded.others_.axes.numpy(), ridge.scaler_[0].mean_, ridge.ridge_.coef_, scaler.mean_, scaler.scale_, logistic.coef_, logistic.intercept_, gaussian.pca_.components_, *(m for pair in gaussian.moments_.values() for m in pair)):
        digest.update(np.ascontiguousarray(array).tobytes())
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
