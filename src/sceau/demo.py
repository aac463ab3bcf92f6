"""The demonstration: one small ledger, from two acts to an audit, through the same functions as the commands.

    found -> establish -> issue -> print -> publish -> scan from pixels -> revoke, forge -> scan
          -> rebuild -> publish the log -> audit

    DIR/ledger.db, keystore, passphrase, ...   an installation       DIR/papers/   the PDFs, and the text of each code
    DIR/public/   what a checker needs         DIR/root.hex          the root key that a checker is given

Every command has a fixed id: run twice, nothing is issued twice, and the verdicts are shown again.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

from sceau import cli_audit, cli_clock, cli_errors, demo_forgeries, demo_log, demo_setup
from sceau.cli_acts import establish
from sceau.cli_checker import checker_of
from sceau.cli_documents import Request, issue, print_copy, print_id
from sceau.cli_input import values_in
from sceau.cli_options import ID_SIZE, Call
from sceau.cli_output import emit, facts, line, step, table
from sceau.cli_session import Session, passphrase_of, session_of, today
from sceau.cli_upkeep import publish_to
from sceau.desk.counter import paper_of
from sceau.domain.document_type import Carrier, act_kind, document_type
from sceau.ledger.commands import RevokeDocument
from sceau.verify_api.verdict import Verdict

# Who establishes and issues what: the act or type of examples/, and the mission.
ACTS = {"birth-1": "BAG", "marriage-1": "BAG"}
DOCUMENTS = {
    "birth_extract": "BAG",
    "marriage_extract": "BAG",
    "consular_card": "ABJ",
    "laissez_passer": "PAR",
    "life_certificate": "BAG",
    "visa_short": "PAR",
    "visa_long": "PAR",
    "visa_liptako": "ABJ",
}
REVOKED = "laissez_passer"
NOTE = "Déclaré perdu par son titulaire."
REBUILT = "register_v1"
_STYLES = {"green": "green", "amber": "yellow", "red": "red"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper before the checker."""

    paper: str
    number: str
    verdict: Verdict
    expected: str

    @property
    def as_expected(self) -> bool:
        """Whether the checker said what it must."""
        return self.verdict.code.value == self.expected


