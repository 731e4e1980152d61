"""The pictures of the guides: `python -m tests.browser.screenshots http://127.0.0.1:6066/` while `newstape demo` runs.

The backlog is the one thing that a demo does not show for long: its answer of `/pipeline` is made up here.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

WHERE: Final = Path(__file__).parents[2] / "deploy" / "screenshots"
CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESK: Final = (1440, 900)
PHONE: Final = (390, 844)
SETTLED_MS: Final = 2_500
BACKLOG: Final = {
    "lag_s": 754.0,
    "waiting": 12_345,
    "seconds_left": 300.0,
    "covered_until": "2026-11-20T12:00:00Z",
    "articles_per_s": 41.2,
    "articles": 4_120,
    "events": 9_870,
    "dead_letters": {},
    "workers": [{"url": "a", "state": "ready", "agents": [{"agent": "annotate", "lag_s": 754.0, "waiting": 12_345}]}],
}


def look(page: Page, value: str) -> None:
    """Look at companies, policy, moves or tone."""
    page.locator(f"#looks [value={value}]").check(force=True)


def search(page: Page, name: str) -> None:
    """Choose a subject by its name."""
    page.locator("[name=subject]").fill(name)
    page.keyboard.press("Enter")


def picture(browser: Browser, url: str, name: str, *, size: tuple[int, int] = DESK, scheme: str = "light") -> None:
    """One picture."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if name.startswith("backlog"):
        page.route("**/pipeline", lambda route: route.fulfill(json=BACKLOG))
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    if name.startswith("company"):
        look(page, "company")
    elif name.startswith("moves"):
        look(page, "move")
    elif name.startswith("search"):
        search(page, "nikkei")
    elif name.startswith("article"):
        page.locator("#events .from a").first.click()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=str(WHERE / f"{name}.png"))
    context.close()


def main(url: str) -> None:
    """All of them."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for name in ("article-light", "company-light", "search-light", "backlog-light"):
            picture(browser, url, name)
        for name in ("dashboard-dark", "moves-dark"):
            picture(browser, url, name, scheme="dark")
        picture(browser, url, "phone-light", size=PHONE)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
