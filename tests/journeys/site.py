"""A running application and the people who visit it with a real browser."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

import axe_playwright_python
import sqlalchemy as sa
from playwright.sync_api import Browser, CDPSession, Page, Request, ViewportSize
from werkzeug.serving import make_server

from engine.app import Engine
from engine.outbox.models import CapturedMail
from engine.projects.models import Project
from tests.journeys import basin
from tests.journeys.basin import Basin, SimulatedClock
from tests.web import installation
from tests.web.installation import PASSWORD, World

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 900}
SMALL: ViewportSize = {"width": 320, "height": 640}
ZOOMED: ViewportSize = {"width": 683, "height": 450}  # A desk at 200 %.
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
SOON = 0.02  # seconds after which a server that is asked to stops serving
TIMEOUT = 30_000  # milliseconds: a shared machine may be slow
# What a page respects is neither told in full nor sent here: it would be most of the time of a look.
VIOLATIONS = """tags => axe.run({
  runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'],
}).then(found => found.violations)"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]


@dataclass
class Site:
    """An installation served on this machine, whose time moves when a story says so."""

    engine: Engine
    world: World
    clock: SimulatedClock
    browser: Browser
    visitors: list[Visitor] = field(default_factory=list)

    def open(self) -> None:
        """Serve the application on a free port."""
        from web import app as web_app

        self.server = make_server("127.0.0.1", 0, web_app.create_app(self.engine), threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.basin = Basin(self.engine, self.clock, self.world)
        threading.Thread(target=self.server.serve_forever, args=(SOON,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        for visitor in self.visitors:
            visitor.page.context.close()
        self.server.shutdown()
        self.engine.close()

    def wait(self, **delay: float) -> None:
        """Let the programme's time pass, everything due firing at its own instant."""
        self.basin.wait(**delay)

    def wait_until(self, day: date, *, hour: int = 9) -> None:
        """Let the programme's time pass until an hour of a day."""
        self.basin.play_until(day, hour=hour)

    @property
    def today(self) -> date:
        """The programme's day in the basin."""
        return self.basin.today

    def visit(self, who: str, *, phone: bool = False, locale: str = "fr") -> Visitor:
        """Somebody who has just signed in with their password, in front of the page that follows."""
        visitor = self.stranger(phone=phone, locale=locale)
        visitor.come_in(who)
        if locale == "en":  # Accounts are French until their person says otherwise.
            visitor.page.get_by_role("button", name="English").click()
            visitor.page.locator("html[lang=en]").wait_for()
        return visitor

    def stranger(self, *, phone: bool = False, locale: str = "fr", scripts: bool = True) -> Visitor:
        """Somebody opens a browser."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK, locale={"fr": "fr-FR", "en": "en-GB"}[locale],
            has_touch=phone, base_url=self.address, java_script_enabled=scripts,
        )  # fmt: skip
        visitor = Visitor(self, context.new_page(), scripts=scripts)
        self.visitors.append(visitor)
        return visitor

    def mails_to(self, address: str) -> list[CapturedMail]:
        """The mails that left for an address, oldest first."""
        with self.engine.database.start_reading() as work:
            found = sa.select(CapturedMail).where(CapturedMail.address == address)
            return sorted(work.database.scalars(found), key=lambda mail: mail.captured_at)

    def last_mail(self, address: str, kind: str | None = None) -> CapturedMail:
        """The last mail to an address, of a kind if one is said, once what is to leave has left."""
        self.basin.post()
        found = [mail for mail in self.mails_to(address) if kind in {None, mail.kind}]
        assert found, f"nothing was sent to {address}"
        return found[-1]

    def project_named(self, firm: str) -> Project:
        """The project of a firm."""
        with self.engine.database.start_reading() as work:
            return work.database.scalars(sa.select(Project).where(Project.firm == firm)).one()


class Visitor:
    """Somebody in front of a page, who does what people do and notices what is wrong with it."""

    def __init__(self, site: Site, page: Page, *, scripts: bool = True) -> None:
        self.site = site
        self.page = page
        self.scripts = scripts
        self.noticed: list[str] = []
        self.console: CDPSession | None = None
        page.set_default_timeout(TIMEOUT)
        page.on("pageerror", lambda error: self.noticed.append(str(error)))
        page.on("console", self._listen)
        page.on("request", self._follow)

    def _listen(self, message: object) -> None:
        if getattr(message, "type", "") == "error" and "status of 4" not in getattr(message, "text", ""):
            self.noticed.append(message.text)

    def _follow(self, request: Request) -> None:
        """Nothing is asked of anybody else's server."""
        if not request.url.startswith((self.site.address, "data:", "blob:")):
            self.noticed.append(f"asked of somebody else: {request.url}")

    def go(self, path: str) -> None:
        """Open a page of the application."""
        self.page.goto(path)

    def come_in(self, who: str) -> None:
        """Be signed in, without the page of sign-in, which stories about it open: its form is sent alone."""
        send = self.page.context.request
        token = re.search(r'name="csrf-token" content="([^"]+)"', send.get("/connexion").text())
        assert token
        form = {"email": self.site.world.emails[who], "password": PASSWORD, "csrf_token": token[1]}
        answer = send.post("/connexion", form=form, max_redirects=0)
        assert answer.status == 303, f"{who} cannot sign in: {answer.status}"
        self.go(answer.headers["location"])

    def sign_in(self, who: str) -> None:
        """Type an address and a password."""
        self.go("/connexion")
        self.type_password(who)
        refused = self.page.locator("main [role=alert]")
        assert "/connexion" not in self.page.url or not refused.count(), refused.all_inner_texts()
        self.page.wait_for_url(lambda url: "/connexion" not in url)

    def type_password(self, who: str) -> None:
        """Fill in the page of sign-in, and send it."""
        self.page.locator("main [name=email]").first.fill(self.site.world.emails[who])
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.locator("input[type=password]").press("Enter")

    def check(self, *sizes: ViewportSize) -> None:
        """The page breaks no rule of accessibility that a program can see, and nothing failed in it.

        Looked at as it stands, or at each of the sizes given.
        """
        wrong = self.found_wrong(*sizes)
        assert not wrong, "\n".join(wrong)

    def found_wrong(self, *sizes: ViewportSize) -> list[str]:
        """What `check` holds against the page."""
        assert self.scripts, "the rules are a script: without any, one would wait for its answer for ever"
        self.bring_rules()
        wrong = self.noticed[:]
        for size in sizes or (self.page.viewport_size,):
            assert size is not None
            self.page.set_viewport_size(size)
            wrong += [
                f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}"
                for each in self.page.evaluate(VIOLATIONS, RULES)
            ]
            wrong += self.too_wide()
        self.noticed.clear()
        return [f"{self.page.url}, {each}" for each in wrong]

    def bring_rules(self) -> None:
        """Load the rules, in the way by which a browser compiles them once for all the pages of a visitor."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            if self.console is None:
                self.console = self.page.context.new_cdp_session(self.page)
            self.console.send("Runtime.evaluate", {"expression": AXE})

    def too_wide(self) -> list[str]:
        """How far the page goes beyond its window, if it does."""
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return [f"{over} px too wide at {self.page.viewport_size}"] if over > 0 else []

    def answer(self, **answers: str | bool) -> None:
        """Fill controls in by their names, whatever their kind; folded questions are unfolded."""
        self.page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        for name, value in answers.items():
            self._answer(name.replace("__", "-"), value)

    def _answer(self, name: str, value: str | bool) -> None:
        control = self.page.locator(f"main [name='{name}']:visible")
        kind = control.first.evaluate("each => each.type || each.tagName.toLowerCase()")
        if kind == "radio":
            self.page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            control.first.set_checked(bool(value))
        elif kind.startswith("select"):
            control.first.select_option(str(value))
        else:
            control.first.fill(str(value))

    def choose_first(self, name: str) -> str:
        """Choose the first real option of a list; its value."""
        options = self.page.locator(f"main select[name='{name}'] option")
        value = options.nth(1).get_attribute("value") or ""
        self.page.locator(f"main select[name='{name}']").select_option(value)
        return value

    def press(self, label: str) -> None:
        """Press a button of the page by its words."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=label).first.click()

    def follow(self, label: str) -> None:
        """Follow a link of the page by its words."""
        self.page.locator("main").get_by_role("link", name=label).first.click()
        self.page.wait_for_load_state()

    def open_task(self, title: str) -> None:
        """Open a task from the inbox."""
        self.go("/taches")
        self.follow(title)

    def open_link(self, mail: CapturedMail) -> None:
        """Follow the link of a task, as a mail gives it."""
        found = re.search(r"/taches/[0-9a-f-]{36}", mail.text)
        assert found, mail.text
        self.go(found[0])

    def open_with_code(self, mail: CapturedMail) -> None:
        """Follow a mail's link, ask for the code of six digits, read it in the next mail, open the task."""
        self.open_link(mail)
        self.press("Recevoir un code")
        self.type_code(self.site.last_mail(mail.address, "code"))

    def type_code(self, mail: CapturedMail, button: str = "Ouvrir la tâche") -> None:
        """Copy the code that a mail carries, and open the task."""
        code = re.search(r"\b\d{3}\s?\d{3}\b", mail.text)
        assert code, mail.text
        self.page.locator("main [name=code]").fill(code[0].replace(" ", ""))
        self.press(button)

    def proves(self, who: str, *, english: bool = False) -> None:
        """Ask for a code to sign, and copy the one that comes by mail."""
        self.press("Receive a code to sign" if english else "Recevoir un code pour signer")
        mail = self.site.last_mail(self.site.world.emails[who], "code")
        self.type_code(mail, "Confirm my identity" if english else "Confirmer mon identité")

    def send(self) -> None:
        """Send the form of any other page."""
        with self.page.expect_navigation():
            self.page.locator("main form.fields .submit-bar button").first.click()

    def submit(self) -> None:
        """Send the form of a task."""
        with self.page.expect_navigation():
            self.page.locator("form.fields button.button-primary:visible").last.click()

    def does(self, title: str, **answers: str | bool) -> None:
        """Open a task from the inbox, answer, send it; the page says that it is done."""
        self.open_task(title)
        self.answer(**answers)
        self.submit()
        assert self.errors() == [], title
        assert self.sees("C’est fait") or self.sees("Done"), self.page.url

    def errors(self) -> list[str]:
        """What the page says is to be corrected."""
        return self.page.locator(".error-summary li").all_inner_texts()

    def text(self) -> str:
        """The words of the page."""
        return self.page.locator("main").inner_text()

    def sees(self, text: str) -> bool:
        """Whether the page shows this text."""
        return self.page.locator("body").get_by_text(text).filter(visible=True).count() > 0

    def token(self) -> str:
        """What the page would send with every act."""
        return self.page.locator("meta[name=csrf-token]").get_attribute("content") or ""

    def status_of(self, path: str) -> int:
        """The status with which this person's browser is answered at a path."""
        return self.page.request.get(path).status


def build(folder: Path, clock: SimulatedClock, **others: str) -> tuple[Engine, World]:
    """An installation with its people, on SQLite or where `database_url` says."""
    engine, world = installation.build(folder, clock, **others)
    basin.settle(engine, world)
    return engine, world


def person(world: World, who: str) -> str:
    """A person's id as forms write it."""
    identifier: UUID = world.people[who]
    return str(identifier)