@dataclass
class Demo:
    """A run of the demonstration."""

    call: Call
    directory: Path
    session: Session
    examples: Path
    acts: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    pdfs: dict[str, bytes] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)

    def go_on(self) -> None:
        """A demonstration may have lain for weeks."""
        if cli_clock.must_be_confirmed(self.session):
            cli_clock.confirm(self.session, os.urandom(ID_SIZE), today().isoformat())

    def establish_acts(self) -> None:
        """The birth and the marriage."""
        for name, office in ACTS.items():
            asked = self._example("acts", name)
            by = self._by(f"act {name}", office)
            values = values_in(asked, act_kind(asked["kind"]), today())
            self.acts[name] = self.session.earlier(by["command_id"]) or establish(
                self.session, by, asked["kind"], values
            )

    def issue_documents(self) -> None:
        """One of each type, in the name of its mission."""
        for code, office in DOCUMENTS.items():
            asked = self._example("documents", code)
            by = self._by(f"document {code}", office)
            act = self.acts[asked["act"].removeprefix("@")] if "act" in asked else None
            request = Request(code, values_in(asked, document_type(code), today()), act)
            self.documents[code] = self.session.earlier(by["command_id"]) or issue(
                self.session, by, request, confirmed=False, on_paper=True
            )

    def print_documents(self) -> None:
        """The original of each, and what its code holds."""
        papers = self.directory / "papers"
        papers.mkdir(exist_ok=True)
        for code, number in self.documents.items():
            by = self._by(f"document {code}", DOCUMENTS[code])
            printed = print_copy(self.session, {**by, "command_id": print_id(by["command_id"])}, number)
            self.pdfs[code] = printed.pdf
            (papers / f"{code}.pdf").write_bytes(printed.pdf)
            payload = paper_of(self.session.counter, number, printed.copy).code_payload
            binary = document_type(code).seal.carrier is Carrier.BINARY
            (papers / f"{code}.{'bin' if binary else 'txt'}").write_bytes(payload if binary else payload + b"\n")

    def publish(self) -> int:
        """Publish, and hand out the root key; returns the lists' own instant in Unix seconds."""
        done = publish_to(self.session, self.directory / "public", int(time.time()))
        root = self.session.ledger.keystore.signer("root").public.hex()
        (self.directory / "root.hex").write_text(root + "\n", "ascii")
        return done.issued_at

    def revoke_one(self) -> None:
        """The holder lost it."""
        by = self._by(f"revoke {REVOKED}", DOCUMENTS[REVOKED])
        self.session.execute(RevokeDocument(number=self.documents[REVOKED], reason="lost", note=NOTE, **by))

    def scan_documents(self) -> None:
        """Each paper back from its pixels; the one that an earlier run revoked is shown among the bad ones alone."""
        revoked = self.session.earlier(self._by(f"revoke {REVOKED}", DOCUMENTS[REVOKED])["command_id"]) is not None
        for code in self.documents:
            if not (revoked and code == REVOKED):
                self._scan(document_type(code).title.say(self.call.language), code, self.pdfs[code], "VALID")

    def scan_forgeries(self, issued_at: int) -> None:
        """The revoked paper, and three that nobody should accept, before an officer who has the offline pack alone."""
        title = document_type(REVOKED).title.say(self.call.language)
        self._scan(
            f"{title} ({self.call.say('révoqué', 'revoked')})", REVOKED, self.pdfs[REVOKED], "REVOKED", packed=True
        )
        for forgery in demo_forgeries.all_of(self.session, self.documents, issued_at):
            (self.directory / "papers" / f"{forgery.name}.pdf").write_bytes(forgery.pdf)
            self._scan(forgery.title.say(self.call.language), forgery.of, forgery.pdf, forgery.expected, packed=True)

    def _scan(self, paper: str, code: str, pdf: bytes, expected: str, packed: bool = False) -> None:
        root = self.session.ledger.keystore.signer("root").public
        verdicts = checker_of(self.directory / "public", root, today(), packed=packed).judge(pdf)
        self.shown += [Shown(paper, self.documents[code], verdict, expected) for verdict in verdicts]

    def _example(self, folder: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.examples / folder / f"{name}.json").read_text("utf-8"))
        return found

    def _by(self, what: str, office: str) -> dict[str, Any]:
        command_id = hashlib.sha256(f"sceau.demo/1 {what}".encode()).digest()[:ID_SIZE]
        return {"command_id": command_id, "office": office, "officer": f"{office}-1"}


def run(call: Call, directory: Path) -> int:
    """Run it; 0 when every verdict and the audit are as they must be."""
    started = time.monotonic()
    examples = demo_setup.examples()
    config = demo_setup.installed(directory, call.database, examples)
    passphrase = passphrase_of(config, call)
    with session_of(config, passphrase) as session:
        demo = Demo(call, directory, session, examples)
        demo.go_on()
        done = _story(demo)
        rebuilt = session.views.rebuild(REBUILT)
        log = demo_log.publish(session, directory / "log")
    audited = cli_audit.run(config, cli_audit.trusted_of(config, passphrase), 1, lambda done, total: None)
    seconds = round(time.monotonic() - started, 1)
    told = {
        "directory": str(directory),
        "documents": demo.documents,
        "verdicts": [_told(one) for one in demo.shown],
        "rebuilt": {"view": REBUILT, "events": rebuilt.next_idx, "digest": rebuilt.digest.hex()},
        "log": {"leaves": log.size, "holds": log.holds},
        "audit": cli_audit.told_of(audited),
        "seconds": seconds,
    }
    emit(call, told, lambda: _show(demo, told, lambda: cli_audit.show(call, audited)))
    return cli_errors.DONE if done and log.holds and audited.holds else cli_errors.INTEGRITY


