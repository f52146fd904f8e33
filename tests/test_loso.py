"""The protocol: the same jobs in processes and on a Dask cluster, and the same table after any number of kills."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gaitsynth_nb.baselines import Interpolation
from gaitsynth_nb.classifiers import GaitClassifier, StatisticalBaseline
from gaitsynth_nb.kinect import load_recordings
from gaitsynth_nb.loso import Job, Store, Study, run


@pytest.fixture(scope="module")
def study(cohort):
    recordings, _ = load_recordings(cohort, progress=False)
    return Study(recordings, {"Ridge": StatisticalBaseline(), "GRU": GaitClassifier("gru", presentations=256)}, {"between": Interpolation()}, crops=2)


JOBS = [Job(p, 0, name, condition, "between" if "synthetic" in condition else "") for p in (1, 2)
        for name, condition in (("Ridge", "real"), ("GRU", "real + classical"), ("GRU", "real + classical + synthetic"))]


def test_a_dask_cluster_gives_the_same_predictions(study, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        there = run(study, JOBS, Store(tmp_path / "there"), progress=False, dask=cluster.scheduler_address)
    here = run(study, JOBS, Store(tmp_path / "here"), progress=False)
    assert there.equals(here) and len(here) == 3 * 24


def test_a_cluster_that_does_not_answer_is_a_sentence(study, tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(ValueError, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        run(study, JOBS, Store(tmp_path), progress=False, dask="tcp://127.0.0.1:9")


def test_mended_code_makes_new_names_and_only_where_it_is_used(study, monkeypatch):
    from gaitsynth_nb import loso

    ridge, both = JOBS[0], JOBS[2]
    before = study.key(ridge), study.key(both), study.synthesis_key(both)
    monkeypatch.setattr(loso, "source_fingerprint", lambda module: f"mended {module}" if module == "baselines" else "as it was")
    mended = Study(study.recordings, study.classifiers, study.synthesisers, study.crops)
    monkeypatch.setattr(loso, "source_fingerprint", lambda module: "as it was")
    kept = Study(study.recordings, study.classifiers, study.synthesisers, study.crops)
    assert mended.key(ridge) == kept.key(ridge) and mended.key(both) != kept.key(both)
    assert kept.synthesis_key(both) != mended.synthesis_key(both) and before == (study.key(ridge), study.key(both), study.synthesis_key(both))


def test_ten_kills_lose_nothing_and_change_nothing(cohort, tmp_path):
    """`kill -9` at ten random moments, workers included; then the run is completed and compared with one that nobody touched. Without pictures, so that more of the cuts meet a job."""
    code = ("from gaitsynth_nb import cli, paper; from test_cli import TINY; cli.PRESETS['smoke'] = TINY; "
            "cli._look = lambda *_: (); paper._publish = lambda *_: None; "
            f"cli.main(['reproduce', '--preset', 'smoke', '--data', {str(cohort)!r}, '--workers', '2', '--figures', 'f'])")
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    start = lambda home: subprocess.Popen([sys.executable, "-c", code], cwd=home, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed.mkdir(), whole.mkdir()
    clock = time.perf_counter()
    assert start(whole).wait() == 0
    lasts, rng, kept, cut = time.perf_counter() - clock, np.random.default_rng(0), 0, 0
    stored_jobs = lambda: len([f for f in killed.glob("results/*/jobs/*.npz") if not f.name.startswith(".")])
    for turn in range(10):
        process, started = start(killed), time.perf_counter()
        if turn % 2:
            time.sleep(rng.uniform(.4, .95) * lasts)
        else:  # soon after something more was finished, however busy the machine is
            while process.poll() is None and stored_jobs() == kept and time.perf_counter() - started < 5 * lasts:
                time.sleep(.05)
            time.sleep(rng.uniform(0, 1))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            cut += 1
        process.wait()
        jobs = stored_jobs()
        assert jobs >= kept  # nothing that was finished is lost
        kept = jobs
    assert cut and kept  # it was cut, and something was there to lose
    assert start(killed).wait() == 0
    stored = lambda home: {f.name: f.read_bytes() for f in (home / "results" / "smoke-simulated").iterdir() if f.suffix in (".gz", ".md") or f.name.startswith("table1")}
    assert stored(killed) == stored(whole) and len(stored(whole)) == 3
