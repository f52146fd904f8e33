"""What a person sees and turns, in a real browser: the player, and the panel that asks for gaits."""
import io
import os
import socket
import subprocess
import sys
import time

import nbformat
import numpy as np
import pytest
from browser import FRAMES, chromium, needs_browser, requests
from PIL import Image

from gaitsynth_nb.explorer import Player
from gaitsynth_nb.synthesiser import example_gaits

pytestmark = needs_browser


def drawn(driver):
    """The canvases of a player as they are."""
    return driver.execute_script("return [...document.querySelectorAll('canvas')].map(c => c.toDataURL())")


def at(driver):
    return float(driver.execute_script("return clock.at"))


def test_the_player_plays_turns_and_asks_for_nothing(tmp_path):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    Player(example_gaits()[1][:2]).save(tmp_path / "two.html")
    looks = []
    for dark in (False, True):
        with chromium(tmp_path / f"profile{dark}", 900, 500, dark) as driver:
            driver.get((tmp_path / "two.html").as_uri())
            assert requests(driver) == [(tmp_path / "two.html").as_uri()]
            stage = driver.find_element(By.ID, "stage")
            start = at(driver)
            assert driver.execute_async_script(FRAMES) > 0 and at(driver) != start
            driver.find_element(By.ID, "play").click()
            paused = at(driver)
            time.sleep(.3)
            assert at(driver) == paused
            before = drawn(driver)
            assert len(before) == 2 and before[0] != before[1]
            ActionChains(driver).click_and_hold(stage).move_by_offset(120, 0).release().perform()
            time.sleep(.2)
            turned = drawn(driver)
            assert all(a != b for a, b in zip(before, turned))  # both, together
            stage.send_keys("0")
            time.sleep(.2)
            assert drawn(driver) == before  # as it was
            stage.send_keys(".")
            time.sleep(.2)
            assert at(driver) != paused and drawn(driver) != before
            driver.execute_script("seek(0)")
            time.sleep(.2)
            looks.append(driver.execute_script("return getComputedStyle(document.body).backgroundColor"))
            assert not [e for e in driver.get_log("browser") if e["level"] == "SEVERE"]
    assert looks[0] != looks[1]


def test_four_gaits_are_shown_in_motion(tmp_path):
    Player(example_gaits()[1][:4]).save(tmp_path / "four.html")
    with chromium(tmp_path / "profile", 1300, 600) as driver:
        driver.get((tmp_path / "four.html").as_uri())
        assert driver.execute_async_script(FRAMES) > 10  # a slide show it must not be, on however busy a machine; `make bench` prints the frames a second


@pytest.fixture
def panel(tmp_path):
    """The address at which the panel of the example model is served."""
    code = "from gaitsynth_nb.synthesis_explorer import explore_synthesis\nexplore_synthesis()"
    kernel = {"kernelspec": {"name": "python3", "display_name": "python3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)], metadata=kernel), tmp_path / "panel.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "voila", "panel.ipynb", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"], cwd=tmp_path,
                              env=os.environ | {"HOME": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as door:
                if not door.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(.1)
        else:
            raise RuntimeError("voila did not start in half a minute")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def test_severity_changes_the_knee_curve(panel, tmp_path):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select, WebDriverWait

    with chromium(tmp_path / "profile") as driver:
        driver.set_script_timeout(60)
        driver.get(panel)
        wait = WebDriverWait(driver, 120)
        labelled = lambda text: wait.until(lambda d: d.find_element(By.XPATH, f"//label[normalize-space()='{text}']/following-sibling::select"))
        curves = lambda: driver.execute_async_script("""const done = arguments[0], image = document.querySelector('img.widget-image, .widget-image img');
            if (!image || !image.complete) return done(null);
            fetch(image.src).then(r => r.arrayBuffer()).then(b => done([...new Uint8Array(b)].join())).catch(() => done(null));""")
        first = wait.until(lambda d: curves())
        assert Select(labelled("gait")).first_selected_option.text == "stiff legged"
        seen = []
        for wish in ("mild", "severe", "mild"):
            Select(labelled("severity")).select_by_visible_text(wish)
            wait.until(lambda d: f"{wish} stiff-legged gait" in d.page_source)
            seen.append(wait.until(lambda d: (now := curves()) and now != (seen or [first])[-1] and now))
        assert seen[0] == seen[2] != seen[1]  # it is severity that changes the curves, and nothing else
        mild, severe = (np.asarray(Image.open(io.BytesIO(bytes(map(int, s.split(",")))))) for s in seen[:2])
        height, width = mild.shape[:2]
        assert (mild != severe)[:height // 2, width // 2:].any()  # the upper right quarter: both knees
