"""A headless Chromium for the tests and the benchmark."""
import json
import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its driver is installed (apt install chromium chromium-driver)")

# Frames a second that a player really draws: `show` is what draws one.
FRAMES = """const done = arguments[0], draw = show; let n = 0; show = () => { n++; draw(); };
setTimeout(() => { show = draw; done(n / 2); }, 2000);"""


@contextmanager
def chromium(profile, width=1300, height=1500, dark=False):
    """A window of its own, closed in the end; what it asks of the network is kept for `requests`."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   f"--window-size={width},{height}", f"--user-data-dir={profile}", *(["--force-dark-mode"] if dark else [])):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def requests(driver):
    """Addresses that the page has asked for since the last call, those within the browser left out."""
    said = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    asked = (m["params"]["request"]["url"] for m in said if m["method"] == "Network.requestWillBeSent")
    return sorted({url for url in asked if not url.startswith(("data:", "blob:", "chrome:", "about:"))})
