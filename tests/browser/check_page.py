"""The page in a real Chromium: a command of its own, ``pytest tests/browser/check_page.py``, which skips nothing."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Literal

import page_trees
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

WIDTHS = [390, 1440]
THEMES: dict[str, Literal["light", "dark"]] = {"light": "light", "dark": "dark"}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    program = next(found for name in names if name and (found := shutil.which(name)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page for each tree."""
    found = {}
    for name, fill in TREES.items():
        root = tmp_path_factory.mktemp(name)
        fill(root)
        found[name] = page_trees.make_page(root)
    return found


TREES: dict[str, Callable[[Path], None]] = {
    "mixed": page_trees.mixed,
    "hostile": lambda root: page_trees.write(root, page_trees.HOSTILE),
    "large": page_trees.large,
}


class Visit:
    """A page that is open, with what it asked for and complained of."""

    def __init__(self, browser: Browser, path: Path, width: int = 1440, theme: str = "light") -> None:
        self.page: Page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        self.page.emulate_media(color_scheme=THEMES[theme])
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.address = path.as_uri()
        self.page.goto(self.address)


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("theme", THEMES)
def test_it_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, pages: dict[str, Path], name: str, theme: str
) -> None:
    visit = Visit(browser, pages[name], theme=theme)
    visit.page.wait_for_load_state("networkidle")
    assert visit.requests == [visit.address]
    assert visit.complaints == []


def test_hostile_names_and_text_stay_text(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["hostile"]).page
    assert page.locator("script, img, iframe, object, embed, link, base, form, b, u").count() == 0
    assert page.locator("style").count() == 1
    addresses = page.evaluate("[...document.querySelectorAll('[href]')].map(a => a.getAttribute('href'))")
    assert [address for address in addresses if not address.startswith("#")] == []
    text = page.inner_text("body")
    for part in ("<script>alert(2)</script>", "<img src=x onerror=alert(1)>", "&lt;svg onload", "{{ 7*7 }}{% raw %}"):
        assert part in text
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_only_its_own_style_may_act(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["mixed"]).page
    policy = page.get_attribute("meta[http-equiv]", "content") or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    # The style was not refused: the badge is round.
    assert page.locator(".badge").first.evaluate("it => getComputedStyle(it).borderRadius") == "999px"


@pytest.mark.parametrize("name", TREES)
def test_every_link_leads_somewhere(browser: Browser, pages: dict[str, Path], name: str) -> None:
    page = Visit(browser, pages[name]).page
    lost = """[...document.querySelectorAll('[href^="#"]')].map(a => a.getAttribute('href').slice(1))
        .filter(id => !document.getElementById(id))"""
    assert page.evaluate(lost) == []
    twice = "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, at, all) => all.indexOf(id) != at)"
    assert page.evaluate(twice) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["mixed", "hostile"])
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str, theme: str, width: int) -> None:
    page = Visit(browser, pages[name], width, theme).page
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TREES)
def test_it_is_no_wider_than_the_window(browser: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    page = Visit(browser, pages[name], width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("steps", "status"), [(1, "broken"), (2, "unknown"), (3, "ok")], ids=["broken", "unknown", "ok"]
)
def test_the_filter_works_by_keyboard(browser: Browser, pages: dict[str, Path], steps: int, status: str) -> None:
    page = Visit(browser, pages["mixed"]).page
    every = page.locator("tbody tr.env").count()
    page.focus("#show-all")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    for kind in ("tbody tr.env", "details.env"):
        shown = page.locator(f"{kind}:visible")
        wanted = page.locator(f"{kind}.{status}")
        assert 0 < shown.count() == wanted.count() < every
    page.keyboard.press("Home")
    page.focus("#show-all")
    page.keyboard.press("Space")
    assert page.locator("tbody tr.env:visible").count() == every


def test_an_environment_opens_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["mixed"]).page
    closed = page.locator("details.env:not([open])").last
    anchor = closed.get_attribute("id")
    closed.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(f"#{anchor}[open] svg.track").is_visible()
    page.keyboard.press("Enter")
    assert not page.locator(f"#{anchor} svg.track").is_visible()


def test_a_step_leads_to_its_line(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["mixed"]).page
    step = page.locator("details.env.broken svg.track a").first
    target = step.get_attribute("href") or ""
    step.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(target)
    assert page.locator(target.replace("#", "tr#")).is_visible()


def test_paper_shows_what_is_folded(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["mixed"]).page
    page.emulate_media(media="print")
    assert page.locator("details.env:not([open]) svg.track").first.bounding_box() is not None
    assert not page.locator(".filter").is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_many_environments_are_there_at_once(browser: Browser, pages: dict[str, Path]) -> None:
    size = pages["large"].stat().st_size
    page = Visit(browser, pages["large"]).page
    assert page.locator("details.env").count() == 60
    assert page.locator("details.env > .finding").count() > 200
    assert size < 2_000_000
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 3000


def test_the_picture_of_all_tracks(browser: Browser, tmp_path: Path) -> None:
    page_trees.mixed(tmp_path)
    visit = Visit(browser, page_trees.make_page(tmp_path, "svg"))
    assert (visit.requests, visit.complaints) == ([visit.address], [])
    assert visit.page.locator("text.head.broken").count() > 3
