"""On the real recordings, where they are at hand: the loader's report against a count that shares no line with it, and the stored calibration."""
import os
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gaitsynth_nb.biomechanics import central_ranges, judge_quantities
from gaitsynth_nb.cohort import class_medians, summarise
from gaitsynth_nb.kinect import load_recordings

RESULTS = Path(__file__).resolve().parent.parent / "results"
DATA = os.environ.get("GAITSYNTH_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="GAITSYNTH_DATA is not set: no real recordings at hand")


def count_by_hand():
    """Straight from the files: a frame is clean when all of its 75 coordinates are numbers that a room can hold."""
    total, clean, long_enough = Counter(), {}, Counter()
    for folder, _, names in os.walk(Path(DATA).expanduser()):
        for name in names:
            if not (m := re.fullmatch(r"human\d+_(\D+)\d+_SkeletonData\d\.csv", name)):
                continue
            rows = np.array([line.split("\t") for line in open(os.path.join(folder, name))], float)
            seconds, xyz = rows[:, 0], rows[:, [c for c in range(2, 101) if (c - 1) % 4]]
            fine = [all(v == 0 or 1e-12 <= abs(v) <= 10 for v in frame) for frame in xyz]
            n = fine.index(False) if False in fine else len(fine)
            assert not any(fine[n:])  # garbage is a trailing run
            total.update(files=1, garbage=n < len(fine), nan=bool(np.isnan(xyz).any()), wraps=any(b - a < -30 for a, b in zip(seconds[:n], seconds[1:n])))
            clean[name] = n
            long_enough[m[1]] += n >= 60
    return total, clean, long_enough


def test_the_report_agrees_with_a_count_by_hand():
    recordings, report = load_recordings(DATA, workers=2, cache=False, progress=False)
    total, clean, long_enough = count_by_hand()
    said, table = report.totals(), report.table
    assert (said["files"], said["files with garbage frames"], said["files with nan frames"], said["files with clock wraps"]) == (
        total["files"], total["garbage"], total["nan"], total["wraps"])
    assert dict(zip(map(os.path.basename, table.path), table.clean_frames)) == clean
    assert table[table.clean_frames >= 60].label.value_counts().to_dict() == dict(long_enough)
    assert said["refused"] == 0 and len(recordings) == total["files"] and recordings.source == "jun2020"
    assert all(np.isfinite(r.joints).all() for r in recordings)
    print(f"\n{dict(total)}, {sum(clean.values())} clean frames, with 60 or more: {dict(long_enough)}")


def test_joints_and_names_are_those_of_the_files():
    recordings, report = load_recordings(DATA, sensors=(3,), workers=2, progress=False)
    for i in range(0, len(recordings), 40):
        r, path = recordings[i], report.table.path[i]
        assert os.path.basename(path) == f"human{r.subject}_{recordings.classes[r.label]}{r.walk}_SkeletonData{r.sensor}.csv"
        if report.table.frames_split_off[i]:
            continue
        rows = np.array([line.split("\t") for line in open(path)], float)[:report.table.clean_frames[i]]
        seconds = np.unwrap(rows[:, 0], period=60)
        for joint, axis in ((0, 1), (17, 2), (11, 0)):
            expected = np.interp(seconds[0] + r.time, seconds, rows[:, 2 + 4 * joint + axis])
            assert np.abs(expected - r.joints[:, joint, axis]).max() < 1e-5


def test_the_stored_calibration_is_what_the_recordings_say():
    recordings, _ = load_recordings(DATA, sensors=(1, 3, 5), workers=2, progress=False)
    stored = pd.read_csv(RESULTS / "calibration" / "jun2020.csv", index_col=["gait", "measure"])
    pd.testing.assert_frame_equal(class_medians(summarise(recordings)), stored, rtol=1e-3, check_dtype=False)


def test_the_stored_judgement_of_gait_quantities_is_what_the_recordings_say():
    recordings, _ = load_recordings(DATA, sensors=(1, 3, 5), workers=2, progress=False)
    stored = pd.read_csv(RESULTS / "biomechanics" / "quantities.csv", index_col="quantity")
    pd.testing.assert_frame_equal(judge_quantities(recordings[recordings.column("subject") <= 5]), stored, atol=2e-3, check_names=False)
    medians = pd.read_csv(RESULTS / "biomechanics" / "medians.csv").query("sensor == 'all'").drop(columns="sensor").set_index("gait")
    found = central_ranges(recordings).groupby(np.array(recordings.classes)[recordings.column("label")], sort=False).median()
    pd.testing.assert_frame_equal(found, medians, atol=2e-3, check_names=False)
