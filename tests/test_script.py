"""The ten lines of the README, run outside the project with the installed package."""
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_ten_lines_of_the_readme(tmp_path):
    code = next(c for c in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S) if "GaitSynthesiser" in c)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    (tmp_path / "script.py").write_text(code)
    ran = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "no recorded person" in ran.stdout and (tmp_path / "gaits.npz").exists()
