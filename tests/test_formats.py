"""Motion files: out and in within a millimetre, against forward kinematics worked out one joint at a time, and broken in every way that comes to mind."""
import json
import re
import sys
from dataclasses import replace
from functools import reduce
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from gaitsynth_nb.cohort import make_walker, simulate_walk, simulated_recordings
from gaitsynth_nb.formats import (CHILDREN, FORMATS, GAIT_NAME, Y_UP, Motion, MotionFileError, bvh_channels, export_gaits, find_joints, gait_names,
                                  import_gaits, read_bvh, read_c3d, read_motion, read_motions, read_trc, straight_walk, to_kinect, write_bvh, write_c3d,
                                  write_trc)
from gaitsynth_nb.kinect import load_recordings
from gaitsynth_nb.skeleton import JOINTS, PARENTS, REST_BONES, GaitSet, load_gaits, save_gaits

PER_ROW = ("label", "subject", "walk", "sensor", "start")
OWN_CLASSES = ("level", "sore", "stiff", "lurching", "steppage", "waddling")
WRITERS = {"bvh": write_bvh, "trc": write_trc, "c3d": write_c3d}


@pytest.fixture(scope="module")
def gaits():
    """Two windows of each of four simulated recordings, seen by two sensors, and four rows of nobody."""
    seen = simulated_recordings(subjects=(2,), walks=(3,), sensors=(1, 3))[:4].windows(T=24, how="stride", stride=30)
    return seen + GaitSet(seen.joints[:4], seen.label[:4], source="synthetic:copy")


def need(format):
    if format == "c3d":
        pytest.importorskip("ezc3d")


