"""Whatever a folder holds, the loader says what is wrong with it, and keeps the rest."""
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaitsynth_nb.cohort import simulated_recordings
from gaitsynth_nb.kinect import KinectDataError, RecordingCache, load_recordings, parse, prepare, read_bytes, write_recording
from gaitsynth_nb.skeleton import FPS

WALK = simulated_recordings(subjects=(1,), walks=(1,))[1].joints[:90].astype(float)
assert len(WALK) == 90
SECONDS = 12 + np.arange(len(WALK)) / FPS


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITSYNTH_CACHE", str(tmp_path / "cache"))


def as_file(joints=WALK, seconds=SECONDS):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "walk.csv")
        write_recording(path, seconds, joints)
        return read_bytes(path)


GOOD = as_file()


def spoil(joints=WALK, **changes):
    """A copy of the walk with frames replaced: `spoil(f5=nan)`."""
    joints = joints.copy()
    for frame, value in changes.items():
        joints[int(frame[1:])] = value
    return joints


LINES = GOOD.split(b"\n")
REFUSED = {
    "comma-separated": (GOOD.replace(b"\t", b","), "commas; expected tabs"),
    "a header line": (b"time" + b"\tx" * 100 + b"\n" + GOOD, "line 1, column 1 holds 'time'.*header"),
    "100 columns": (b"\n".join(line.rsplit(b"\t", 1)[0] for line in LINES), "line 1 has 100"),
    "a cut line": (GOOD[:-500], "line 90 has"),
    "text in a number": (b"\n".join([*LINES[:7], LINES[7].replace(b"2.0", b"two", 1), *LINES[8:]]), "line 8, column .* holds '.*two.*'; expected a number"),
    "joint numbers permuted": (GOOD.replace(b"\t3.0\t", b"\t33\t").replace(b"\t4.0\t", b"\t3.0\t").replace(b"\t33\t", b"\t4.0\t"), "line 1 does not number its joints"),
    "joints permuted": (as_file(WALK[:, [3, 1, 2, 0, *range(4, 25)]]), "the head is -.* above SpineBase"),
    "left and right swapped": (as_file(WALK[:, [*range(12), 16, 17, 18, 19, 12, 13, 14, 15, *range(20, 25)]]), "right hip is on the left"),
    "millimetres": (as_file(1000 * (WALK + 1)), "no two usable frames .*is this in metres"),
    "inches": (as_file(WALK / .0254), "these look like in"),
    "somebody who sits": (as_file(WALK + np.where(np.isin(np.arange(25), (13, 14, 15, 17, 18, 19))[:, None], (0, .38, 0), (0, 0, -.36))), "do they sit"),
    "two people": (as_file(np.stack([WALK, WALK + (1, 0, 0)], 1).reshape(-1, 25, 3)[:90]), "are two people in this file"),
    "times to the second": (as_file(seconds=np.floor(SECONDS)), "are times rounded"),
    "milliseconds": (as_file(seconds=1000 * SECONDS), "is time in seconds"),
    "milliseconds since 1970": (as_file(seconds=1000 * (SECONDS + 1.7e9)), "90 of 90 frames have a time below 0 or beyond 10¹⁰ .is time in seconds"),
    "decimal commas": (b"\n".join(line.replace(b".", b",") for line in LINES), "a point, not a comma"),
    "semicolons": (GOOD.replace(b"\t", b";"), "semicolons; expected tabs"),
    "y and z swapped": (as_file(WALK[..., [0, 2, 1]]), "is z up"),
    "constant frames": (as_file(WALK[:1].repeat(90, 0)), "nothing moves: all 90 frames are the same"),
    "nothing but NaN": (as_file(np.full_like(WALK, np.nan)), "no two usable frames among 90"),
    "zero bytes": (b"", "the file is empty"),
    "blank lines": (b"\n\n\n", "the file is empty|expected"),
    "non-UTF-8 bytes": (GOOD[:2000] + b"\xff\xfe\x00" + GOOD[2000:], "byte 2000 is not UTF-8"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "byte 0 is not UTF-8"),
    "a clock that runs backward": (as_file(seconds=SECONDS[::-1]), "clock runs backwards after 1 usable"),
    "one frame": (LINES[0] + b"\n", "no two usable frames among 1"),
}
REPAIRED = {
    "CRLF": (GOOD.replace(b"\n", b"\r\n"), dict(foreign_text=1)),
    "a byte-order mark": (b"\xef\xbb\xbf" + GOOD, dict(foreign_text=1)),
    "NaN in the middle": (as_file(spoil(f40=np.nan, f41=np.inf)), dict(garbage_inside=2, nan_frames=1, gaps_bridged=0, frames=90)),
    "NaN for longer": (as_file(spoil(**{f"f{k}": np.nan for k in range(60, 70)})), dict(garbage_inside=10, frames_split_off=20, frames=60)),
    "a frozen frame": (as_file(spoil(f30=WALK[29])), dict(frozen_frames=1, frames=90)),
    "a wrapped clock": (as_file(seconds=(SECONDS + 46.5) % 60), dict(clock_wraps=1, frames=90)),
    "seconds since 1970": (as_file(seconds=SECONDS + 1.7e9), dict(clock_wraps=0, garbage_frames=0, frames=90)),
    "garbage at the end": (as_file(spoil(f88=1e300, f89=1e-310)), dict(garbage_frames=2, frames=88)),
    "an untracked joint": (as_file(WALK * (1 - np.eye(90)[50][:, None, None] * np.eye(25)[11][:, None])), dict(garbage_inside=1, joint_jumps=0, frames=90)),
    "a hand that jumps": (as_file(WALK + np.eye(90)[50][:, None, None] * np.eye(25)[11][:, None] * .8), dict(joint_jumps=2, frames=90)),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_not_understood_is_refused_in_words(fault):
    content, words = REFUSED[fault]
    with pytest.raises(KinectDataError, match=words):
        prepare(content)


@pytest.mark.parametrize("fault", REPAIRED)
def test_what_is_certain_is_repaired_and_counted(fault):
    content, counts = REPAIRED[fault]
    joints, facts = prepare(content)
    assert {k: facts[k] for k in counts} == counts
    assert len(joints) == facts["frames"] and np.isfinite(joints).all()


def test_one_bad_file_of_every_kind_loses_nothing_else(copy_of):
    """Things that are no good file, among good ones: each is named, all others are loaded."""
    good = len(list(copy_of.rglob("*.csv")))
    place = copy_of / "Pathological_Gaits" / "odd"
    place.mkdir()
    name = lambda k: place / f"human9_normal{k}_SkeletonData3.csv"
    name(1).mkdir()  # a directory where a file should be
    name(2).symlink_to(name(3))  # a loop of links
    name(3).symlink_to(name(2))
    os.mkfifo(name(4))  # nobody will ever write to it
    with open(name(5), "wb") as f:
        f.truncate(2 * 1024 ** 3)  # sparse: two gigabytes of nothing
    name(6).symlink_to(place / "gone.csv")
    (place / "again").symlink_to(copy_of)  # a folder that holds itself
    (place / "human9_limping1_SkeletonData3.csv").write_bytes(GOOD)
    (place / "human9_normal_SkeletonData3.csv").write_bytes(GOOD)
    name(7).write_bytes(GOOD)
    with pytest.warns(UserWarning, match="6 of .* were refused"):
        recordings, report = load_recordings(copy_of, progress=False)
    assert len(recordings) == good + 1 and len(report.refused) == 6
    assert sorted(os.path.basename(p) for p in report.strange) == ["human9_limping1_SkeletonData3.csv", "human9_normal_SkeletonData3.csv"]
    reasons = dict(zip(report.refused.walk, report.refused.refused))
    assert "folder or a device" in reasons[1] and "folder or a device" in reasons[4] and "2,147 MB" in reasons[5]
    assert "levels of symbolic links" in reasons[2] and "No such file" in reasons[6]
    assert all(str(place) in r for r in reasons.values())  # every reason names its file


def test_two_files_of_one_key(copy_of):
    first = sorted(copy_of.rglob("*.csv"))[0]
    other = copy_of / "Pathological Gaits" / first.name
    other.parent.mkdir()
    other.write_bytes(first.read_bytes())
    recordings, report = load_recordings(copy_of, progress=False)
    assert len(recordings) == 36 and report.totals()["files with copies"] == 1 and report.refused.empty
    other.write_bytes(b"")
    with pytest.warns(UserWarning, match="1 of 37"):
        assert len(load_recordings(copy_of, progress=False)[0]) == 36  # a bad copy does no harm to the good one
    other.write_bytes(GOOD)
    with pytest.warns(UserWarning, match="2 of 37"):
        recordings, report = load_recordings(copy_of, progress=False)
    assert len(recordings) == 35 and set(report.refused.path) == {str(first), str(other)}
    assert report.refused.refused.str.contains("other content").all()


def test_one_recording_under_two_names(copy_of):
    place = sorted(copy_of.rglob("*.csv"))[0].parent
    for name in ("human8_lurch1", "human9_normal1"):
        (place / f"{name}_SkeletonData3.csv").write_bytes(GOOD)
    recordings, report = load_recordings(copy_of, progress=False)
    assert len(recordings) == 38 and report.totals()["files with other names"] == 2  # counted, and nobody's walks depend on somebody else's


def test_nothing_but_refused_files_is_an_error(tmp_path):
    for k in (1, 2):
        (tmp_path / f"human1_normal{k}_SkeletonData3.csv").write_bytes(REFUSED["millimetres"][0] + b"\n" * k)
    with pytest.raises(KinectDataError, match="All 2 recordings .*\n.*human1_normal1.*is this in metres"):
        load_recordings(tmp_path, progress=False)


def test_the_nearest_source_counts_and_nobody_is_nobody(tmp_path):
    inner = tmp_path / "d" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "d" / "source.json").write_text('{"source": "simulated"}')
    (inner / "source.json").write_bytes(b'\xef\xbb\xbf{"source": "synthetic:x"}')
    (inner / "human0_normal1_SkeletonData0.csv").write_bytes(GOOD)
    recordings, _ = load_recordings(tmp_path, progress=False)
    assert recordings.source == "synthetic:x" and (recordings[0].subject, recordings[0].walk, recordings[0].sensor) == (-1, -1, -1)


