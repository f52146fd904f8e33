"""The command line end to end: faults are sentences, interrupted runs go on, the same seed gives the same table."""
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gaitsynth_nb import cli, fidelity, paper, skeleton
from gaitsynth_nb.fidelity import MEASURES, REAL
from gaitsynth_nb.generators import ConditionalVAE, MDMStyle, MotionGPT3Style, MotionGPTStyle, PGcGANStyle, QwenSynthesiser
from gaitsynth_nb.kinect import load_recordings
from gaitsynth_nb.skeleton import load_gaits, save_gaits
from gaitsynth_nb.synthesiser import GaitSynthesiser

TINY = cli.Preset(subjects=(1, 2, 3), walks=(1, 2), folds=(1, 2), crops=2, presentations=128,
                  synthesiser=dict(codes=16, width=32, layers=1, codec_updates=3, llm_updates=3, decoder_updates=1))


def sentence(*arguments):
    """The one line with which the installed command refuses; fails where it does not refuse or shows a traceback."""
    ran = subprocess.run([Path(sys.executable).parent / "gaitsynth", *map(str, arguments)], capture_output=True, text=True)
    assert ran.returncode != 0 and "Traceback" not in ran.stderr + ran.stdout, ran.stderr
    return ran.stderr.strip().splitlines()[-1]


def refusal(*arguments):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(a) for a in arguments])
    assert stop.value.code and not isinstance(stop.value.code, int)
    return str(stop.value.code)


def test_wrong_data_folder(tmp_path):
    assert "does not exist" in sentence("reproduce", "--preset", "smoke", "--data", tmp_path / "nowhere", "--results", tmp_path, "--figures", tmp_path)


def test_a_reader_who_has_seen_enough(cohort):
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run([Path(sys.executable).parent / "gaitsynth", "data", str(cohort)], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert ran.returncode == 0 and "Error" not in ran.stderr and "gaitsynth:" not in ran.stderr, ran.stderr


def test_empty_data_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "No recordings in" in refusal("reproduce", "--data", tmp_path / "empty", "--results", tmp_path, "--figures", tmp_path)


def test_a_file_for_a_data_folder(tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file" in refusal("data", tmp_path / "file")


def test_one_truncated_file(copy_of, tmp_path):
    victim = sorted(copy_of.rglob("*.csv"))[0]
    victim.write_bytes(victim.read_bytes()[:-200])
    said = refusal("reproduce", "--preset", "smoke", "--data", copy_of, "--results", tmp_path / "r", "--figures", tmp_path / "f")
    assert victim.name in said and "expected 101" in said


def test_output_that_is_a_file(cohort, tmp_path):
    (tmp_path / "taken").write_text("kept")
    assert "is a file" in refusal("reproduce", "--data", cohort, "--results", tmp_path / "taken", "--figures", tmp_path)
    assert "is a file" in refusal("generate", "example", tmp_path / "taken" / "gaits.npz")
    assert (tmp_path / "taken").read_text() == "kept"


def test_export_refuses_in_words(tmp_path, monkeypatch):
    assert "No such file" in refusal("export", tmp_path / "none.npz", tmp_path / "out")
    (tmp_path / "text.npz").write_text("text")
    assert "is no gait set" in refusal("export", tmp_path / "text.npz", tmp_path / "out") and not (tmp_path / "out").exists()
    save_gaits(GaitSynthesiser.example().sample(["lurch"], seed=0), tmp_path / "one.npz")
    monkeypatch.setitem(sys.modules, "ezc3d", None)  # the extra is not installed
    assert "C3D files need ezc3d" in refusal("export", tmp_path / "one.npz", tmp_path / "out", "--format", "c3d")


def test_unknown_words_are_named(tmp_path):
    assert "did you mean 'drop foot'" in refusal("generate", "example", tmp_path / "x.npz", "--describe", "severe dropfoot")
    assert "speed is low and high" in refusal("generate", "example", tmp_path / "x.npz", "--describe", "limping, slow, fast")
    assert "holds no saved synthesiser" in refusal("generate", tmp_path / "no_model", tmp_path / "x.npz")
    with pytest.raises(cli.Refusal, match="given no description"):
        cli.generate("example", tmp_path / "x.npz", describe=())


def test_several_descriptions_are_taken_in_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "ONE_FILE", 4)
    monkeypatch.setattr(cli, "PART", 3)
    asked = "--describe", "normal gait", "severe lurch", "--seed", "1"
    cli.main(["generate", "example", str(tmp_path / "few"), "-n", "4", *asked])
    assert load_gaits(tmp_path / "few.npz").names().tolist() == ["normal", "lurch"] * 2
    cli.generate("example", tmp_path / "one", "severe lurch", n=1)  # from Python one need not be in a list
    assert load_gaits(tmp_path / "one.npz").names().tolist() == ["lurch"]
    cli.main(["generate", "example", str(tmp_path / "many"), "-n", "5", *asked])
    assert [load_gaits(p).names().tolist() for p in sorted((tmp_path / "many").glob("part*.npz"))] == [["normal", "lurch", "normal"], ["lurch", "normal"]]


def test_many_gaits_go_on_where_they_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "ONE_FILE", 4)
    monkeypatch.setattr(cli, "PART", 4)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    arguments = ["generate", "example", "", "--describe", "limping, slow", "-n", "10", "--seed", "3"]
    cli.main(arguments[:2] + [str(whole)] + arguments[3:])
    names = ["part-0000.npz", "part-0001.npz", "part-0002.npz"]
    assert [p.name for p in sorted(whole.glob("part*"))] == names
    cli.main(arguments[:2] + [str(cut)] + arguments[3:])
    (cut / names[1]).unlink()
    kept = (cut / names[0]).stat().st_mtime_ns
    cli.main(arguments[:2] + [str(cut)] + arguments[3:])
    assert (cut / names[0]).stat().st_mtime_ns == kept  # not made again
    assert [len(load_gaits(cut / n)) for n in names] == [4, 4, 2]
    for n in names:
        assert np.array_equal(load_gaits(cut / n).joints, load_gaits(whole / n).joints)
    assert "another call" in refusal(*arguments[:2], cut, *arguments[3:-1], "4")