def turned(joints, degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return joints @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


# ---- out and in

@pytest.mark.parametrize("fps", (30., 30000 / 1001, 50.))
@pytest.mark.parametrize("classes", (None, OWN_CLASSES))
@pytest.mark.parametrize("format", FORMATS)
def test_a_gait_set_comes_back(gaits, tmp_path, format, classes, fps):
    need(format)
    gaits = GaitSet(gaits.joints, *(getattr(gaits, n) for n in PER_ROW), classes=classes or gaits.classes, fps=fps, source=gaits.source)
    back = import_gaits(export_gaits(gaits, tmp_path / "out", format))
    assert np.linalg.norm(back.joints - gaits.joints, axis=-1).max() < 1e-3
    assert all(np.array_equal(getattr(back, n), getattr(gaits, n)) for n in PER_ROW)
    assert (back.classes, back.fps, back.source) == (gaits.classes, gaits.fps, gaits.source)
    files = [p for p in (tmp_path / "out").rglob(f"*.{format}") if p.name != "gaits.csv"]
    assert len(files) == len(gaits) and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("format", FORMATS)
def test_no_row_at_all_comes_back_too(gaits, tmp_path, format):
    assert import_gaits(export_gaits(gaits[:0], tmp_path, format)).joints.shape == (0, 24, 25, 3)


@pytest.mark.parametrize("classes", (("NA", "1.0"), ("a/b", "_subject3_"), ("Gang ö", "..")))
def test_names_tell_what_a_file_is(gaits, tmp_path, classes):
    two = GaitSet(gaits.joints[[0, 1, 0, 0]], [0, 1, 0, 0], [7, -1, 7, 7], [0, -1, 0, 0], [2, -1, 2, 2], [-4, -1, 5, 5], classes=classes)
    names = gait_names(two, "trc")
    assert len(set(names)) == 4
    for name, row in zip(names, zip(two.names(), two.subject, two.walk, two.sensor, two.start)):
        told = GAIT_NAME.fullmatch(name)
        assert (unquote(told["label"]), *(int(told[n] or -1) for n in PER_ROW[1:])) == row
    assert import_gaits(export_gaits(two, tmp_path, "trc")).classes == classes


@pytest.mark.parametrize("classes", (("a/b", "c"), ("type1", "type11")))
def test_raw_names_that_would_not_tell_are_refused(gaits, classes):
    with pytest.raises(ValueError, match="cannot hold the class"):
        gait_names(GaitSet(gaits.joints[:2], [0, 1], [7, 7], [1, 1], [3, 3], [0, 0], classes=classes), "csv")


@pytest.mark.parametrize("classes", (None, ("Gang ö", "..", "1.0", "NA", "e", "f")))
def test_raw_files_are_read_by_the_loader_and_are_nobodys(gaits, tmp_path, classes):
    gaits = replace(gaits, classes=classes or gaits.classes)
    names = gait_names(gaits, "csv")
    assert len(set(names)) == len(gaits) == len({name.lower() for name in names})
    assert {name.split("/")[1][:7] for name, s in zip(names, gaits.subject) if s < 0} == {"human0_"}
    folder = export_gaits(gaits, tmp_path, "csv")
    assert json.loads((folder / "source.json").read_text()) == {"source": gaits.source, "classes": list(gaits.classes)}
    loaded, report = load_recordings(folder, progress=False)
    assert report.refused.empty and len(loaded) == len(gaits) and (loaded.source, loaded.classes) == (gaits.source, gaits.classes)
    index = pd.read_csv(folder / "gaits.csv").set_index("file")
    for path, recording in zip(report.table.path, loaded):
        row = index.index.get_loc(Path(path).relative_to(folder).as_posix())
        assert recording.label == gaits.label[row] and recording.subject == gaits.subject[row]
        assert recording.joints.shape == gaits.joints[row].shape and np.abs(recording.joints - gaits.joints[row]).max() < 1e-3


def test_a_damaged_set_is_a_gait_set_or_refused(gaits, tmp_path):
    """One byte after another of a small file is changed: nothing but a sentence may come of it."""
    save_gaits(gaits[:1], tmp_path / "whole.npz")
    whole, refused = (tmp_path / "whole.npz").read_bytes(), 0
    for i in range(0, len(whole), max(1, len(whole) // 300)):
        (tmp_path / "cut.npz").write_bytes(whole[:i] + bytes([whole[i] ^ 0xff]) + whole[i + 1:])
        try:
            load_gaits(tmp_path / "cut.npz")
        except ValueError as e:
            refused += "is no gait set" in str(e)
    assert refused > 100


def test_an_export_is_replaced_whole_and_nothing_else_is(gaits, tmp_path, monkeypatch):
    folder = export_gaits(gaits, tmp_path / "out", "npz")
    export_gaits(gaits[:2], folder, "trc")
    assert not list(folder.rglob("*.npz")) and len(import_gaits(folder)) == 2

    def fails(path, g):
        if g.subject[0] < 0:
            raise OSError("disk full")
        write_bvh(path, g.joints[0])
    with monkeypatch.context() as m:
        m.setitem(FORMATS, "bvh", (fails, None))
        with pytest.raises(OSError, match="disk full"):
            export_gaits(gaits, folder, "bvh")
    assert len(import_gaits(folder)) == 2 and [p.name for p in tmp_path.iterdir()] == ["out"]
    (folder / "mine.txt").write_text("notes")
    with pytest.raises(ValueError, match="mine.txt"):
        export_gaits(gaits, folder, "npz")
    assert (folder / "mine.txt").exists() and len(import_gaits(folder)) == 2
    with pytest.raises(ValueError, match="is a file"):
        export_gaits(gaits, folder / "mine.txt", "npz")
    with pytest.raises(ValueError, match="one of csv, npz, bvh, trc, c3d"):
        export_gaits(gaits, tmp_path / "new", "fbx")
    holed = GaitSet(np.where(np.arange(len(gaits))[:, None, None, None] == 3, np.nan, gaits.joints), gaits.label)
    with pytest.raises(ValueError, match="sequence 3 holds NaN"):
        export_gaits(holed, tmp_path / "new", "npz")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("spoil", ("no index", "cut index", "no row", "short file", "unknown format"))
def test_a_spoilt_export_is_refused(gaits, tmp_path, spoil):
    folder = export_gaits(gaits[:3], tmp_path / "out", "trc")
    about, index = folder / "gaits.json", folder / "gaits.csv"
    first = next(folder.glob("*.trc"))
    {"no index": about.unlink, "cut index": lambda: about.write_text(about.read_text()[:30]),
     "no row": lambda: index.write_text("\n".join(index.read_text().splitlines()[:-1]) + "\n"),
     "short file": lambda: write_trc(first, gaits.joints[0, :20]),
     "unknown format": lambda: about.write_text(about.read_text().replace('"trc"', '"fbx"'))}[spoil]()
    with pytest.raises(MotionFileError, match=re.escape(str(folder))):
        import_gaits(folder)


# ---- BVH against joints moved one at a time

def one_turn(axis, degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return {"X": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]), "Y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
            "Z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])}[axis]


@pytest.mark.parametrize("seed", range(6))
def test_forward_kinematics_of_any_hierarchy(tmp_path, seed):
    rng, frames = np.random.default_rng(seed), 4
    count, text, columns, points = 0, [], [], [[] for _ in range(frames)]
    values = rng.uniform(-170, 170, (frames, 400))

    def grow(depth, above):
        nonlocal count
        name, offset = f"joint {count}", rng.normal(0, 10, 3).round(3)
        kinds = [k for k in rng.permutation([a + b for a in "XYZ" for b in ("rotation", "position")]) if depth == 0 or rng.random() < .6]
        count += 1
        pad = "\t" * depth
        text.append(f"{pad}{'JOINT' if depth else 'ROOT'} {name}" + (" {" if rng.random() < .5 else f"\n{pad}{{"))
        text.append(f"{pad} OFFSET {' '.join(map(str, offset))}\n{pad} CHANNELS {len(kinds)} {' '.join(kinds)}".rstrip())
        here = []
        for t in range(frames):
            own = dict(zip(kinds, values[t, len(columns):]))
            move = [own.get(a + "position", o) for a, o in zip("XYZ", offset)]
            turn = reduce(np.matmul, [one_turn(k[0], v) for k, v in own.items() if k.endswith("rotation")], np.eye(3))
            place, frame = above[t]
            points[t].append(place + frame @ move)
            here.append((points[t][-1], frame @ turn))
        columns.extend(kinds)
        for _ in range(rng.integers(1, 3) if depth < 4 else 0):
            grow(depth + 1, here)
        if depth == 4:
            text.append(f"{pad} End Site {{ OFFSET 0 1 0 }}")
            for t in range(frames):
                points[t].append(here[t][0] + here[t][1] @ (0, 1, 0))
        text.append(pad + "}")

    grow(0, [(np.zeros(3), np.eye(3))] * frames)
    rows = [" ".join(map(repr, map(float, row[:len(columns)]))) for row in values]
    path = tmp_path / "any.bvh"
    path.write_text("\r\n".join(["HIERARCHY", *text, "MOTION", f"Frames: {frames}", "Frame Time: 0.01", *rows, ""]))
    motion = read_bvh(path, axes=("x", "y", "z"), unit="m")
    assert motion.fps == 100 and np.allclose(motion.joints, points, atol=1e-9)


def test_position_channels_stand_still_where_bones_are_rigid(tmp_path):
    joints = simulate_walk(make_walker(3), "steppage", .9, 2.5, np.random.default_rng(1))[0].astype(float)
    rest, place, _ = bvh_channels(joints, REST_BONES)
    alone = [j for j in range(1, 25) if len(CHILDREN[PARENTS[j]]) == 1]
    assert len(alone) == 14 and max(np.ptp(place[j], axis=0).max() for j in alone) < 1e-5
    assert max(np.abs(place[j] - rest[j]).max() for j in alone) < 1e-5
    still = np.repeat(joints[:1], 20, 0) + np.linspace(0, 2, 20)[:, None, None] * (.3, 1, .1)  # a statue that glides: all bones are rigid together
    _, place, turn = bvh_channels(still, REST_BONES)
    assert max(np.ptp(place[j], axis=0).max() for j in range(1, 25)) < 1e-6
    write_bvh(tmp_path / "still.bvh", still, positions=False)
    rigid = to_kinect(read_bvh(tmp_path / "still.bvh"))[0]
    assert np.abs(rigid - still).max() < 1e-5  # rotations alone are enough for it


def test_bones_without_length_and_upside_down_do_not_break_a_bvh_file(tmp_path):
    joints = np.repeat(simulated_recordings((1,), (1,))[0].joints[:5].astype(float), 2, 0)
    joints[:, 22] = joints[:, 6]  # a thumb in the wrist
    joints[3:6, 13] = 2 * joints[3:6, 12] - joints[3:6, 13]  # a thigh that points up
    write_bvh(tmp_path / "odd.bvh", joints, 120)
    back = read_bvh(tmp_path / "odd.bvh")
    assert np.abs(to_kinect(back)[0] - joints).max() < 1e-6 and back.fps == 120
    with pytest.raises(ValueError, match="expected .frames, 25, 3."):
        write_bvh(tmp_path / "odd.bvh", joints * np.nan)


# ---- broken files

GOOD_BVH = """HIERARCHY
ROOT Hip
{
  OFFSET 0 0 0
  CHANNELS 3 Zrotation Xrotation Yrotation
  End Site
  {
    OFFSET 0 1 0
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
1 2 3
4 5 6
"""


@pytest.mark.parametrize("old, new, line", [
    ("HIERARCHY\n", "", 1), ("MOTION\n", "", 1), ("  }\n", "", 9), ("}\nMOTION", "}\n}\nMOTION", 11), ("CHANNELS 3", "CHANNELS 4", 5), ("Zrotation", "Wrotation", 5),
    ("  OFFSET 0 0 0\n", "", 9), ("OFFSET 0 1 0", "OFFSET 0 1", 8), ("OFFSET 0 1 0", "OFFSET 0 up 0", 8), ("ROOT Hip", "JOINT Hip", 2), ("Frames: 2", "Frames: 3", 12),
    ("Frames: 2", "Frames: two", 11), ("Frames: 2\n", "", 11), ("0.0333333", "0", 11), ("0.0333333", "-0.1", 11), ("0.0333333", "1e", 13), ("0.0333333", "fast", 11),
    ("4 5 6", "4 5", 15), ("4 5 6", "4 5 6 7", 15), ("4 5 6", "4 nan 6", 15), ("4 5 6", "4 1e999 6", 15), ("4 5 6", "4 5,5 6", 15), ("1 2 3\n4 5 6\n", "", 12)])
def test_a_broken_bvh_file_gets_one_sentence_with_its_line(tmp_path, old, new, line):
    path = tmp_path / "walk.bvh"
    path.write_text(GOOD_BVH)
    assert read_bvh(path).joints.shape == (2, 2, 3)
    assert old in GOOD_BVH
    path.write_text(GOOD_BVH.replace(old, new, 1))
    with pytest.raises(MotionFileError) as error:
        read_bvh(path)
    assert str(error.value).startswith(f"{path}, line {line}: ") and "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("content", (None, b"", b"\n \n", b"\xff\xfe\x00\x01" * 300, b"hello\n" * 200, bytes(5000)))
def test_what_is_no_motion_file_is_said_to_be_none(tmp_path, suffix, content):
    need(suffix)
    path = tmp_path / f"walk.{suffix}"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MotionFileError, match=re.escape(str(path))):
        read_motion(path)
    with pytest.raises(MotionFileError, match=".bvh, .trc, .c3d"):
        read_motion(tmp_path / "walk.fbx")


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_cut_or_garbled_file_is_read_or_refused_but_never_crashes(tmp_path, gaits, suffix):
    need(suffix)
    path, rng = tmp_path / f"walk.{suffix}", np.random.default_rng(0)
    WRITERS[suffix](path, gaits.joints[0])
    whole, refused = path.read_bytes(), 0
    for share in np.linspace(.02, .98, 25):
        path.write_bytes(whole[:int(share * len(whole))])
        with pytest.raises(MotionFileError):
            read_motion(path)
    head = len(whole) if suffix == "c3d" else 4000
    for _ in range(60 if suffix != "c3d" else 0):
        garbled = bytearray(whole)
        for at in rng.integers(0, head, 3):
            garbled[at] = rng.integers(32, 127)
        path.write_bytes(garbled)
        try:
            read_motion(path)
        except MotionFileError:
            refused += 1
    assert suffix == "c3d" or refused > 10


@pytest.mark.parametrize("old, new, line", [
    ("PathFileType", "Path", 1), ("\tmm\t", "\tpx\t", 3), ("\t25\t", "\t26\t", 3), ("30.0\t30.0\t24\t", "0\t30.0\t24\t", 3), ("30.0\t30.0\t24\t", "x\t30.0\t24\t", 3),
    ("30.0\t30.0\t24\t", "30.0\t30.0\t25\t", 3), ("SpineMid\t", "\t", 3), ("\n2\t0.033333333\t", "\n2\t0.033333333\tx", 8), ("\n2\t", "\n2\t1\t", 8)])
def test_a_broken_trc_file_gets_one_sentence_with_its_line(tmp_path, gaits, old, new, line):
    path = tmp_path / "walk.trc"
    write_trc(path, gaits.joints[0])
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(MotionFileError) as error:
        read_trc(path)
    assert str(error.value).startswith(f"{path}, line {line}: ")


def test_c3d_says_how_to_get_its_library(tmp_path, monkeypatch, gaits):
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    for call in (lambda: write_c3d(tmp_path / "a.c3d", gaits.joints[0]), lambda: read_c3d(tmp_path / "a.c3d"), lambda: export_gaits(gaits, tmp_path / "out", "c3d")):
        with pytest.raises(ImportError, match=re.escape('pip install "gaitsynth_nb[formats]"')):
            call()
    assert not list(tmp_path.iterdir())


# ---- other people's skeletons, axes and clocks

@pytest.mark.parametrize("spelling", [
    {"Hip": "LeftUpLeg", "Knee": "LeftLeg", "Ankle": "LeftFoot", "Foot": "LeftToeBase", "Shoulder": "LeftArm", "Elbow": "LeftForeArm", "Wrist": "LeftHand"},
    {"Hip": "mixamorig:LeftUpLeg", "Knee": "mixamorig:LeftLeg", "Ankle": "mixamorig:LeftFoot", "Foot": "mixamorig:LeftToeBase", "Shoulder": "mixamorig:LeftArm",
     "Elbow": "mixamorig:LeftForeArm", "Wrist": "mixamorig:LeftHand"},
    {"Hip": "LeftHip", "Knee": "LeftKnee", "Ankle": "LeftAnkle", "Foot": "LeftToe", "Shoulder": "LeftShoulder", "Elbow": "LeftElbow", "Wrist": "LeftWrist"},
    {"Hip": "thigh_l", "Knee": "calf_l", "Ankle": "foot_l", "Foot": "ball_l", "Shoulder": "upperarm_l", "Elbow": "lowerarm_l", "Wrist": "hand_l"},
    {"Hip": "thigh.L", "Knee": "shin.L", "Ankle": "foot.L", "Foot": "toe.L", "Shoulder": "upper_arm.L", "Elbow": "forearm.L", "Wrist": "hand.L"},
    {"Hip": "LeftUpLeg", "Knee": "LeftLowLeg", "Ankle": "LeftFoot", "Foot": "LeftFoot_end", "Shoulder": "LeftUpArm", "Elbow": "LeftLowArm", "Wrist": "LeftHand",
     "Hand": "LeftHand_end"},
    {"Hip": "LeftHip", "Knee": "LeftKnee", "Ankle": "LeftAnkle", "Foot": "LeftAnkle_end", "Shoulder": "LeftShoulder", "Elbow": "LeftElbow", "Wrist": "LeftWrist",
     "Hand": "LeftWrist_end"},
    {k: k + "Left" for k in ("Hip", "Knee", "Ankle", "Foot", "Shoulder", "Elbow", "Wrist")}])
def test_common_skeletons_are_known(spelling):
    others = ["LHipJoint", "LeftCollar"] + ["LeftShoulder"] * ("LeftArm" in spelling.values()) + ["clavicle_l"]
    motion = Motion((*others, *spelling.values()), np.zeros((1, 20, 3)))
    assert {k: motion.names[i] for k, (i,) in find_joints(motion).items()} == {k + "Left": v for k, v in spelling.items()}


def test_midpoints_of_markers_and_names_that_are_not_there(gaits):
    joints = gaits.joints[0].astype(float)
    names = list(JOINTS)
    names[13] = "LKNE"
    motion = Motion((*names, "LKNM"), np.concatenate([joints - (.05, 0, 0) * (np.arange(25) == 13)[:, None], joints[:, [13]] + (.05, 0, 0)], 1))
    with pytest.raises(MotionFileError, match="stand in for KneeLeft; the file has SpineBase"):
        to_kinect(motion)
    out, how = to_kinect(motion, {"KneeLeft": ("LKNE", "lknm")})
    assert np.allclose(out, joints) and not how
    with pytest.raises(MotionFileError, match="no joint 'LKNL'"):
        to_kinect(motion, {"KneeLeft": "LKNL"})
    with pytest.raises(ValueError, match="LeftKnee"):
        to_kinect(motion, {"LeftKnee": "LKNE"})


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize("axes, unit", ((Y_UP, "cm"), (("-x", "z", "y"), "in"), (("y", "-x", "z"), "m")))
def test_axes_unit_heading_and_rate_make_no_difference(tmp_path, format, axes, unit):
    need(format)
    walk = simulated_recordings((1,), (1,))[1]
    path = tmp_path / f"walk.{format}"
    WRITERS[format](path, turned(walk.joints.repeat(2, 0)[:-1], 130), 60, axes=axes, unit=unit)
    ours, report = read_motions([path], ["antalgic"], [4], axes=axes, unit=unit if format == "bvh" else None)
    assert report.refused.tolist() == [""] and ours[0].subject == 4 and ours.classes[ours[0].label] == "antalgic" and len(ours[0].joints) == len(walk.joints)
    straight = straight_walk(walk.joints, 30)[1]
    assert np.abs(ours[0].joints - straight).max() < 1e-3
    mirrored, report = read_motions([path], ["antalgic"], [4], axes=["-" + axes[0].lstrip("-") if axes[0][0] != "-" else axes[0][1:], *axes[1:]], unit=unit if format == "bvh" else None)
    assert len(mirrored) == 0 and "swapped" in report.refused[0]


def test_markers_that_vanish_are_bridged_or_split(tmp_path):
    walk = simulated_recordings((1,), (1,))[0].joints.astype(float)
    walk[20:23, 4] = np.nan  # 0.13 s between the frames around it
    write_trc(tmp_path / "short.trc", walk)
    walk[40:60, 7] = np.nan
    write_trc(tmp_path / "long.trc", walk)
    write_trc(tmp_path / "never.trc", np.where(np.arange(25)[:, None] == 3, np.nan, walk))
    ours, report = read_motions([tmp_path / f"{n}.trc" for n in ("short", "long", "never")], ["a", "b", "b"], [1, 1, 1], classes=("a", "b"))
    assert [len(r.joints) for r in ours] == [len(walk), 40] and ours[0].repairs["gaps_bridged"] == 1 and ours[1].repairs["frames_split_off"] == report.frames_split_off[1] > 0
    assert all(np.isfinite(r.joints).all() for r in ours) and "no two usable frames" in report.refused[2] and ours.classes == ("a", "b")


def test_a_report_for_every_file_and_no_number_below_zero(tmp_path):
    write_bvh(tmp_path / "a.bvh", simulated_recordings((1,), (1,))[0].joints)
    ours, report = read_motions([tmp_path / "a.bvh", tmp_path / "b.bvh", tmp_path / "a.bvh"], ["x", "x", "x"], [1, 1, 1], classes=["x"])
    assert report.walk.tolist() == [1, 2, 3] and [r.walk for r in ours] == [1, 3] and "b.bvh" in report.refused[1]
    for bad in (dict(labels=["x", "y"], subjects=[1], classes=["x", "y"]), dict(labels=["x"], subjects=[-1], classes=["x"]), dict(labels=["x"], subjects=[1], classes=["y"])):
        with pytest.raises(ValueError, match="expected one of each a file"):
            read_motions([tmp_path / "a.bvh"], **bad)
    with pytest.raises(ValueError, match="subject 'P01' is no whole number"):
        read_motions([tmp_path / "a.bvh"], ["normal"], ["P01"])
    with pytest.raises(ValueError, match="'stroke' is none of the six gaits.*reference first"):
        read_motions([tmp_path / "a.bvh"], ["stroke"], [1])