def test_several_sources_are_not_mixed(copy_of, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "human1_normal1_SkeletonData3.csv").write_bytes(GOOD)
    with pytest.raises(KinectDataError, match="several sources .jun2020, simulated."):
        load_recordings(tmp_path, progress=False)
    (copy_of / "source.json").write_text("{")
    with pytest.raises(KinectDataError, match="source.json does not say"):
        load_recordings(copy_of, progress=False)


def test_classes_that_file_names_cannot_tell_are_refused(tmp_path):
    (tmp_path / "source.json").write_text('{"source": "lab", "classes": ["grade1", "grade11"]}')
    (tmp_path / "human1_grade111_SkeletonData3.csv").write_bytes(GOOD)  # walk 11 of grade1, or walk 1 of grade11
    with pytest.raises(KinectDataError, match="cannot tell the classes grade1 and grade11 apart"):
        load_recordings(tmp_path, progress=False)


def load(folder, **more):
    recordings, report = load_recordings(folder, progress=False, **more)
    return [(r.subject, r.label, r.walk, r.sensor, r.joints.tobytes()) for r in recordings], report


def settle(folder):
    """Files older than the cache's doubt about files that were changed a moment ago."""
    time.sleep(2.1)
    load(folder)


def test_the_cache_gives_what_the_files_give(copy_of, monkeypatch):
    fresh, _ = load(copy_of, cache=False)
    assert load(copy_of)[0] == fresh
    settle(copy_of)
    monkeypatch.setattr("gaitsynth_nb.kinect.prepare", lambda *a, **k: pytest.fail("prepared again"))
    monkeypatch.setattr("gaitsynth_nb.kinect.read_bytes", lambda *a: pytest.fail("read again"))
    assert load(copy_of)[0] == fresh
    assert load(copy_of, subjects=(2,))[0] == [r for r in fresh if r[0] == 2]