def test_generate_writes_other_formats(tmp_path):
    cli.main(["generate", "example", str(tmp_path / "raw"), "--format", "csv", "-n", "2", "--describe", "waddling"])
    assert len(list((tmp_path / "raw").rglob("*Skeleton*.csv"))) == 2 and (tmp_path / "raw.png").exists()


def test_what_follows_a_point_is_kept_of_a_name(tmp_path):
    for name, n in (("ratio_0.5", "2"), ("ratio_0.25", "1")):
        cli.main(["generate", "example", str(tmp_path / name), "-n", n, "--describe", "waddling"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ratio_0.25.npz", "ratio_0.25.png", "ratio_0.5.npz", "ratio_0.5.png"] and len(load_gaits(tmp_path / "ratio_0.5.npz")) == 2


def test_reproduce_resumes_with_the_same_table(cohort, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(cli.PRESETS, "smoke", TINY)
    arguments = ["reproduce", "--preset", "smoke", "--data", str(cohort), "--workers", "1", "--results", str(tmp_path / "r"), "--figures", str(tmp_path / "f")]
    cli.main(arguments)
    home = tmp_path / "r" / "smoke-simulated"
    assert "SIMULATED COHORT" in (home / "table1.md").read_text() and "Table I is in" in capsys.readouterr().out
    assert {"people.png", "confusion.png", "gallery.png", "gallery.gif"} <= {p.name for p in (tmp_path / "f" / "smoke-simulated").iterdir()}
    monkeypatch.setattr(paper, "_publish", lambda *_: None)  # figures were drawn: from here on tables are enough
    first = {name: (home / name).read_bytes() for name in ("predictions.csv.gz", "table1.csv", "table1.md")}
    table = pd.read_csv(home / "predictions.csv.gz", keep_default_na=False)
    jobs = {p.stem for p in (home / "jobs").glob("*.npz") if not p.stem.endswith("-cost")}  # seconds are kept beside a synthesis, and not measured again
    gaits, ours = jobs - set(table.job), table[table.synthesiser == "proposed"].job.unique()
    assert len(gaits) > 2
    for job in [*gaits, *table[table.synthesiser == ""].job.unique()[::3], ours[-1]]:
        (home / "jobs" / f"{job}.npz").unlink()
    (home / "predictions.csv.gz").unlink()
    (home / "jobs" / ".half.123.npz").write_bytes(b"what a kill leaves behind")
    drawn = (tmp_path / "f" / "smoke-simulated" / "gallery.png").read_bytes()
    cli.main(arguments)
    assert {name: (home / name).read_bytes() for name in first} == first
    there = {p.stem for p in (home / "jobs").glob("*.npz")}
    assert set(table.job) <= there and len(gaits & there) == 1  # every prediction, and of the gaits those that a missing one needed
    assert (tmp_path / "f" / "smoke-simulated" / "gallery.png").read_bytes() == drawn  # of gaits that are gone the pictures stay
    shutil.rmtree(home / "jobs")  # the committed tables are enough to go on from
    log = (home / "runs.csv").read_text().replace(",A\n", ",a\n")  # of another time
    assert log != (home / "runs.csv").read_text()
    (home / "runs.csv").write_text(log)
    capsys.readouterr(), cli.main(arguments)
    assert {name: (home / name).read_bytes() for name in first} == first and "all done" in capsys.readouterr().out
    assert (home / "runs.csv").read_text() == log  # nothing to do is no look at anybody
    cli.main(["figures", str(home), "--figures", str(tmp_path / "again")])
    assert (home / "table1.csv").read_bytes() == first["table1.csv"]
    monkeypatch.setitem(cli.PRESETS, "smoke", replace(TINY, presentations=256))  # other networks; the ridges and the synthesisers are the same
    cli.main([*arguments, "--folds", "1"])
    assert "the new table will be without them" in capsys.readouterr().out
    assert "ask nothing of people 1" in refusal(*arguments, "--folds", "1", "--blocks", "E", "--seeds", "5")


def test_the_learned_synthesisers_are_of_like_size(cohort):
    recordings, _ = load_recordings(cohort, progress=False)
    train, size = recordings.windows(), lambda model: sum(p.numel() for part in vars(model).values() if hasattr(part, "parameters") for p in part.parameters())
    kinds = (MotionGPTStyle, MotionGPT3Style, MDMStyle, PGcGANStyle, ConditionalVAE)
    others = {name: size(kind(**settings | dict(updates=1)).fit(train)) for (name, settings), kind in zip(cli.LEARNED.items(), kinds)}
    few = dict(codec_updates=1, llm_updates=1, decoder_updates=1)
    ours = size(GaitSynthesiser(**few).fit(train))
    assert all(ours / 3 <= n <= 3 * ours for n in [*others.values(), size(QwenSynthesiser(**few).fit(train))]), (ours, others)


@pytest.mark.parametrize("block", ["B", "D"])
def test_a_block_can_be_run_alone(block, cohort, tmp_path, monkeypatch):
    monkeypatch.setitem(cli.PRESETS, "smoke", TINY)
    cli.main(["reproduce", "--preset", "smoke", "--data", str(cohort), "--workers", "1", "--blocks", block, "--folds", "2", "--results", str(tmp_path / "r"), "--figures", str(tmp_path / "f")])
    assert len(pd.read_csv(tmp_path / "r" / "smoke-simulated" / "predictions.csv.gz")) and (tmp_path / "f" / "smoke-simulated" / "gallery.png").is_file()


def test_every_other_synthesiser_stands_in_tables_two_and_three(cohort, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(cli.PRESETS, "smoke", replace(TINY, blocks=("A", "F")))
    monkeypatch.setattr(cli, "_look", lambda *_: ())  # no gallery
    arguments = ["reproduce", "--preset", "smoke", "--data", str(cohort), "--workers", "1", "--blocks", "F", "--folds", "2", "--results", str(tmp_path / "r"), "--figures", str(tmp_path / "f")]
    cli.main(arguments)
    home, names = tmp_path / "r" / "smoke-simulated", {"proposed", "without pathological tokens", "gaussian", "recorded motion", *cli.OTHERS}
    three, said = pd.read_csv(home / "table3.csv", index_col=0), (home / "table2_and_3.md").read_text()
    assert set(three.index) == names | set(REAL) and three.loc[list(names), ["added to real", "added to real + classical", "kid", "own_kid", "own_descriptors", "fit_seconds"]].notna().all().all()
    assert set(three.index[three.adherence.notna()]) == {"proposed", "without pathological tokens", "Qwen", "MDM-style"}  # those that can be asked
    assert "SIMULATED COHORT" in said and "90.26" not in said and "| Qwen |" in said  # the paper's numbers are not of simulated people
    assert (tmp_path / "f" / "smoke-simulated" / "fidelity.png").is_file()
    monkeypatch.setattr(paper, "_publish", lambda *_: None)  # figures were drawn: from here on tables are enough
    tables = {name: (home / name).read_bytes() for name in ("predictions.csv.gz", "cost.csv", "fidelity.csv", "table3.csv")}
    (home / "jobs").rename(tmp_path / "jobs")
    cli.main(arguments)  # from the tables alone
    assert "all done" in capsys.readouterr().out and {name: (home / name).read_bytes() for name in tables} == tables
    shutil.rmtree(home / "jobs"), (tmp_path / "jobs").rename(home / "jobs")
    looks = (home / "runs.csv").read_text()
    for module in (fidelity, skeleton):
        monkeypatch.setattr(module, "source_fingerprint", lambda *modules: "mended")
    monkeypatch.setattr(fidelity.FidelityJudge, "__call__", lambda *_: dict.fromkeys(three.columns.intersection([*MEASURES]), 0.))
    cli.main(arguments)  # who is judged anew, because `15` was mended, is looked at anew
    assert "1 fold to judge" in capsys.readouterr().out and len((home / "runs.csv").read_text().splitlines()) == len(looks.splitlines()) + 1


def test_evaluate_gives_every_measure(cohort, tmp_path, capsys, monkeypatch):
    cli.main(["generate", "example", str(tmp_path / "gaits.npz"), "-n", "6"])
    cli.main(["evaluate", str(tmp_path / "gaits.npz"), "--data", str(cohort), "--preset", "smoke"])
    said = capsys.readouterr().out
    assert all(label in said for label, _ in MEASURES.values()) and REAL[0] in said
    last = int(re.search(r"Person (\d+) is the yardstick", said)[1])
    cli.main(["evaluate", str(tmp_path / "gaits.npz"), "--data", str(cohort), "--preset", "smoke", "--held-out", "1"])
    other = capsys.readouterr().out
    assert last > 1 and "Person 1 is the yardstick" in other and other.splitlines()[-1] != said.splitlines()[-1]  # somebody else is compared with
    assert "there is no subject 99" in refusal("evaluate", tmp_path / "gaits.npz", "--data", cohort, "--preset", "smoke", "--held-out", "99")
    monkeypatch.setitem(cli.PRESETS, "smoke", replace(TINY, subjects=(1, 2)))
    assert "expected at least three" in refusal("evaluate", tmp_path / "gaits.npz", "--data", cohort, "--preset", "smoke")
    monkeypatch.undo()
    gaits = load_gaits(tmp_path / "gaits.npz")
    save_gaits(replace(gaits, classes=("control", *gaits.classes[1:])), tmp_path / "own.npz")
    assert "the synthetic ones 60 at 30 Hz of control" in refusal("evaluate", tmp_path / "own.npz", "--data", cohort, "--preset", "smoke")  # the first of theirs is not the first of ours
    assert "There is no file" in refusal("evaluate", tmp_path / "none.npz", "--data", cohort)
    cli.main(["generate", "example", str(tmp_path / "few.npz"), "-n", "3"])
    assert "expected six or more" in refusal("evaluate", tmp_path / "few.npz", "--data", cohort, "--preset", "smoke")


def test_a_training_goes_on_where_it_was_cut(cohort, tmp_path, monkeypatch):
    from gaitsynth_nb import synthesiser, tokeniser

    monkeypatch.setitem(cli.PRESETS, "smoke", TINY)
    command = "train", tmp_path / "model", "--data", cohort, "--preset", "smoke"

    def cut(*_, **__):
        raise KeyboardInterrupt
    with monkeypatch.context() as m:
        m.setattr(synthesiser, "fine_tune", cut)
        assert "goes on from there" in refusal(*command)
    assert not (tmp_path / "model").exists()

    updates, spoken = [], tokeniser._codec_loss
    monkeypatch.setattr(tokeniser, "_codec_loss", lambda *args: updates.append(1) or spoken(*args))
    cli.main([str(a) for a in command])
    assert len(updates) == 1  # the inner codec's; the codec itself was kept
    again = tmp_path / "again"
    cli.main([str(a) for a in (command[0], again, *command[2:])])
    for file in ("codec.safetensors", "sensor.safetensors", "llm/model.safetensors"):
        assert (again / file).read_bytes() == (tmp_path / "model" / file).read_bytes()
    assert not list(tmp_path.glob(".*"))  # nothing unfinished is left behind
