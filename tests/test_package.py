"""The wheel and the source distribution hold all that is needed, and work outside of the repository."""
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
from pathlib import Path
import gaitsynth_nb
from gaitsynth_nb.explorer import Player
from gaitsynth_nb.skeleton import save_gaits
from gaitsynth_nb.synthesiser import GaitSynthesiser
synthesiser = GaitSynthesiser.example()
gaits = synthesiser.sample_prompts(["severe drop foot, slow", "waddling"], seed=0)
save_gaits(gaits, "gaits.npz")
Player(gaits).save("gaits.html")
print(Path(gaitsynth_nb.__file__).parent.parent, len(gaits))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel, built from the source distribution as an installer would."""
    source, home = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    tracked = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, "-m", "build", "-q", "--no-isolation", "--outdir", home, source], check=True, capture_output=True)
    return home


@pytest.fixture(scope="module")
def site(built, tmp_path_factory):
    """Where the wheel is installed, and nothing else of this repository."""
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [n for n in names if n.split("/")[0] not in ("gaitsynth_nb",) and ".dist-info" not in n]
    site = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--disable-pip-version-check", "--target", site, wheel], check=True, capture_output=True)
    return site


def test_the_wheel_works_elsewhere(site, tmp_path):
    env = os.environ | {"PYTHONPATH": str(site)}
    said = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout.split()
    assert Path(said[-2]) == site and said[-1] == "2" and (tmp_path / "gaits.html").is_file()
    told = subprocess.run([sys.executable, site / "bin" / "gaitsynth", "generate", "example", "more.npz", "-n", "2"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
    assert "2 gaits" in told and (tmp_path / "more.png").is_file()


def test_the_ten_lines_of_the_readme(site, tmp_path):
    """With the wheel, outside of the repository."""
    code = next(c for c in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S) if "GaitSynthesiser" in c)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    ran = subprocess.run([sys.executable, "-c", f"{code}import gaitsynth_nb; print(gaitsynth_nb.__file__)"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(site)}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "no recorded person" in ran.stdout and str(site) in ran.stdout and (tmp_path / "gaits.npz").exists()


def test_the_source_distribution_can_be_built_from(built):
    import tarfile

    (sdist,) = built.glob("*.tar.gz")
    names = {n.split("/", 1)[-1] for n in tarfile.open(sdist).getnames()}
    assert {"settings.ini", "README.md", "setup.py", "pyproject.toml", "LICENSE", "gaitsynth_nb/example/synthesiser.json"} <= names
