"""Keep the house in order: `python tests/house.py check | nbdev_test | execute | same | readme`.

check       nbdev_export leaves no difference, notebooks are clean, open with a picture and show no warnings, README.md is what index.ipynb says
nbdev_test  run every notebook's tests; anything but nbdev's own "Success." line is a failure
execute     run all notebooks (or those named) and keep their outputs
same        run them, keep nothing, and name the cells whose outputs are other than they were
readme      write README.md from nbs/index.ipynb
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from configparser import ConfigParser
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(p for p in (ROOT / "nbs").glob("*.ipynb") if not p.name.startswith("_"))
BIN = Path(sys.executable).parent
TABLE = ROOT / "results" / "paper-jun2020" / "table1.md"
WIDGET = "application/vnd.jupyter.widget-view+json"


def readme_text():
    """index.ipynb as Markdown, its links as seen from the project's root; of cells marked `echo: false` only what they show."""
    notebook = nbformat.read(ROOT / "nbs" / "index.ipynb", as_version=4)
    for i, cell in enumerate(notebook.cells):
        if re.search(r"^#\|\s*echo:\s*false", cell.source, re.M):
            notebook.cells[i] = nbformat.v4.new_markdown_cell("\n".join(o.data["text/markdown"] for o in cell.outputs))
        cell.source = re.sub(r"^#\|.*\n", "", cell.source, flags=re.M)
    notebook.metadata.language_info = {"name": "python"}
    text, _ = MarkdownExporter().from_notebook_node(notebook)
    return re.sub(r"\n{3,}", "\n\n", text.replace("](../", "](")).strip() + "\n"


def readme():
    (ROOT / "README.md").write_text(readme_text(), encoding="utf-8")


def changed_by(command, files):
    """The files whose content a command changes."""
    before = {f: f.read_bytes() for f in files()}
    subprocess.run([BIN / command], cwd=ROOT, check=True)
    after = {f: f.read_bytes() for f in files()}
    return sorted(f.relative_to(ROOT).as_posix() for f in before.keys() | after.keys() if before.get(f) != after.get(f))


def has_picture(cell):
    """True for cells that show something other than text and tables."""
    if cell.cell_type != "code":
        return "![" in cell.source
    shown = [o.get("data", {}) for o in cell.outputs]
    return any("image/png" in data or data.get("text/html", "").startswith(("<iframe", "<div style=")) for data in shown)


def check():
    faults = []
    if files := changed_by("nbdev_export", lambda: list((ROOT / "gaitsynth_nb").glob("*.py"))):
        faults.append(f"not what the notebooks export: {', '.join(files)} (nbdev_export has now written them)")
    if files := changed_by("nbdev_clean", lambda: NOTEBOOKS):
        faults.append(f"notebooks that were not clean: {', '.join(files)} (nbdev_clean has now cleaned them)")
    if files := [p.name for p in NOTEBOOKS if not any(map(has_picture, nbformat.read(p, as_version=4).cells[:7]))]:
        faults.append(f"no picture among the first seven cells: {', '.join(files)}")
    if files := [p.name for p in NOTEBOOKS if any(o.get("name") == "stderr" for c in nbformat.read(p, as_version=4).cells for o in c.get("outputs", []))]:
        faults.append(f"warnings among the outputs: {', '.join(files)}")
    if (ROOT / "README.md").read_text(encoding="utf-8") != readme_text():
        faults.append("README.md differs from nbs/index.ipynb (`make readme` writes it)")
    if TABLE.read_text(encoding="utf-8").strip() not in readme_text():
        faults.append(f"README.md shows another table than {TABLE.relative_to(ROOT)} (`python tests/house.py execute index`, then `make readme`)")
    sys.exit("\n".join(faults) if faults else print("exports, notebooks and README are in step"))


def nbdev_test(workers):
    """nbdev's test runner; a run that tests nothing also ends without an error, so its closing line is required."""
    run = subprocess.Popen([BIN / "nbdev_test", "--n_workers", str(workers), "--do_print", "--timing"], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
    lines = [print(line, end="", flush=True) or line for line in run.stdout]
    if run.wait() or "Success." not in {line.strip() for line in lines}:
        sys.exit("nbdev_test failed")


def skipped(cell, flags):
    """True for cells that nbdev_test would not run."""
    return cell.cell_type != "code" or re.search(rf"^#\|\s*(eval:\s*false|{'|'.join(flags)})", cell.source, re.M)


def executed(paths):
    """Notebooks with the outputs that they have now."""
    os.environ.pop("MPLBACKEND", None)  # the kernel's inline backend keeps the pictures
    os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")  # as `make` does: last digits depend on it
    settings = ConfigParser(delimiters=["="], interpolation=None)
    settings.read(ROOT / "settings.ini")
    flags = settings["DEFAULT"]["tst_flags"].split()
    for path in paths:
        print(path.name, flush=True)
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, timeout=900, coalesce_streams=True, resources={"metadata": {"path": str(path.parent)}})
        with client.setup_kernel():
            for i, cell in enumerate(notebook.cells):
                if not skipped(cell, flags):
                    client.execute_cell(cell, i)
                    cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", {})]  # a bar tells how fast a machine was
        yield path, notebook


def named(names):
    return [p for p in NOTEBOOKS if not names or any(p.name.startswith(n) for n in names)]


def execute(names):
    for path, notebook in executed(named(names)):
        nbformat.write(notebook, path)


def same(names):
    """Executes notebooks without keeping anything, and names the cells whose outputs are not the committed ones. Another kind of processor rounds otherwise, so this is asked where the outputs were made."""
    other = []
    with tempfile.TemporaryDirectory() as folder:
        for path, notebook in executed(named(names)):
            copy = Path(folder, path.name)
            nbformat.write(notebook, copy)
            subprocess.run([BIN / "nbdev_clean", "--fname", copy], check=True)
            before, after = ({c.id: c.get("outputs") for c in nbformat.read(p, as_version=4).cells} for p in (path, copy))
            other += [f"{path.name}: {cell}" for cell in before if before[cell] != after[cell]]
    sys.exit("\n".join(["other outputs than before:", *other]) if other else print("the same outputs"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("check", "nbdev_test", "execute", "same", "readme"))
    parser.add_argument("names", nargs="*", help="notebooks to execute, by the beginning of their name; default: all")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    {"check": check, "readme": readme, "nbdev_test": lambda: nbdev_test(given.workers), "execute": lambda: execute(given.names), "same": lambda: same(given.names)}[given.verb]()


if __name__ == "__main__":
    main()