def test_the_cache_notices_changes(copy_of):
    before, _ = load(copy_of)
    settle(copy_of)
    victim = sorted(copy_of.rglob("human1_normal1_*.csv"))[0]
    at = victim.stat()
    content = victim.read_bytes()
    end = content.index(b"\n")
    changed = content[:end - 1] + (b"1" if content[end - 1:end] != b"1" else b"2") + content[end:]
    assert len(changed) == len(content) and changed != content
    victim.write_bytes(changed)
    os.utime(victim, ns=(at.st_atime_ns, at.st_mtime_ns))  # same size, same time of change: only the content differs
    time.sleep(2.1)  # long enough ago for the cache to trust what it sees
    after, _ = load(copy_of)
    assert sum(a != b for a, b in zip(before, after)) == 1
    victim.unlink()
    assert len(load(copy_of)[0]) == len(before) - 1
    victim.write_bytes(content)
    assert load(copy_of)[0] == before
    new = victim.with_name("human1_normal99_SkeletonData3.csv")
    new.write_bytes(GOOD)
    assert len(load(copy_of)[0]) == len(before) + 1


def test_other_settings_other_recordings(copy_of):
    plain, smooth = load(copy_of)[0], load(copy_of, cutoff=6)[0]
    assert all(a != b for a, b in zip(plain, smooth)) and load(copy_of)[0] == plain


@pytest.mark.parametrize("damage", [lambda b: b[:-100], lambda b: b[:50], lambda b: b"", lambda b: b"\x00" * len(b), lambda b: b[:8] + b"{" * 50 + b[58:]])
def test_a_damaged_cache_is_not_used(copy_of, damage):
    before, _ = load(copy_of)
    path = next((copy_of.parent / "cache" / "recordings").iterdir())
    path.write_bytes(damage(path.read_bytes()))
    assert not RecordingCache(copy_of, {}).read().entries
    assert load(copy_of)[0] == before


