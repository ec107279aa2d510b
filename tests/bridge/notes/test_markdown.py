from datetime import timedelta

from bridge import commands as c
from bridge.notes.markdown import page
from tests.bridge.notes.day import S1, closed, day, notes_of
from tests.bridge.playbook import ANN, Q1, START, Playbook

PAGE = """\
# GANs, round 2

- Room: Forward Prop, hosted by Ann
- When: 2026-06-05 14:00–14:13 (Europe/Berlin, UTC+02:00)
- Recording: s1.mkv
- Times in brackets count from the start of the recording.

## Speakers

- Ann: 0:12:31 in 1 turn, 92%
- Bob: 0:01:01 in 1 turn, 8%

## Questions

- [0:12:30] **Why so deep?** (asked by Eve, 1 vote, answered)

## Not reached

- **Why so wide?** (asked without a name, 0 votes)

## Who spoke when

- [0:00:00] Ann (14:00:03, 0:12:31)
- [0:12:31] Bob (14:12:34, 0:01:01)
"""


def test_the_page_reads_like_this() -> None:
    assert page(notes_of(closed())) == PAGE


def test_while_the_session_is_on_the_page_says_so() -> None:
    text = page(notes_of(day()))
    assert "- When: 2026-06-05 14:00, still on (Europe/Berlin, UTC+02:00)" in text
    assert "- [0:12:31] Bob (14:12:34)" in text


def test_what_is_empty_has_no_heading() -> None:
    text = page(notes_of(Playbook().given(c.OpenSession(title="GANs"), c.CloseSession(id=S1))))
    assert text == "# GANs\n\n- Room: Forward Prop\n- When: 2026-06-05 14:00–14:00 (Europe/Berlin, UTC+02:00)\n"


def test_where_there_are_several_files_each_time_says_which() -> None:
    play = day().given(c.ReportPartBegan(path="s1-2.mkv", began_at=START + timedelta(seconds=900)))
    play.later(100).given(c.SpeakNow(name="Eve"))
    text = page(notes_of(play))
    assert "- Recording, part 1: s1.mkv\n- Recording, part 2: s1-2.mkv" in text
    assert "- [part 1, 0:12:31] Bob" in text
    assert "- [part 2, 0:00:16] Eve" in text


def test_a_session_over_midnight_shows_both_dates() -> None:
    play = Playbook().given(c.OpenSession(title="GANs")).later(12 * 3600).given(c.CloseSession(id=S1))
    assert "2026-06-05 14:00–2026-06-06 02:00" in page(notes_of(play))


def test_nobody_s_words_become_markup() -> None:
    play = Playbook().given(
        c.OpenSession(title="<b>x</b> & *y*", host="[h](javascript:0)"),
        c.SpeakNow(name="# Ann"),
        c.AskQuestion(person=ANN, text="one\n\n# two <script>", name="`n`"),
        c.ApproveQuestion(id=Q1),
    )
    text = page(notes_of(play))
    assert text.startswith("# &lt;b&gt;x&lt;/b&gt; &amp; \\*y\\*\n")
    assert "hosted by \\[h\\](javascript:0)" in text
    assert "**one \\# two &lt;script&gt;** (asked by \\`n\\`, 0 votes)" in text
    assert "- \\# Ann (" in text
