"""The documentation site, from the executed notebooks and the docments, without a network: `make docs` writes `_docs/`.

Notebooks become pages as they are committed, `#|` lines apart; every module gets a page of its exported names; formulas become MathML, so that no
script is fetched when a page is viewed. In the end every link and picture within the site is followed.
"""
import ast
import importlib
import inspect
import re
import shutil
import sys
import tempfile
import textwrap
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from nbdev.showdoc import show_doc

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "_docs"
REPOSITORY = "https://github.com/gaitsynth/gaitsynth_nb/blob/main/"
CONF = '''
import latex2mathml.converter
from docutils import nodes

project, copyright, extensions = "gaitsynth_nb", "2026, the gaitsynth_nb authors", ["myst_nb"]
nb_execution_mode, nb_render_markdown_format, myst_enable_extensions, myst_heading_anchors = "off", "myst", ["dollarmath"], 3
html_theme, html_title, html_copy_source, html_show_sphinx, html_use_index = "furo", "gaitsynth_nb", False, False, False
html_static_path, html_css_files = ["own"], ["own.css"]
html_math_renderer, nb_code_prompt_show, nb_code_prompt_hide = "mathml", "imports", "imports"
suppress_warnings = ["mystnb.unknown_mime_type", "misc.highlighting_failure"]

def mathml(display):
    def visit(self, node):
        self.body.append(latex2mathml.converter.convert(node.astext(), display=display))
        raise nodes.SkipNode
    return visit

def setup(app):
    app.add_html_math_renderer("mathml", (mathml("inline"), None), (mathml("block"), None))
'''
CSS = """
article img { background: #fff; }                /* figures are drawn on white, also when the page is dark */
.cell_output iframe { max-width: 100%; }
.cell_output, .cell_output .output { overflow-x: auto; }
math { font-size: 1.05em; }
table.dataframe { border: 0; border-collapse: collapse; font-size: .78rem; line-height: 1.3; white-space: nowrap; }
table.dataframe :is(th, td) { border: 0; padding: .2em .7em; text-align: right; }
table.dataframe th { font-weight: 600; vertical-align: top; }
table.dataframe thead tr:last-child th { border-bottom: 1px solid var(--color-foreground-border); }
table.dataframe tbody tr:nth-child(even) { background: var(--color-background-secondary); }
.highlight pre { font-size: .72rem; }            /* code has lines of up to 160 characters: it gets the width, prose stays short */
article p, article ul, article ol { max-width: 48em; }
@media (min-width: 46em) {
  .sidebar-drawer { width: 16em; }
  .main { min-width: 0; }
  .content { flex: 0 1 66em; width: auto; min-width: 0; padding: 0 2em; }
}
"""


def notebook_page(source, modules):
    """A notebook without its `#|` lines and without cells of nothing else, links within the repository made links within the site."""
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and re.search(r"^#\|\s*echo:\s*false", cell.source, re.M):
            cell.metadata["tags"] = ["remove-input"]
        if cell.cell_type == "code" and (found := re.match(r"#\|\s*default_exp\s+(\S+)", cell.source)):
            modules[found[1]] = source.stem
        if cell.cell_type == "code":
            cell.source = re.sub(r"^#\|.*\n?", "", cell.source, flags=re.M).strip("\n")
            parts = [isinstance(part, (ast.Import, ast.ImportFrom)) for part in ast.parse(re.sub(r"^%", "# %", cell.source, flags=re.M)).body]
            if 6 * parts.count(False) < len(parts):  # imports, and hardly anything else
                cell.metadata["tags"] = ["hide-input"]
        else:
            cell.source = re.sub(re.escape(REPOSITORY) + r"(?:nbs/)?([\w-]+)\.(ipynb|md)", lambda m: f"{m[1]}.{m[2]}", cell.source)
            cell.source = cell.source.replace("](../figures/", "](figures/")
    notebook.cells = [c for c in notebook.cells if c.source.strip()]
    for before, cell in list(zip(notebook.cells, notebook.cells[1:])):  # imports of the module and of its examples: one line to unfold
        if all("hide-input" in c.metadata.get("tags", []) and not c.outputs for c in (before, cell)):
            cell.source = before.source + "\n\n" + cell.source
            notebook.cells.remove(before)
    return notebook


