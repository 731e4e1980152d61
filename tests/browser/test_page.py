"""The dashboard in headless Chromium, on a real worker and a real Kafka."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import TOKEN, Dashboard, watched

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=90_000)


def row(page: Page, index: str) -> Locator:
    """The row of an index."""
    return page.locator(f"#counts tr[data-index={index}]")


def events(page: Page, text: str) -> Locator:
    """Rows of the tape that hold this text."""
    return page.locator("#events .event").filter(has_text=text)


def test_a_wrong_token_is_refused_and_the_right_one_lets_in(chromium: Browser, dashboard: Dashboard) -> None:
    """By a form that works without a script; the session is no business of scripts; signing out ends it."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(dashboard.url)
    page.get_by_label("Token").fill("not-the-token-of-it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the token.")
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("live")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    context.close()


def test_an_article_comes_up_by_itself(page: Page, dashboard: Dashboard) -> None:
    """Counts, tone, last fact and the tape change without a reload, and who listens is told."""
    uri = dashboard.push(
        "Shares rose in Asia. The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday. Banks led.",
        headline="Tokyo climbs",
        source="Harbour News",
    )
    expect(row(page, "N225").locator("td.on b")).to_have_text("1")
    expect(row(page, "N225").get_by_role("rowheader")).to_contain_text("Nikkei 225")
    expect(row(page, "N225").locator(".fact")).to_contain_text("50,367.38")
    expect(row(page, "N225").locator(".fact")).to_contain_text("+1.20 % session")
    expect(row(page, "N225").locator(".from a")).to_have_attribute("href", f"#/article/{uri.replace(':', '%3A')}")
    expect(row(page, "N225").locator(".from")).to_contain_text("Tokyo climbs")
    expect(row(page, "N225").get_by_role("img", name="1 articles in 24 hours")).to_be_visible()
    told = events(page, "Tokyo climbs").filter(has_text="+1.20 %")
    expect(told.locator(".figure")).to_have_text("▲ up+1.20 % session50,367.38")
    expect(told.locator(".doubt")).to_have_text("first to say soconfidence 0.95")
    expect(told.locator(".arrived")).to_contain_text("came")
    expect(told.locator("mark")).to_have_text("Nikkei 225 rose 1.2% to close at 50,367.38")
    expect(told.locator(".evidence")).to_have_text(
        "The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday."  # its sentence, no more and no less
    )
    expect(page.locator("#announcer")).to_contain_text("Nikkei 225")
    expect(page.locator("#health")).to_contain_text("workers1/1")


def test_a_correction_changes_its_row_and_a_withdrawal_strikes_it_through(page: Page, dashboard: Dashboard) -> None:
    """One row an event; what was said stays to be read."""
    uri = dashboard.push("The DAX rose 0.3% to 25,634.95.", headline="Frankfurt firm", version=1)
    told = events(page, "Frankfurt firm").filter(has_text="%")
    expect(told).to_contain_text("+0.30 %")
    dashboard.push("The DAX rose 0.4% to 25,660.51.", headline="Frankfurt firm", version=2, uri=uri)
    expect(told).to_contain_text("+0.40 %")
    expect(told.locator(".life")).to_have_text("corrected")
    expect(told).to_have_count(1)
    expect(row(page, "DAX").locator("td.on b")).to_have_text("1")
    dashboard.withdraw(uri)
    expect(told.locator(".life")).to_have_text("retracted")
    expect(told.locator("del").first).to_have_text("DAX")
    expect(told.locator(".figure del")).to_contain_text("+0.40 %")
    expect(row(page, "DAX")).to_have_count(0)