def _story(demo: Demo) -> bool:
    """Everything up to the last scan, step by step; whether every verdict was as it must be."""
    say = demo.call.say
    issued_at = 0
    steps: tuple[tuple[str, Callable[[], Any]], ...] = (
        (say("établir deux actes", "establishing two acts"), demo.establish_acts),
        (say("délivrer huit documents", "issuing eight documents"), demo.issue_documents),
        (say("les imprimer", "printing them"), demo.print_documents),
        (say("publier les listes", "publishing the lists"), demo.publish),
        (say("scanner chaque papier", "scanning each paper"), demo.scan_documents),
        (say("en révoquer un", "revoking one"), demo.revoke_one),
        (say("publier de nouveau", "publishing again"), demo.publish),
    )
    for at, (named, take) in enumerate(steps, 1):
        step(demo.call, f"{at}/{len(steps) + 2} {named}")
        issued_at = take() or issued_at
    step(demo.call, f"{len(steps) + 1}/{len(steps) + 2} {say('falsifier et scanner', 'forging and scanning')}")
    demo.scan_forgeries(issued_at)
    step(
        demo.call, f"{len(steps) + 2}/{len(steps) + 2} {say('reconstruire, journal, audit', 'rebuilding, log, audit')}"
    )
    return all(shown.as_expected for shown in demo.shown)


def _told(shown: Shown) -> dict[str, Any]:
    verdict = shown.verdict
    return {
        "paper": shown.paper,
        "number": shown.number,
        "code": verdict.code.value,
        "expected": shown.expected,
        "reason": {"fr": verdict.reason("fr"), "en": verdict.reason("en")},
    }


def _show(demo: Demo, told: Mapping[str, Any], show_audit: Callable[[], None]) -> None:
    call, language = demo.call, demo.call.language
    french = ("papier", "numéro", "verdict", "raison")
    english = ("paper", "number", "verdict", "reason")
    table(
        call.say("Scannés depuis les pixels des PDF", "Scanned from the pixels of the PDFs"),
        french if language == "fr" else english,
        [(s.paper, s.number, s.verdict.code.value, s.verdict.reason(language)) for s in demo.shown],
        [_STYLES[s.verdict.colour.value] for s in demo.shown],
    )
    rebuilt = told["rebuilt"]
    facts(
        {
            call.say(
                "vue reconstruite", "view rebuilt"
            ): f"{rebuilt['view']}, {rebuilt['events']}, {rebuilt['digest'][:16]}…",
            call.say("journal public", "public log"): call.say(
                f"{told['log']['leaves']} feuilles, vérifiées", f"{told['log']['leaves']} leaves, verified"
            )
            if told["log"]["holds"]
            else call.say("NE TIENT PAS", "DOES NOT HOLD"),
            call.say("durée", "took"): f"{told['seconds']} s",
        }
    )
    show_audit()
    _next_steps(demo)


def _next_steps(demo: Demo) -> None:
    """Commands that work as they stand, whatever the names of directory and database."""
    call, where = demo.call, demo.directory
    program = quote(os.path.relpath(sys.argv[0]) if os.sep in sys.argv[0] else "sceau")
    public, paper = quote(f"{where}/public"), quote(f"{where}/papers/birth_extract.pdf")
    root, log = quote(f"{where}/root.hex"), quote(f"{where}/log")
    url = demo_setup.shown_url(demo.session.config.database)
    line("")
    line(call.say("Essayez :", "Try:"), "bold")
    line(f"  {program} scan {paper} --lists {public} --root {root}")
    line(f"  {program} scan {paper} --pack {public} --root {root}")
    line(f"  export SCEAU_DATABASE={quote(url)} SCEAU_HOME={quote(str(where))}")
    line(f"  {program} show {demo.documents['birth_extract']}")
    line(f"  {program} find keita")
    line(f"  {program} history --limit 20")
    line(f"  {program} audit")
    line(f"  cp {paper} extract.pdf && {program} prove --log {log} --into extract.pdf")
    line(f"  {program} scan extract.pdf --lists {public} --root {root} --policy {log}/tlog-policy")
    line(f"  {program} serve {public}")
