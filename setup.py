"""Install `gaitsynth_nb`. Everything said here is read from settings.ini, where nbdev reads it too."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=["="], interpolation=None)
config.read(here / "settings.ini", encoding="utf-8")
s = config["DEFAULT"]

setup(
    name=s["lib_name"],
    version=s["version"],
    description=s["description"],
    long_description=(here / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author=s["author"],
    url=s["git_url"],
    license="Apache-2.0",
    keywords=s["keywords"].split(),
    packages=find_packages(include=[s["lib_path"], s["lib_path"] + ".*"]),
    package_data={s["lib_path"]: ["example/*", "example/llm/*"]},  # the model of `GaitSynthesiser.example()`
    python_requires=">=" + s["min_python"],
    install_requires=s["requirements"].split(),
    extras_require={extra: s[extra + "_requirements"].split() for extra in ("dev", "formats", "pretrained", "distributed")},
    entry_points={"console_scripts": s["console_scripts"].split()},
    classifiers=["Intended Audience :: Science/Research", "Programming Language :: Python :: 3",
                 "Topic :: Scientific/Engineering :: Medical Science Apps."],
)