def test_markup_in_an_article_is_text(page: Page, dashboard: Dashboard) -> None:
    """Everywhere an article is shown; an address that is no web address is no link."""
    attack = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    uri = dashboard.push(
        f"{attack} The FTSE 100 fell 0.4% to 10,296.90 {attack} on Tuesday.",
        uri=f"urn:t:{attack}",
        headline=f"London falls {attack}",
        source=attack,
        url="javascript:alert(3)",
    )
    told = events(page, "London falls").first
    expect(told).to_contain_text(f"London falls {attack}")
    told.locator(".from a").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_contain_text(f"London falls {attack}")
    expect(dialog.locator(".body")).to_contain_text("onerror")
    expect(dialog).to_contain_text(uri)
    expect(dialog.get_by_text("original")).to_be_visible()
    assert dialog.locator("a[href^='javascript']").count() == 0
    assert page.locator("img, #events script, #detail script").count() == 0


def test_the_tape_is_filtered_and_the_address_keeps_how(page: Page, dashboard: Dashboard) -> None:
    """By family, type, lifecycle and subject, live events included; a reload and a link show the same."""
    dashboard.push("The CAC 40 rose 0.5%.", headline="Paris one")
    expect(events(page, "Paris one").first).to_be_visible()
    page.get_by_role("checkbox", name="index").uncheck(force=True)
    expect(events(page, "Paris one")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    expect(events(page, "Paris one").first).to_be_visible()
    page.get_by_role("combobox", name="Subject").fill("nikkei")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?subject=index:N225")
    expect(events(page, "Paris one")).to_have_count(0)
    dashboard.push("The CAC 40 rose 0.6%.", headline="Paris two")
    dashboard.push("The Nikkei 225 rose 0.6%.", headline="Tokyo two")
    expect(events(page, "Tokyo two").first).to_be_visible()
    expect(row(page, "CAC").locator("td.on b")).to_have_text("2")  # counts are not filtered
    assert events(page, "Paris").count() == 0
    page.reload()
    expect(events(page, "Tokyo two").first).to_be_visible()
    expect(page.get_by_role("combobox", name="Subject")).to_have_value("index:N225")
    assert events(page, "Paris").count() == 0
    page.get_by_role("combobox", name="Subject").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Subject")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#notice")).to_contain_text("nobody named nobody")


def test_a_company_is_found_by_its_name(page: Page, dashboard: Dashboard) -> None:
    """Although no index bears it; what is said of it is shown, and behind its name its latest events."""
    dashboard.push("Toyota Motor shares rose 3.4%.", headline="Toyota up")
    page.get_by_role("combobox", name="Subject").fill("toyota")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?subject=company:7203.T")
    told = events(page, "Toyota up").first
    expect(told.locator(".figure")).to_contain_text("+3.40 %")
    told.get_by_role("link", name="7203.T").click()
    expect(page.get_by_role("dialog", name="Toyota Motor Corporation").locator(".events")).to_contain_text("Toyota up")


def test_a_filter_that_is_refused_says_so(page: Page, dashboard: Dashboard) -> None:
    """With the worker's reason; it leaves the address, and the page does not ask again for ever."""
    page.goto(f"{dashboard.url}?subject=index:NOPE")
    expect(page.get_by_role("alert")).to_contain_text("expected the id of an entity as index:N225, got 'index:NOPE'")
    expect(page.locator("#link")).to_have_text("filter refused")
    assert page.url == dashboard.url
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#link")).to_have_text("live")


def test_indices_are_sorted_by_any_column_and_watched(page: Page, dashboard: Dashboard) -> None:
    """Up and down by a click; the list of those watched outlives a reload."""
    dashboard.push("The OMXS30 rose 0.9% to 2,700.10.", headline="Stockholm up")
    dashboard.push("The OMXC25 fell 0.9% to 1,700.10.", headline="Copenhagen down")
    expect(row(page, "OMXS30")).to_be_visible()
    expect(row(page, "OMXC25")).to_be_visible()
    page.locator("#counts").get_by_role("button", name="Last").click()
    expect(page.locator("#counts tr[data-index=OMXS30] ~ tr[data-index=OMXC25]")).to_be_visible()
    page.locator("#counts").get_by_role("button", name="Last").click()
    expect(page.locator("#counts th[aria-sort=ascending]")).to_have_text("Last")
    expect(page.locator("#counts tr[data-index=OMXC25] ~ tr[data-index=OMXS30]")).to_be_visible()
    page.get_by_role("button", name="Watch OMXC25").click()
    page.reload()
    page.get_by_role("checkbox", name="watched only").check()
    expect(page.locator("#counts tbody tr")).to_have_count(1)
    expect(page.get_by_role("button", name="Watch OMXC25")).to_have_attribute("aria-pressed", "true")