def test_a_disk_that_takes_no_more(copy_of):
    """The system refuses to write on in the middle of the cache, to root too: a warning, all recordings, no half file."""
    code = f"""
import resource, signal, warnings
from gaitsynth_nb.kinect import load_recordings
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    recordings, report = load_recordings({str(copy_of)!r}, progress=False)
print(len(recordings), len(report.refused), [str(w.message) for w in said if "could not be kept" in str(w.message)])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.startswith("36 0 ['The prepared recordings could not be kept"), ran.stderr
    assert not list((copy_of.parent / "cache" / "recordings").iterdir())


def test_a_flipped_byte_in_the_cache_is_noticed(copy_of):
    before, _ = load(copy_of)
    path = next((copy_of.parent / "cache" / "recordings").iterdir())
    content = bytearray(path.read_bytes())
    content[-5000] ^= 0x40
    path.write_bytes(content)
    assert load(copy_of)[0] == before


def test_old_caches_go_and_those_being_written_stay(copy_of, tmp_path, recwarn):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "human1_normal1_SkeletonData3.csv").write_bytes(GOOD)
    load(tmp_path / "theirs")
    caches = tmp_path / "cache" / "recordings"
    (theirs,) = caches.iterdir()
    (caches / "damaged.safetensors").write_bytes(b"no cache")
    (caches / ".half.safetensors").write_bytes(b"somebody is writing this")
    load(copy_of)
    assert theirs.exists() and (caches / ".half.safetensors").exists() and not (caches / "damaged.safetensors").exists()
    (tmp_path / "theirs" / "human1_normal1_SkeletonData3.csv").unlink()
    (tmp_path / "theirs").rmdir()
    load(copy_of, cutoff=6)
    assert not theirs.exists() and len([p for p in caches.iterdir() if p.name[0] != "."]) == 2 and not recwarn.list


def test_other_code_other_recordings(copy_of, monkeypatch):
    load(copy_of)
    monkeypatch.setattr("gaitsynth_nb.kinect.source_fingerprint", lambda *modules: "other")
    assert not RecordingCache(copy_of, dict(fps=30., longest_gap=.2, dropouts=False, cutoff=None)).read().entries
    monkeypatch.undo()


def test_dropouts_are_filled_in_every_direction():
    lost = WALK.copy()
    lost[40:43, 11] += (.7, .8, .9)
    assert prepare(as_file(lost))[1]["dropouts_filled"] == 0
    joints, facts = prepare(as_file(lost), dropouts=True)
    assert facts["dropouts_filled"] == 3 and np.abs(joints - prepare(GOOD)[0]).max() < .1  # the hand swings on


def test_several_processes_give_the_same(copy_of):
    twice = copy_of / "Pathological_Gaits" / "more"
    twice.mkdir()
    for k in range(30, 50):  # enough files for several processes
        (twice / f"human1_normal{k}_SkeletonData3.csv").write_bytes(as_file(WALK + .001 * k))
    assert load(copy_of, cache=False, workers=2)[0] == load(copy_of, cache=False)[0]


@st.composite
def mutated(draw):
    """A valid file after a few of the things that happen to files."""
    content = bytearray(b"\n".join(LINES[:12]) + b"\n")
    for _ in range(draw(st.integers(1, 4))):
        kind, at = draw(st.sampled_from(["bytes", "cut", "delete", "repeat", "cell", "column", "swap"])), draw(st.integers(0, max(len(content) - 1, 0)))
        if kind == "bytes":
            content[at:at + draw(st.integers(0, 4))] = draw(st.binary(max_size=6))
        elif kind == "cut":
            del content[at:]
        elif kind == "delete":
            del content[at:at + draw(st.integers(1, 3000))]
        elif kind == "repeat":
            content[at:at] = content[at:at + draw(st.integers(1, 3000))]
        else:
            rows = [line.split(b"\t") for line in bytes(content).split(b"\n")]
            row = rows[draw(st.integers(0, len(rows) - 1))]
            column = draw(st.integers(0, len(row) - 1))
            if kind == "cell":
                row[column] = draw(st.sampled_from([b"nan", b"-inf", b"1e308", b"-1e300", b"1e-320", b"0", b"", b"1_0", b"0x1p3", b"1e999", b"59.99"]))
            elif kind == "column":
                for r in rows:
                    del r[column:column + 1]
            else:
                row[column], row[0] = row[0], row[column]
            content = bytearray(b"\n".join(b"\t".join(r) for r in rows))
    return bytes(content)


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(mutated())
def test_a_mutated_file_is_prepared_or_refused_and_nothing_else(content):
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        try:
            joints, facts = prepare(content)
        except KinectDataError as e:
            assert str(e) and "\n" not in str(e)
        else:
            assert joints.dtype == np.float32 and facts["frames"] == len(joints) >= 1
            assert (np.abs(joints) <= 100).all()  # finite, in a hall


def test_the_property_test_can_fail():
    """What the mutations meet without the checks of the loader is not always a number."""
    assert not np.isfinite(parse(as_file(spoil(f3=np.nan)))[1]).all()
