"""How long reading, describing, simulating, coding and writing gaits take, and how much memory: `make bench`. Prints figures, asserts nothing.

With GAITSYNTH_DATA set the recordings there are read, else a simulated cohort of 3,600 files. Each figure is the median of several fresh
processes, imports apart; the descriptors include a warm load. "Cold" is without the package's cache (the files are in the system's); peak memory is that of the largest process.
"""
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

TASKS = {
    "bare np.loadtxt loop, one process": "for f in files: np.loadtxt(f, delimiter='\\t')",
    "cold load, one process": "load_recordings(data, workers=1, cache=False, progress=False)",
    "cold load, two processes": "load_recordings(data, workers=2, cache=False, progress=False)",
    "cold load, two processes, and the cache written": "load_recordings(data, workers=2, progress=False)",
    "warm load": "load_recordings(data, progress=False)",
    "window-valid descriptors of one window a recording": "describe(load_recordings(data, progress=False)[0].windows())",
    "event-based parameters of whole recordings": "measure_recordings(load_recordings(data, progress=False)[0])",
    "write 1,200 simulated recordings, two processes": "simulate_cohort(os.environ['GAITSYNTH_CACHE'], workers=2)",
    "train a small codec on 1,080 recordings, one thread": "train_codec(codec, *training, progress=False)",
    "encode and draw 4,096 windows with it": "reconstruct(codec, pose[:4096], words[:4096])",
    "encode and decode 4,096 windows, clean": "decode(codec, layer, None, encode(codec, pose[:4096], words[:4096]))",
    "train a small language model on their sentences": "train_llm(llm, language, prompts, sentences, progress=False)",
    "sample 1,024 sentences with it, guided to the gait": "sample(llm, language, prompts[:1024], 0, top_p=.8, guidance=[(2., any_gait[:1024])])",
}
SETUP = """
import numpy as np
from gaitsynth_nb.biomechanics import describe, measure_recordings
from gaitsynth_nb.cohort import simulate_cohort
from gaitsynth_nb.kinect import load_recordings
data = os.environ["BENCH_DATA"]
files = sorted(Path(data).rglob("*_SkeletonData*.csv"))
"""
# What the tasks of the codec need beforehand: eight windows of each recording of sensor 3, one person left out. Speed does not depend on what is learnt.
CODEC = """
import torch
from gaitsynth_nb.decoder import Biomechanics, decode
from gaitsynth_nb.loso import training_gaits
from gaitsynth_nb.priors import WORDS, fit_priors, to_levels
from gaitsynth_nb.skeleton import to_body
from gaitsynth_nb.tokeniser import GaitCodec, encode, reconstruct, train_codec
torch.set_num_threads(1)
gaits = training_gaits(load_recordings(data, sensors=(3,), progress=False)[0], 1)
numbers = describe(gaits)[list(WORDS)].to_numpy()
pose, words = torch.tensor(to_body(gaits.joints).pose), torch.tensor(to_levels(fit_priors(gaits), numbers))
training = pose, words, torch.tensor(gaits.label), torch.tensor((numbers - numbers.mean(0)) / numbers.std(0), dtype=torch.float32)
codec, layer = GaitCodec(), Biomechanics().fit(pose)
if "train_codec" not in task:
    train_codec(codec, *training, 2, progress=False)  # places the codebooks
"""
# And those of the language model.
LANGUAGE = """
from gaitsynth_nb.g2l import GaitLanguage, describe_gaits, gait_words, prompt_words
from gaitsynth_nb.llm import leave_open, make_gpt2, sample, train_llm
language = GaitLanguage(gaits.classes)
prompts, sentences = prompt_words(language, describe_gaits(fit_priors(gaits), numbers, gaits.label)), gait_words(language, encode(codec, pose, words))
any_gait, llm = leave_open(language, prompts, torch.arange(prompts.shape[1]) == 1), make_gpt2(language)
"""


def one(task):
    """Run a task in this process; print seconds and megabytes."""
    names = dict(globals(), task=task)
    exec(SETUP + CODEC * ("codec" in task or "llm" in task) + LANGUAGE * ("llm" in task), names)
    gc.collect()  # what the imports left is theirs
    began = time.perf_counter()
    exec(task, names)
    took = time.perf_counter() - began
    print(took, max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024)


def clocked(*command):
    """Seconds of a fresh process."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def doors(repeats=3):
    """How long the command line takes to answer, and how smoothly a page plays four gaits."""
    from gaitsynth_nb.cli import VERBS
    from gaitsynth_nb.explorer import Player
    from gaitsynth_nb.synthesiser import example_gaits
    command = str(Path(sys.executable).with_name("gaitsynth"))
    bare = median(clocked(sys.executable, "-c", "pass") for _ in range(repeats))
    print(f"{'import gaitsynth_nb':50} {median(clocked(sys.executable, '-c', 'import gaitsynth_nb') for _ in range(repeats)) - bare:6.2f} s")
    helped = {verb: median(clocked(command, verb, "--help") for _ in range(repeats)) for verb in VERBS}
    print(f"{'gaitsynth VERB --help, the slowest verb':50} {max(helped.values()):6.2f} s ({max(helped, key=helped.get)})")
    from browser import CHROMIUM, DRIVER, FRAMES, chromium
    if not (CHROMIUM and DRIVER):
        return print("the player: no Chromium with its driver is installed")
    with tempfile.TemporaryDirectory() as home:
        page = Path(home) / "four.html"
        Player(example_gaits()[1][:4]).save(page)
        with chromium(f"{home}/profile") as driver:
            driver.get(page.as_uri())
            shown = median(driver.execute_async_script(FRAMES) for _ in range(repeats))
    print(f"{'player, 4 gaits × 60 frames × 25 joints, Chromium':50} {shown:6.0f} frames/s (60 at most)")


def main(repeats=3):
    doors()
    from gaitsynth_nb.cohort import cohort_folder
    data = os.environ.get("GAITSYNTH_DATA") or str(cohort_folder(sensors=(1, 3, 5), workers=2))
    count = sum(1 for _ in Path(data).expanduser().rglob("*_SkeletonData*.csv"))
    print(f"{count} files{'' if os.environ.get('GAITSYNTH_DATA') else ' of the SIMULATED cohort'}, {os.cpu_count()} cores; median and range of {repeats}")
    with tempfile.TemporaryDirectory() as home:
        runs = {name: [] for name in TASKS}
        for k in range(repeats):
            for name, task in TASKS.items():
                warm = "workers" not in task and any(part in task for part in ("progress=False", "codec", "llm"))
                cache = "cold load, two processes, and the cache written" if warm else name  # the one that was just filled, or a fresh one
                env = os.environ | {"BENCH_DATA": str(Path(data).expanduser()), "GAITSYNTH_CACHE": f"{home}/{k}/{cache}"}
                said = subprocess.run([sys.executable, __file__, task], env=env, capture_output=True, text=True, check=True).stdout
                runs[name].append(tuple(map(float, said.split()[-2:])))
    for name, figures in runs.items():
        seconds = [s for s, _ in figures]
        print(f"{name:50} {median(seconds):6.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {max(m for _, m in figures):5.0f} MB")


if __name__ == "__main__":
    one(sys.argv[1]) if sys.argv[1:] else main()
