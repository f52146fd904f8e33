"""Which way is positive: one joint of an upright skeleton is moved, and the angle that it should move must follow; and rates other than 30 Hz."""
import numpy as np
import pytest

from gaitsynth_nb.biomechanics import describe
from gaitsynth_nb.cohort import simulated_recordings
from gaitsynth_nb.skeleton import ANGLES, GaitSet, J, from_body, joint_angles, to_body

UPRIGHT = np.zeros((25, 3))
for side, out in (("Left", -.1), ("Right", .1)):
    for name, place in (("Hip", (out, 0, .9)), ("Knee", (out, 0, .5)), ("Ankle", (out, 0, .1)), ("Foot", (out, .15, .1))):
        UPRIGHT[J[name + side]] = place
UPRIGHT[J["SpineBase"]], UPRIGHT[J["SpineShoulder"]] = (0, 0, .9), (0, 0, 1.4)

LEFT, RIGHT, FORWARD, BACK, UP = (-.05, 0, 0), (.05, 0, 0), (0, .05, 0), (0, -.05, 0), (0, 0, .05)
MOVED = {"trunk_lean_sagittal": ("SpineShoulder", FORWARD), "trunk_lean_frontal": ("SpineShoulder", RIGHT), "pelvis_obliquity": ("HipLeft", UP), "pelvis_rotation": ("HipRight", FORWARD)}
for side, outward in (("left", LEFT), ("right", RIGHT)):
    MOVED |= {f"hip_flexion_{side}": (f"Knee{side.title()}", FORWARD), f"knee_flexion_{side}": (f"Ankle{side.title()}", BACK), f"ankle_flexion_{side}": (f"Foot{side.title()}", UP),
              f"hip_abduction_{side}": (f"Knee{side.title()}", outward), f"knee_valgus_{side}": (f"Ankle{side.title()}", outward), f"toe_out_{side}": (f"Foot{side.title()}", outward)}


@pytest.mark.parametrize("angle", ANGLES)
def test_every_angle_has_the_sign_that_is_promised(angle):
    joint, way = MOVED[angle]
    moved = UPRIGHT.copy()
    moved[J[joint]] += way
    assert np.allclose(joint_angles(UPRIGHT), 0, atol=.01)
    told = dict(zip(ANGLES, joint_angles(moved)))
    assert told[angle] > 4
    other = angle.replace("left", "LEFT").replace("right", "left").replace("LEFT", "right")
    assert other == angle or abs(told[other]) < .01


@pytest.fixture(scope="module")
def walks():
    return simulated_recordings(subjects=(1, 2), walks=(1,)).windows(T=60, how="centre")


@pytest.mark.parametrize("fps", (15., 60., 100.))
def test_other_rates_are_seen_in_seconds(walks, fps):
    time = np.arange(60) / 30
    frames = int(59 / 30 * fps) + 1
    other = GaitSet(np.stack([[np.interp(np.arange(frames) / fps, time, x) for x in g.reshape(60, -1).T] for g in walks.joints]).transpose(0, 2, 1).reshape(len(walks), frames, 25, 3),
                    walks.label, fps=fps)
    body, usual = to_body(other.joints, fps), to_body(walks.joints)
    assert np.allclose(body.pose[:, :, 0, :2].mean(1), usual.pose[:, :, 0, :2].mean(1), atol=.03)  # leg lengths a second
    assert np.abs(from_body(body.pose, body.leg, body.heading, body.origin, fps) - other.joints).max() < 1e-4
    there, here = describe(other), describe(walks)
    for name in ("speed", "cadence", "stride_length"):
        assert np.allclose(there[name], here[name], rtol=.04), name
