"""Gives the jobs in results/ the names that they have under the present source, after a change that changes no result:

    GAITSYNTH_DATA=FOLDER python tests/rename_jobs.py COMMIT      # the commit under which they have the names they have now

Jobs are named by the source they depend on, so that old and new results are not mixed. A changed comment renames them too. Here old and new
source prepare all recordings, and run blocks A to D of `smoke` for one person (one sensor); only where recordings, gaits and predictions are equal to the byte,
and every stored job is known, are the tables written.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
PRESETS = ("paper", "quick")


def names_and_digests(out):
    """Of the source on the path: the names of all jobs, a digest of the recordings, and one of what a small run makes."""
    from gaitsynth_nb import cli
    from gaitsynth_nb.fidelity import REAL, _judge_key

    told, data = {}, os.environ["GAITSYNTH_DATA"]
    for name in PRESETS:
        preset = cli.PRESETS[name]
        recordings = cli._load(data, preset, 2)
        study = cli._study(recordings, preset)
        jobs = cli._jobs(sorted(set(recordings.column("subject").tolist())), preset.seeds, cli.BLOCKS, preset.seeds)
        if len(set(recordings.column("sensor").tolist())) < 2:
            jobs = [job for job in jobs if job.scenario != "one sensor"]
        told[name] = {str(job): (study.key(job), study.synthesis_key(job) if job.synthesiser else "") for job in jobs}
        folds = {(job.subject, job.seed, n) for job in jobs for n in (job.synthesiser, *REAL) if n and job.scenario == "everything"}
        told[name] |= {f"judged {fold}": (_judge_key(study, *fold), "") for fold in sorted(folds)}
        digest = hashlib.sha256()
        for r in recordings:
            digest.update(r.joints.tobytes() + str((r.label, r.subject, r.walk, r.sensor)).encode())
        told[f"recordings of {name}"] = digest.hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        cli.main(["reproduce", "--preset", "smoke", "--blocks", "A", "B", "C", "D", "--folds", "1", "--data", data, "--results", f"{folder}/r", "--figures", f"{folder}/f"])
        made = []
        for file in Path(folder, "r").rglob("*.npz"):
            with np.load(file) as z:
                made.append([hashlib.sha256(z[k].tobytes()).hexdigest() for k in sorted(z.files) if k != "record"])  # the record has times
        told["a small run"] = sorted(made)
    Path(out).write_text(json.dumps(told), encoding="utf-8")


def main(commit):
    with tempfile.TemporaryDirectory() as folder:
        old_tree, told = Path(folder, "old"), {}
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", old_tree, commit], cwd=ROOT, check=True)
        try:
            for which, tree in (("old", old_tree), ("new", ROOT)):
                subprocess.run([sys.executable, __file__, "--names", Path(folder, f"{which}.json")], cwd=folder, check=True, env=os.environ | {"PYTHONPATH": str(tree)}, stdout=subprocess.DEVNULL)
                told[which] = json.loads(Path(folder, f"{which}.json").read_text(encoding="utf-8"))
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", old_tree], cwd=ROOT, check=True)
    old, new = told["old"], told["new"]
    if other := [what for what in old if what not in PRESETS and old[what] != new.get(what)]:
        sys.exit(f"not the same under both sources: {', '.join(other)}. These jobs have to be run again; nothing was renamed.")
    from gaitsynth_nb.cli import _write_table

    tables = []
    for preset in PRESETS:
        names = {a[0]: new[preset][job][0] for job, a in old[preset].items()}
        costs = {f"{a[1]}-cost": f"{new[preset][job][1]}-cost" for job, a in old[preset].items() if a[1]}
        for file, known in (("predictions.csv.gz", names), ("cost.csv", costs), ("fidelity.csv", names)):
            path = ROOT / "results" / f"{preset}-jun2020" / file
            if not path.is_file():
                continue
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            if strange := set(table.job) - set(known):
                sys.exit(f"{len(strange)} of {table.job.nunique()} jobs in {path} have no such name under {commit}; nothing was renamed.")
            tables.append((table.assign(job=table.job.map(known)), path))
            print(f"{path.relative_to(ROOT)}: {table.job.nunique()} jobs, {sum(known[j] != j for j in set(table.job))} named anew")
    for table, path in tables:
        _write_table(table, path)


if __name__ == "__main__":
    names_and_digests(sys.argv[2]) if sys.argv[1] == "--names" else main(sys.argv[1])
