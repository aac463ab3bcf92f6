"""What the counter is told of a document whose act has moved on."""

from sceau.domain.reasons import CLERK_REASONS, RESUMING

MENTION = ("--mention", "recognition", "--text", "Reconnu.", "--reference", "TGI 12")
COURT = ("--court", "TGI Bamako", "--decision", "7", "--date", "2026-01-05")


def test_a_copy_of_an_extract_out_of_date_must_be_confirmed(home) -> None:
    act = home.birth()
    number = home.extract(act)
    paper = home.folder.parent / "copy.pdf"
    home.done("print", number, "--out", paper)
    home.done("act", "mention", act, *MENTION)
    told = home.refused("print", number, "--out", home.folder.parent / "x.pdf")
    assert told["code"] == "domain.confirmation_required" and "--confirm-stale" in told["message"]
    assert not (home.folder.parent / "x.pdf").exists()
    again = home.run("print", number, "--out", paper, "--confirm-stale")
    assert again.exit_code == 0 and "out of date" in again.stderr
    assert home.done("show", number)["copies"] == 2


def test_an_extract_of_an_annulled_act_is_shown_void_and_never_printed(home) -> None:
    act = home.birth()
    number = home.extract(act)
    home.done("act", "mention", act, *MENTION)
    assert "superseded: the act has changed" in home.run("show", number).stdout
    assert "superseded: the act has changed" in home.run("find", number).stdout
    home.done("act", "annul", act, *COURT)
    told = home.done("show", number)
    assert (told["state"], told["reason"]) == ("revoked", "act_annulled")
    shown = home.run("show", number).stdout
    assert "revoked: the act is annulled" in shown and "new extract" not in shown
    assert [one["state"] for one in home.done("find", number)] == ["revoked"]
    for options in ((), ("--confirm-stale",)):
        told = home.refused("print", number, "--out", home.folder.parent / "x.pdf", *options)
        assert told["code"] == "domain.wrong_state" and act in told["message"]


def test_a_note_is_read_where_names_are_read_and_the_reason_is_a_word(home) -> None:
    number = home.extract(home.birth())
    told = home.refused("revoke", number, "--reason", "rendu par sa mère", "--lang", "fr")
    assert (told["code"], "lost (Perdu)" in told["message"]) == ("domain.field_invalid", True)
    home.done("suspend", number, "--reason", "Volé", "--note", "à la gare")
    told = home.done("show", number)
    assert (told["reason"], told["note"]) == ("stolen", "à la gare")
    home.done("resume", number, "--reason", "found", "--note", "rendu par sa mère")
    assert home.done("show", number)["note"] is None
    home.done("revoke", number, "--reason", "other", "--note", "rendu par WÉREBA")
    assert home.done("show", number)["note"] == "rendu par WÉREBA"
    assert not [path for path in home.folder.iterdir() if path.is_file() and "WÉREBA".encode() in path.read_bytes()]
    assert home.done("audit")["holds"]


def test_the_help_names_the_public_reasons(home) -> None:
    for verb in ("revoke", "suspend", "resume"):
        said = home.run(verb, "--help").stdout
        assert all(code in said for code in (RESUMING if verb == "resume" else CLERK_REASONS))