def test_companies_policy_and_regions_are_looked_at(page: Page, dashboard: Dashboard) -> None:
    """Each with who is most spoken of first, and the moves of indices by region with their basis."""
    dashboard.push("Toyota Motor shares rose 3.5%.", headline="Toyota again")
    dashboard.push("The Bank of Japan raised its policy rate by 25 basis points to 0.75%.", headline="Rates up")
    dashboard.push("The PSI 20 rose 1.5% for the week.", headline="Lisbon")
    expect(events(page, "Rates up").first).to_be_visible()
    expect(row(page, "PSI20")).to_be_visible()
    looks = page.locator("#looks")
    looks.get_by_role("radio", name="Companies").check(force=True)
    expect(page.locator("#look tr").filter(has_text="Toyota again")).to_contain_text("7203.T")
    looks.get_by_role("radio", name="Policy").check(force=True)
    expect(page.locator("#look tr").filter(has_text="Rates up")).to_contain_text("rate decision")
    looks.get_by_role("radio", name="Moves").check(force=True)
    europe = page.locator("#look .region").filter(has_text="Europe")
    expect(europe.get_by_role("listitem").filter(has_text="PSI20")).to_contain_text("+1.50 %week")
    looks.get_by_role("radio", name="Indices").check(force=True)
    expect(row(page, "PSI20")).to_be_visible()


def test_a_backlog_is_told_with_how_long_it_takes(page: Page, dashboard: Dashboard) -> None:
    """How many wait and what is covered; never that there is nothing, nor the year 1970."""
    waiting = {
        "lag_s": 754.0,
        "waiting": 12_345,
        "seconds_left": 300.0,
        "covered_until": "2026-11-20T12:00:00Z",
        "articles_per_s": 41.2,
        "articles": 1,
        "events": 1,
        "dead_letters": {},
        "workers": [],
    }
    empty = {"as_of": "1970-01-01T00:01:00Z", "clock": "event", "indices": []}
    page.route("**/pipeline", lambda route: route.fulfill(json=waiting))
    page.route("**/indices?*", lambda route: route.fulfill(json=empty))
    page.goto(dashboard.url)
    expect(page.locator("#backlog")).to_contain_text("12,345 articles wait, about 5 min at the rate of the last minute")
    expect(page.locator("#backlog")).to_contain_text("20 Nov")
    expect(page.locator("#counts-empty")).to_have_text("Nothing is counted yet.")
    expect(page.locator("#asof")).to_have_text("")


