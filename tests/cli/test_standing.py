"""What the counter is told of a document whose act has moved on."""

from sceau.domain.standing import CLERK_REASONS

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


def test_the_whole_reason_stays_with_the_clerk(home) -> None:
    number = home.extract(home.birth())
    home.done("revoke", number, "--reason", "rendu par sa mère")
    assert home.done("show", number)["reason"] == "rendu par sa mère"


def test_the_help_names_the_public_reasons(home) -> None:
    for verb in ("revoke", "suspend", "resume"):
        said = home.run(verb, "--help").stdout
        assert all(code in said for code in CLERK_REASONS)
