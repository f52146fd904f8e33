"""The review page in a browser: every question answered, and the CSV that it saves."""
import html
import io
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gaitsynth_nb import cli
from gaitsynth_nb import review as review_module
from gaitsynth_nb.kinect import load_recordings
from gaitsynth_nb.review import score_reviews, write_review
from gaitsynth_nb.skeleton import GaitSet, save_gaits

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ANSWER = """<script>addEventListener('load', () => {
  const type = (box) => box.dispatchEvent(new Event('change', {bubbles: true}));
  byId('reviewer').value = 'A "B", C'; type(byId('reviewer'));
  for (let i = 0; i < items.length; i++) {
    const played = JSON.stringify(items[i].data).length;
    if (!byId('next').disabled) throw 'next before an answer';
    for (const [q, value] of [['recorded', 'yes'], ['gait', 'lurch'], ['plausible', String(1 + i % 5)]]) {
      const box = document.querySelector(`input[name=${q}][value="${value}"]`); box.checked = true; type(box);
    }
    if (byId('next').disabled) throw 'no next after the answers';
    if (!byId('player').srcdoc.includes(items[i].data.gaits[0].joints)) throw 'another gait is played';
    byId('next').click();
  }
  byId('back').click();
  document.body.innerHTML = '<pre id="out"></pre>';
  document.getElementById('out').textContent = csv();
});</script>"""


@pytest.fixture(scope="module")
def review(cohort, tmp_path_factory):
    recordings, _ = load_recordings(cohort, progress=False)
    real = recordings.windows()
    made = GaitSet(real.joints[::-1].copy(), real.label[::-1].copy(), classes=real.classes, source="synthetic:backwards")
    folder = tmp_path_factory.mktemp("review")
    return folder, write_review(folder, real, made, n=12, seed=3)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (apt install chromium)")
def test_a_reviewer_answers_everything_and_saves(review, tmp_path):
    folder, key = review
    page = tmp_path / "answered.html"
    page.write_text((folder / "review.html").read_text().replace("</body>", ANSWER + "</body>"))
    dom = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000", "--dump-dom", page.as_uri()],
                         capture_output=True, text=True, timeout=120).stdout
    saved = re.search(r'<pre id="out">(.*?)</pre>', dom, re.S)
    assert saved, dom[-500:]
    answers = pd.read_csv(io.StringIO(html.unescape(saved[1])))
    assert answers.item.tolist() == key.item.tolist() and set(answers.reviewer) == {'A "B", C'}
    assert answers.plausible.tolist() == [1 + i % 5 for i in range(12)]
    people, _, looks = score_reviews([answers], key)
    assert np.isclose(people.right[people.question == "recorded"].iloc[0], 50) and len(looks) == 2


def test_the_page_does_not_tell(review):
    folder, key = review
    page = (folder / "review.html").read_text()
    assert "backwards" not in page and "simulated" not in page and "synthetic" not in page
    assert sorted(p.name for p in folder.iterdir()) == ["key.csv", "review.html"] and pd.read_csv(folder / "key.csv").equals(key)


def test_recorded_and_made_gaits_walk_one_way(cohort, tmp_path, monkeypatch):
    real = load_recordings(cohort, progress=False)[0].windows()
    turned = replace(real, joints=real.joints[..., [1, 0, 2]] * [1, -1, 1] + [3, 1, 0])  # another sensor's view of the same walks
    drawn = []
    monkeypatch.setattr(review_module, "_page_data", lambda joints, fps, follow: drawn.append(joints[0]) or '{"gaits": []}')
    write_review(tmp_path, turned, GaitSet(real.joints, real.label, classes=real.classes), n=12)
    way = np.array([j[-1, 0] - j[0, 0] for j in drawn])
    assert len(drawn) == 12 and np.abs(way[:, 0]).max() < 1e-3 < way[:, 1].min() and all(np.allclose(j[0, 0, :2], 0) for j in drawn)
    with pytest.raises(ValueError, match="expected at least one class"):  # who stands still at the edges of a window is not shown
        write_review(tmp_path / "other", replace(real, start=np.full(len(real), -5)), real)


def test_the_command_writes_and_scores(cohort, tmp_path, capsys, monkeypatch):
    made = load_recordings(cohort, progress=False)[0].windows()
    save_gaits(GaitSet(made.joints, made.label, classes=made.classes, source="synthetic:copies"), tmp_path / "gaits.npz")
    cli.main(["review", str(tmp_path / "out"), "--gaits", str(tmp_path / "gaits.npz"), "--data", str(cohort), "-n", "12"])
    key = pd.read_csv(tmp_path / "out" / "key.csv")
    with pytest.raises(SystemExit, match="or no answers"):
        cli.main(["review", str(tmp_path / "out"), "--score"])
    key.assign(reviewer="A", plausible=3).to_csv(tmp_path / "out" / "review A.csv", index=False)
    cli.main(["review", str(tmp_path / "out"), "--score"])
    assert "100.0" in capsys.readouterr().out
    shutil.copy(tmp_path / "out" / "review A.csv", tmp_path / "out" / "review A (1).csv")  # saved twice
    with pytest.raises(SystemExit, match="two files hold the answers of 'A'"):
        cli.main(["review", str(tmp_path / "out"), "--score"])
    with pytest.raises(SystemExit, match="the key of another page"):
        cli.main(["review", str(tmp_path / "out"), "--gaits", str(tmp_path / "gaits.npz"), "--data", str(cohort), "-n", "12", "--seed", "1"])
    assert pd.read_csv(tmp_path / "out" / "key.csv").equals(key)
    with pytest.raises(SystemExit, match="no file of generated gaits"):
        cli.main(["review", str(tmp_path / "other")])
    monkeypatch.delenv("GAITSYNTH_DATA", raising=False)
    with pytest.raises(SystemExit, match="needs recordings"):  # simulated walkers are not passed off as recorded
        cli.main(["review", str(tmp_path / "other"), "--gaits", str(tmp_path / "gaits.npz")])
    with pytest.raises(SystemExit, match="or a smaller n"):
        cli.main(["review", str(tmp_path / "other"), "--gaits", str(tmp_path / "gaits.npz"), "--data", str(cohort), "-n", "9000"])
    assert not (tmp_path / "other").exists()  # what is refused leaves nothing behind