def api_page(module, stem):
    """The exported names of a module: signatures, docments, docstrings."""
    exported = importlib.import_module(f"gaitsynth_nb.{module}")
    said = [f"# gaitsynth_nb.{module}", exported.__doc__, f"Explained and tested in [{stem}](../{stem}.ipynb)."]
    names = {name: getattr(exported, name) for name in exported.__all__}
    if constants := {name: thing for name, thing in names.items() if not (inspect.isfunction(thing) or inspect.isclass(thing))}:
        said.append("## Constants\n\n```python\n" + "\n".join(textwrap.shorten(f"{name} = {thing!r}", 160, placeholder=" …") for name, thing in constants.items()) + "\n```")
    for name, thing in names.items():
        if name in constants:
            continue
        said.append(_shown(thing, "##", name))
        if inspect.isclass(thing):
            said += [_shown(method, "###", f"{name}.{k}") for k in vars(thing) if not k.startswith("_") and callable(method := getattr(thing, k)) and method.__doc__]
    return "\n\n".join(said) + "\n"


def _shown(thing, level, name):
    text = re.sub(r"\A\s*---\s*", "", show_doc(thing)._repr_markdown_())
    text = re.sub(r"```python\s*", "```python\n", re.sub(r"\s*\n```\n", "\n```\n", text))
    return re.sub(r"^#+ .*$", f"{level} {name}", text, count=1, flags=re.M)


def stage(folder):
    """All sources of the site, in a folder."""
    modules, notebooks = {}, [p for p in sorted((ROOT / "nbs").glob("*.ipynb")) if p.stem != "index"]
    for path in [ROOT / "nbs" / "index.ipynb", *notebooks]:
        page = notebook_page(path, modules)
        if path.stem == "index":
            trees = {"Notebooks": [p.stem for p in notebooks], "Reference": ["api/index", "CONTRIBUTING", "CHANGELOG"]}
            page.cells += [nbformat.v4.new_markdown_cell(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n" + "\n".join(pages) + "\n```", id=f"toctree{i}") for i, (caption, pages) in enumerate(trees.items())]
        nbformat.write(page, folder / path.name)
    (folder / "api").mkdir()
    for module, stem in modules.items():
        (folder / "api" / f"{module}.md").write_text(api_page(module, stem), encoding="utf-8")
    (folder / "api" / "index.md").write_text("# Reference\n\nOne page a module, in the order of the notebooks.\n\n```{toctree}\n:maxdepth: 1\n" + "\n".join(modules) + "\n```\n", encoding="utf-8")
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "figures", folder / "figures")
    (folder / "own").mkdir()
    (folder / "own" / "own.css").write_text(CSS)
    (folder / "conf.py").write_text(CONF)


class Links(HTMLParser):
    """What a page points to, what it loads, and the anchors that it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found[k] for k in ("id", "name") if found.get(k)}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "link" and "stylesheet" not in (found.get("rel") or "") and "icon" not in (found.get("rel") or ""):
            self.links += [found["href"]] if found.get("href") else []
        else:
            self.loads += [found[k] for k in ("src", "href") if found.get(k) and tag not in ("a", "base")]


def faults(site):
    """Links and pictures of a built site that lead nowhere, and what would be fetched from elsewhere; as sentences."""
    pages = {p.resolve(): Links(p.read_text(encoding="utf-8")) for p in sorted(site.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        for link in page.links + page.loads:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or link.startswith("//"):
                wrong += [f"{path.name} loads {link}"] if link in page.loads else []
                continue
            if parts.scheme:  # data:, mailto:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                wrong.append(f"{path.name} points to {link}, which is not there")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                wrong.append(f"{path.name} points to {link}; there is no such place on that page")
    return wrong


def build(out=OUT):
    """Write the site to a folder, whole; returns what is wrong with it."""
    from sphinx.cmd.build import build_main
    with tempfile.TemporaryDirectory() as home:
        source, made = Path(home) / "source", Path(home) / "site"
        source.mkdir()
        stage(source)
        if build_main(["-q", "-b", "html", "-j", "auto", "-W", "--keep-going", "-d", f"{home}/doctrees", str(source), str(made)]):
            return ["Sphinx found faults, see above"]
        wrong = faults(made)
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(made, out)
    return wrong


if __name__ == "__main__":
    if wrong := build():
        sys.exit("\n".join(wrong))
    print(f"{len(list(OUT.rglob('*.html')))} pages are in {OUT.relative_to(Path.cwd()) if OUT.is_relative_to(Path.cwd()) else OUT}; open {OUT.name}/index.html")
