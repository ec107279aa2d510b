from bridge import commands as c
from bridge.secrets import Secret
from bridge.settings import CardSource, FileSource, HlsSettings, OutputSettings, Settings, WhipSource
from bridge.terms import SessionId
from bridge.wanted import Folders, recording_name, wanted
from stream import protocol
from tests.bridge.playbook import ANN, Q1, Playbook

FOLDERS = Folders(recordings="/rec", hls="/hls")
SETTINGS = Settings(
    sources=(
        CardSource(name="testcard"),
        FileSource(name="film", path="/film.mkv", loop=False),
        WhipSource(name="camera", token=Secret("t")),
    ),
    outputs=(
        OutputSettings(name="tube", url="rtmps://a.example/live2/", key=Secret("abc"), ca_file="/ca.pem"),
        OutputSettings(name="other", url="rtmp://b.example/app/key"),
    ),
)


def want(play: Playbook, settings: Settings = SETTINGS) -> protocol.Want:
    return wanted(play.room, settings, FOLDERS)


def test_settings_become_programme_sources_and_outputs() -> None:
    told = want(Playbook())
    assert told.programme == protocol.Programme(
        width=1280, height=720, fps=30, video_bps=4_000_000, preset="veryfast", audio_bps=128_000
    )
    assert told.sources == (
        protocol.TestCard(name="testcard"),
        protocol.FileSource(name="film", path="/film.mkv", loop=False),
        protocol.WhipSource(name="camera"),
    )
    assert told.outputs == (
        protocol.RecordingOutput(name="recording", path="/rec/between.mkv"),
        protocol.HlsOutput(name="hls", directory="/hls"),
        protocol.RtmpOutput(name="tube", url="rtmps://a.example/live2/abc", ca_file="/ca.pem"),
        protocol.RtmpOutput(name="other", url="rtmp://b.example/app/key"),
    )


def test_hls_can_be_left_out() -> None:
    outputs = want(Playbook(), Settings(hls=HlsSettings(enabled=False))).outputs
    assert [output.name for output in outputs] == ["recording"]


def test_the_rooms_wishes_are_passed_on() -> None:
    play = Playbook()
    assert (want(play).on_air, want(play).blanked, want(play).source) == (False, False, "testcard")
    play.given(c.StartAir(), c.Blank(), c.ChooseSource(name="camera"))
    assert (want(play).on_air, want(play).blanked, want(play).source) == (True, True, "camera")
    play.given(c.ChooseLayout(name="slate"))
    assert want(play).source is None


def test_the_question_on_air_and_the_speaker_stand_in_the_picture() -> None:
    play = Playbook().given(c.AskQuestion(person=ANN, text="Why so deep?", name="Ann"), c.ApproveQuestion(id=Q1))
    assert want(play).question is None
    play.given(c.TakeNext(), c.SpeakNow(name="Bob"))
    assert want(play).question == protocol.QuestionOverlay(number=1, text="Why so deep?", name="Ann")
    assert want(play).lower_third == "Bob"
    play.given(c.TakeNext(), c.SpeakNow(name=None))
    assert (want(play).question, want(play).lower_third) == (None, None)


def test_the_slate_says_what_is_to_be_expected() -> None:
    play = Playbook()
    assert want(play).slate == protocol.Slate(title="Forward Prop", line="Starting soon")
    play.given(c.OpenSession(title="GANs"))
    assert want(play).slate.line == "GANs"
    play.given(c.Blank())
    assert want(play).slate.line == "We will be right back"
    play.given(c.Unblank(), c.CloseSession(id=SessionId("s1")))
    assert want(play).slate.line == "Between sessions"


def test_each_session_and_each_time_between_has_a_recording_of_its_own() -> None:
    play = Playbook().given(c.StartAir())
    assert recording_name(play.room) == "20260605T120001Z-between.mkv"
    play.given(c.OpenSession(title="GANs, round 2: früher & später!"))
    assert recording_name(play.room) == "20260605T120002Z-s1-gans-round-2-fruher-spater.mkv"
    play.given(c.CloseSession(id=SessionId("s1")))
    assert recording_name(play.room) == "20260605T120003Z-between.mkv"
    play.given(c.OpenSession(title="لماذا؟ 🤔/../..", host="x"))
    assert recording_name(play.room) == "20260605T120004Z-s2.mkv"
    play.given(c.OpenSession(title="x" * 200))
    assert recording_name(play.room) == f"20260605T120005Z-s3-{'x' * 40}.mkv"


def test_votes_and_turned_down_questions_change_nothing() -> None:
    play = Playbook().given(c.AskQuestion(person=ANN, text="Why so deep?"))
    before = want(play)
    play.given(c.RejectQuestion(id=Q1))
    assert want(play) == before
