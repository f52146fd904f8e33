"""The documentation site: built from the notebooks, every link followed, and nothing asked of a network when it is viewed."""
import docs
import pytest
from browser import chromium, needs_browser, requests


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("docs") / "site"
    assert docs.build(out) == []
    return out


def test_every_notebook_and_module_has_a_page(site):
    pages = {p.relative_to(site).as_posix() for p in site.rglob("*.html")}
    assert {f"{p.stem}.html" for p in (docs.ROOT / "nbs").glob("*.ipynb")} <= pages
    assert {f"api/{p.stem}.html" for p in (docs.ROOT / "gaitsynth_nb").glob("[a-z]*.py")} <= pages
    reference = (site / "api" / "loso.html").read_text()
    assert "the person held out" in reference and "13_loso.html" in reference  # docments, and the way to the notebook
    formula = (site / "06_tokeniser.html").read_text()
    assert "<math" in formula and "#| export" not in formula


def test_faults_are_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#here">x</a><a href="gone.html">x</a><img src="https://far.away/x.png"><a href="https://far.away">x</a><a href="#nowhere">x</a>')
    (tmp_path / "b.html").write_text('<p id="here">x</p><a href="a.html">x</a>')
    assert len(docs.faults(tmp_path)) == 3
    (tmp_path / "a.html").write_text('<a href="b.html#here">x</a><a href="https://far.away">x</a>')
    assert not docs.faults(tmp_path)


@needs_browser
def test_no_request_leaves_the_page(site, tmp_path):
    with chromium(tmp_path / "profile") as driver:
        for name in ("index", "06_tokeniser", "17_explorer", "17b_synthesis_explorer", "api/synthesiser", "search"):
            driver.get((site / f"{name}.html").as_uri())
            asked = requests(driver)
            assert asked and all(url.startswith("file:") for url in asked), name
            assert not [e for e in driver.get_log("browser") if e["level"] == "SEVERE"], name