def test_the_event_source_of_the_readme_works(page: Page, dashboard: Dashboard) -> None:
    """As it stands there: what was before and what comes, each with its cursor."""
    (snippet,) = re.findall(r"```js\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    dashboard.push("The AEX rose 0.5%.")
    expect(row(page, "AEX")).to_be_visible()
    page.evaluate(f"() => {{ {snippet} }}")
    dashboard.push("The IBEX 35 rose 0.6%.")
    deadline = time.monotonic() + 90
    while not any(line.startswith("IBEX 35 index.") for line in said) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert any(line.startswith("AEX") for line in said)
    assert any(line.startswith("IBEX 35 index.") for line in said)


def test_a_paused_tape_waits(page: Page, dashboard: Dashboard) -> None:
    """And tells how many."""
    page.get_by_role("button", name="Pause").click()
    dashboard.push("The HSI rose 0.5%.", headline="Held back")
    expect(page.locator("#pause")).to_contain_text("new")
    assert events(page, "Held back").count() == 0
    page.locator("#pause").click()
    expect(events(page, "Held back").first).to_be_visible()


def test_the_keyboard_goes_everywhere(page: Page, dashboard: Dashboard) -> None:
    """Past the head to the indices, into one and back to where it was; windows by arrows; a link can be sent."""
    dashboard.push("The Nikkei 225 rose 0.7% to 50,720.", headline="By key")
    expect(events(page, "By key").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to indices")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Indices")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="watched only")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="24h", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#counts th[aria-sort]")).to_have_text("3d")
    row(page, "N225").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="N225 Nikkei 225")
    expect(dialog.get_by_role("table")).to_be_visible()
    expect(dialog.locator(".events")).to_contain_text("By key")
    dialog.get_by_role("radio", name="7d").check(force=True)
    expect(dialog.get_by_role("img", name="by steps of 6h")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(row(page, "N225").get_by_role("link").first).to_be_focused()
    page.goto(f"{dashboard.url}#/index/N225")
    expect(dialog).to_be_visible()  # a change of the hash alone: it is taken up before the page is asked for anew
    page.reload()
    expect(dialog).to_be_visible()


def test_focus_stays_with_an_index_that_rises(page: Page, dashboard: Dashboard) -> None:
    """On its name, and on the article beside it when another takes its place."""
    dashboard.push("The ATX rose 0.5%.")
    dashboard.push("The STOXX Europe 600 rose 0.5%.")
    expect(page.locator("#counts tr[data-index=ATX] ~ tr[data-index=SXXP]")).to_be_visible()
    row(page, "SXXP").get_by_role("link").first.focus()
    uri = dashboard.push("The STOXX Europe 600 rose 0.6%.")
    expect(row(page, "SXXP").locator("td.on b")).to_have_text("2")
    expect(page.locator("#counts tr[data-index=SXXP] ~ tr[data-index=ATX]")).to_be_visible()
    expect(row(page, "SXXP").get_by_role("link").first).to_be_focused()
    said_by = row(page, "SXXP").locator(".from a")
    expect(said_by).to_have_attribute("href", f"#/article/{uri.replace(':', '%3A')}")
    said_by.focus()
    uri = dashboard.push("The STOXX Europe 600 rose 0.7%.")
    expect(said_by).to_have_attribute("href", f"#/article/{uri.replace(':', '%3A')}")
    expect(said_by).to_be_focused()


def test_an_open_index_is_kept_up_to_date_where_it_is_read(page: Page, dashboard: Dashboard) -> None:
    """New counts come in without the focus or the chosen time going away."""
    dashboard.push("The KOSPI rose 0.5%.")
    expect(row(page, "KOSPI")).to_be_visible()
    row(page, "KOSPI").get_by_role("link").first.click()
    dialog = page.get_by_role("dialog", name="KOSPI")
    dialog.get_by_role("radio", name="7d").check(force=True)
    expect(dialog.get_by_role("img", name="1 articles in 7d")).to_be_visible()
    expect(dialog.get_by_role("radio", name="7d")).to_be_focused()
    dashboard.push("The KOSPI rose 0.6%.")
    expect(dialog.get_by_role("img", name="2 articles in 7d")).to_be_visible()
    expect(dialog.get_by_role("radio", name="7d")).to_be_focused()


def test_what_is_opened_while_another_closes_stays_open(page: Page, dashboard: Dashboard) -> None:
    """A browser tells of a closed dialog a moment later."""
    dashboard.push("The CAC 40 rose 0.7%.")
    row(page, "CAC").get_by_role("link").first.click()
    expect(page.get_by_role("dialog").get_by_role("table")).to_be_visible()
    closed = """new Promise(done => {
        detail.addEventListener("close", () => done(location.hash), {once: true});
        detail.close();
        location.hash = "#/index/%s";
        if (%s) dispatchEvent(new HashChangeEvent("hashchange"));
    })"""
    for index, told_late in (("N225", "true"), ("CAC", "false")):
        assert page.evaluate(closed % (index, told_late)) == f"#/index/{index}"
        expect(page.get_by_role("dialog", name=index)).to_be_visible()


def test_the_time_chosen_stays_when_an_older_answer_comes_late(page: Page, dashboard: Dashboard) -> None:
    """Nothing of the time chosen before is drawn over it."""
    dashboard.push("The TAIEX rose 0.5%.")
    row(page, "TWII").get_by_role("link").first.click()
    dialog = page.get_by_role("dialog", name="TWII TAIEX")
    expect(dialog.get_by_role("img", name="1 articles in 24h")).to_be_visible()
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/series?window=24h*", hold)
    with page.expect_request("**/series?window=24h*"):
        dashboard.push("The TAIEX rose 0.6%.")
    dialog.get_by_role("radio", name="7d").check(force=True)
    expect(dialog.get_by_role("img", name="articles in 7d")).to_be_visible()
    page.evaluate(
        """() => new MutationObserver(() => {
            if (document.querySelector("#detail [aria-label*='in 24h,']")) drawn24h = true;
        }).observe(detail, {childList: true, subtree: true})"""
    )
    for route in late:
        route.continue_()
    dashboard.push("The TAIEX rose 0.7%.")
    expect(dialog.get_by_role("img", name="3 articles in 7d")).to_be_visible()
    assert page.evaluate("typeof drawn24h") == "undefined"


def check(page: Page, width: int) -> None:
    """Axe finds nothing, no pane is wider than the screen, and the page is no longer than four screens."""
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("Math.max(...[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth))") <= width
    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * 844


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)])
def test_nothing_keeps_anybody_out(
    chromium: Browser, dashboard: Dashboard, session: dict[str, Any], scheme: Any, width: int
) -> None:
    """Axe finds no fault in any look, index and article; nothing is wider than the screen, and the page is bounded."""
    uri = dashboard.push("The Nikkei 225 rose 0.8% to 50,770 on Tuesday.", headline=f"For all {scheme} {width}")
    context = chromium.new_context(
        storage_state=session,  # type: ignore[arg-type]
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 844},
    )
    page = context.new_page()
    found = watched(page)
    page.goto(dashboard.url)
    expect(events(page, f"For all {scheme} {width}").first).to_be_visible()
    for place in (*("indices", "company", "policy", "move", "tone"), "#/index/N225", f"#/article/{uri}"):
        if not place.startswith("#"):
            page.locator(f"#looks [value={place}]").check(force=True)
            page.wait_for_timeout(300)
            check(page, width)
            continue
        page.goto(f"{dashboard.url}{place}")
        expect(page.get_by_role("dialog").locator(".event").first).to_be_visible()
        check(page, width)
        assert page.evaluate("(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(detail)") <= 0
    assert found.errors == []
    context.close()


def test_the_page_comes_back_when_its_worker_does(page: Page, dashboard: Dashboard) -> None:
    """By itself, with what was published meanwhile, and nothing twice; without texts it points at characters."""
    dashboard.push("The SMI rose 0.5%.", headline="Before")
    expect(events(page, "Before").first).to_be_visible()
    shown = events(page, "Before").count()
    dashboard.restart(NEWSTAPE_EVIDENCE="offsets")
    uri = dashboard.push("The SMI rose 0.6% to 12,900.", headline="After")
    after = page.locator("#events .event").filter(has_text=uri).filter(has_text="+0.60 %")
    expect(after).to_be_visible(timeout=150_000)
    expect(page.get_by_role("status")).to_have_text("live")
    expect(after.locator(".evidence")).to_contain_text("body, characters")
    assert events(page, "Before").count() == shown
    after.locator(".from a").click()
    expect(page.get_by_role("dialog")).to_contain_text("leaves texts out")
