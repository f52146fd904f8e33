"""On the real recordings, where they are at hand: the loader's report against a count that shares no line with it, and the stored calibration."""
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gaitsynth_nb.cohort import class_medians, summarise
from gaitsynth_nb.kinect import load_recordings

RESULTS = Path(__file__).resolve().parent.parent / "results"
DATA = os.environ.get("GAITSYNTH_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="GAITSYNTH_DATA is not set: no real recordings at hand")
PEOPLE, SENSOR = (1, 4), 3


def count_by_hand():
    garbage = wraps = files = 0
    for path in Path(DATA).expanduser().rglob(f"*_SkeletonData{SENSOR}.csv"):
        if int(re.search(r"human(\d+)_", path.name)[1]) not in PEOPLE:
            continue
        files += 1
        table = np.genfromtxt(path, delimiter="\t")
        xyz = np.delete(table[:, 1:], np.arange(0, 100, 4), axis=1)
        with np.errstate(invalid="ignore"):
            fine = (np.abs(xyz) < 10).all(1) & ((np.abs(xyz) > 1e-12) | (xyz == 0)).all(1)
        garbage += not fine.all()
        wraps += bool((table[1:, 0][fine[1:]] - table[:-1, 0][fine[1:]] < -30).any())
    return files, garbage, wraps


def test_the_report_agrees_with_a_count_by_hand():
    recordings, report = load_recordings(DATA, subjects=PEOPLE, sensors=(SENSOR,), progress=False)
    files, garbage, wraps = count_by_hand()
    total = report.totals()
    assert (total["files"], total["files with garbage frames"], total["files with clock wraps"]) == (files, garbage, wraps)
    assert total["refused"] == 0 and len(recordings) == files and recordings.source == "jun2020"
    assert all(np.isfinite(r.joints).all() for r in recordings)


def test_the_stored_calibration_is_what_the_recordings_say():
    recordings, _ = load_recordings(DATA, sensors=(1, 3, 5), workers=2, progress=False)
    stored = pd.read_csv(RESULTS / "calibration" / "jun2020.csv", index_col=["gait", "measure"])
    pd.testing.assert_frame_equal(class_medians(summarise(recordings)), stored, rtol=1e-3, check_dtype=False)
