"""The shape of the house: imports run downhill, nothing points out of it."""
import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "nbs").glob("[0-9][0-9]*_*.ipynb"))


def cells(path):
    return ["".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]


def uphill(notebooks):
    """Exported imports of a module from a notebook of the same or a higher number; `notebooks` maps name → code cells."""
    number = {re.search(r"^#\| default_exp (\w+)", "\n".join(code), re.M)[1]: name.split("_")[0] for name, code in notebooks.items()}  # "01" < "01a" < "02"
    found = []
    for name, code in notebooks.items():
        for cell in code:
            if re.search(r"^#\| exports?i?\b", cell, re.M):
                found += [(name, m) for m in re.findall(r"from (?:gaitsynth_nb)?\.(\w+) import", cell) if m in number and number[m] >= name.split("_")[0]]
    return found


def test_all_rooms_are_there():
    assert [p.stem for p in NOTEBOOKS] == [
        "00_skeleton", "01_kinect", "01a_formats", "02_cohort", "03_biomechanics", "04_priors", "05_pose_encoder", "06_tokeniser", "07_g2l", "08_llm",
        "09_l2g", "10_decoder", "11_synthesiser", "12_classifiers", "13_loso", "14_baselines", "14a_generators", "15_fidelity", "16_paper", "17_explorer", "17a_review", "17b_synthesis_explorer", "18_cli"]


def test_imports_run_downhill_and_the_test_can_fail():
    # verbs of the command line may reach anything below it; everything else imports from lower numbers only
    notebooks = {p.stem: cells(p) for p in NOTEBOOKS}
    assert uphill(notebooks) == []
    planted = notebooks | {"03_biomechanics": notebooks["03_biomechanics"] + ["#| export\nfrom gaitsynth_nb.paper import table_one"]}
    assert uphill(planted) == [("03_biomechanics", "paper")]
    between = notebooks | {"01a_formats": ["#| default_exp formats", "#| export\nfrom gaitsynth_nb.kinect import parse\nfrom gaitsynth_nb.cohort import sense"],
                           "02_cohort": notebooks["02_cohort"] + ["#| export\nfrom gaitsynth_nb.formats import read_bvh"]}
    assert uphill(between) == [("01a_formats", "cohort")]


def shows(source):
    """Whether a cell that is run prints or draws, outside of functions."""
    if re.search(r"^#\|\s*(export|eval:\s*false)", source, re.M):
        return False
    outside = (s for s in ast.parse(source).body if not isinstance(s, (ast.FunctionDef, ast.ClassDef)))
    called = {getattr(n.func, "attr", getattr(n.func, "id", "")) for s in outside for n in ast.walk(s) if isinstance(n, ast.Call)}
    return bool(called & {"print", "subplots", "filmstrip", "Markdown"})


@pytest.mark.parametrize("path", NOTEBOOKS + [ROOT / "nbs" / "index.ipynb"], ids=lambda p: p.stem)
def test_a_notebook_carries_its_outputs_and_no_error(path):
    code = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    bare = [c["id"] for c in code if not c["outputs"] and shows("".join(c["source"]))]
    assert any(c["outputs"] for c in code) and not bare, bare
    assert not [o for c in code for o in c["outputs"] if o["output_type"] == "error"]
    assert "site-packages" not in json.dumps([c["outputs"] for c in code])  # where somebody's packages are is nobody's business, and differs


def test_readme_begins_with_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("make reproduce") < 1500 and text.index("make test") < 1500
