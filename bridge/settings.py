"""Declare every setting once: its name, type, bounds, default and meaning.

The file's loader, the printed example, the page of documentation and the messages about wrong values are all made from
these records. Nothing but the composition root reads them.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bridge.secrets import Secret

LATER = "Accepted, but nothing uses it yet."
"""Stands in the meaning of a setting that is part of the interface and has no reader so far."""


def _doc(text: str, *, allowed: str = "", example: Any = None, masked: bool = False, **bounds: Any) -> Meta:
    """Attach the meaning of a setting, and in words what is ``allowed`` where the type does not say it.

    A ``masked`` one may hold a secret among other things: no message shows its value.
    """
    extra = {"allowed": allowed, "example": example, "masked": masked}
    return Meta(description=text, extra={key: value for key, value in extra.items() if value}, **bounds)


Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}\Z",
        extra={"allowed": "1 to 40 of a-z, 0-9, - and _, a letter or digit first"},
    ),
]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections."""


class RoomSettings(Section, frozen=True, kw_only=True):
    """The room itself."""

    name: Annotated[str, _doc("What the room is called.", min_length=1, max_length=60)] = "Forward Prop"
    public_url: Annotated[
        str,
        _doc(
            "The viewer page's address as the public reaches it, for the QR code and for links. "
            "Empty: the address that the service listens on.",
            pattern=r"^$|^https?://[^\s/]+(/\S*)?\Z",
            allowed="an address beginning with http:// or https://, or nothing",
        ),
    ] = ""
    time_zone: Annotated[str, _doc("Time zone of the room.", allowed="a name such as Europe/Berlin or UTC")] = "UTC"


class VideoSettings(Section, frozen=True, kw_only=True):
    """The programme's picture. It is encoded once, for all outputs."""

    width: Annotated[int, _doc("Width in pixels.", ge=320, le=3840, multiple_of=2)] = 1280
    height: Annotated[int, _doc("Height in pixels.", ge=180, le=2160, multiple_of=2)] = 720
    fps: Annotated[int, _doc("Pictures a second.", ge=5, le=60)] = 30
    bitrate_bps: Annotated[int, _doc("Constant bitrate, in bit/s.", ge=200_000, le=50_000_000)] = 4_000_000
    preset: Annotated[
        Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"],
        _doc("x264's preset: a slower one gives a better picture and takes more of the processor."),
    ] = "veryfast"


class AudioSettings(Section, frozen=True, kw_only=True):
    """The programme's sound: AAC, stereo, 48 kHz."""

    bitrate_bps: Annotated[int, _doc("Bitrate, in bit/s.", ge=32_000, le=512_000)] = 128_000


class CardSource(Section, frozen=True, kw_only=True, tag_field="kind", tag="testcard"):
    """A moving picture with clock, flash and beep."""

    name: Annotated[Name, _doc("Its name in the panel.", example="a-name")]


class FileSource(Section, frozen=True, kw_only=True, tag_field="kind", tag="file"):
    """A media file, played in real time."""

    name: Annotated[Name, _doc("Its name in the panel.", example="a-name")]
    path: Annotated[str, _doc("The file.", min_length=1, example="talk.mkv")]
    loop: Annotated[bool, _doc("Whether it begins again at its end.")] = True


class WhipSource(Section, frozen=True, kw_only=True, tag_field="kind", tag="whip"):
    """A place where the camera page or any WHIP client publishes: /whip/NAME."""

    name: Annotated[Name, _doc("Its name in the panel and in the address.")]
    token: Annotated[
        Secret | None,
        _doc(
            "Lets a WHIP client publish without an operator's link: Authorization: Bearer TOKEN.", example="a-long-text"
        ),
    ] = None


SourceSettings = CardSource | FileSource | WhipSource


class OutputSettings(Section, frozen=True, kw_only=True):
    """An RTMP or RTMPS ingest that the programme is sent to."""

    name: Annotated[Name, _doc("Its name in the panel.", example="youtube")]
    url: Annotated[
        str,
        _doc(
            "The ingest's address.",
            pattern=r"^rtmps?://[^\s/]+/\S*\Z",
            allowed="an address beginning with rtmp:// or rtmps://, with host and application",
            example="rtmps://a.rtmps.youtube.com/live2",
            masked=True,
        ),
    ]
    key: Annotated[
        Secret | None, _doc("The stream key; put behind the address after a slash.", example={"file": "stream-key.txt"})
    ] = None
    ca_file: Annotated[
        str | None, _doc("Certificates of a private authority, for rtmps://, in PEM.", example="authority.pem")
    ] = None


class RecordingSettings(Section, frozen=True, kw_only=True):
    """The recording: Matroska, a file for each session and for the time between."""

    dir: Annotated[str, _doc("Where recordings are kept. Empty: recordings/ in the data directory.")] = ""


class HlsSettings(Section, frozen=True, kw_only=True):
    """HLS, which the viewer page plays."""

    enabled: Annotated[bool, _doc("Whether it is made and served at /hls/live.m3u8.")] = True


class ModerationSettings(Section, frozen=True, kw_only=True):
    """How questions are taken."""

    mode: Annotated[
        Literal["pre", "post"], _doc("pre: a moderator lets each question through. post: they appear at once.")
    ] = "pre"
    rate: Annotated[int, _doc("Questions that one person may ask within rate_window_s.", ge=1, le=1000)] = 3
    rate_window_s: Annotated[float, _doc("The time that rate counts in, in seconds.", gt=0, le=86_400)] = 600.0
    slow_mode_s: Annotated[float, _doc("Seconds between two questions of one person.", ge=0, le=86_400)] = 0.0
    words: Annotated[
        tuple[str, ...],
        _doc("Words and phrases that hold a question for a moderator.", example=["buy now"]),
    ] = ()
    order: Annotated[
        Literal["votes", "fair"],
        _doc("votes: the most wanted first. fair: first-time askers and quiet origins before others, then votes."),
    ] = "votes"
    names: Annotated[bool, _doc("Whether askers may give a name.")] = True
    address_rate: Annotated[
        int,
        _doc(
            "Questions from one network address within rate_window_s, of all its people together; 0 sets no limit. "
            "An event's whole network is often one address: leave room.",
            ge=0,
            le=100_000,
        ),
    ] = 300


class YoutubeSettings(Section, frozen=True, kw_only=True):
    """YouTube's API. Nothing uses this section yet: send to YouTube by an output with its key."""

    client_secrets: Annotated[str, _doc(f"The file from Google's console. {LATER}")] = ""
    token_file: Annotated[str, _doc(f"Where the permission is kept. {LATER}")] = ""
    api_endpoint: Annotated[str, _doc(f"Another address of the API. {LATER}")] = ""


class ObsSettings(Section, frozen=True, kw_only=True):
    """OBS as the mixer. Nothing uses this section yet."""

    url: Annotated[str, _doc(f"Address of obs-websocket. {LATER}")] = ""
    password: Annotated[Secret | None, _doc(f"Its password. {LATER}")] = None


class WebrtcSettings(Section, frozen=True, kw_only=True):
    """WebRTC's ways through networks. Nothing uses this section yet."""

    stun: Annotated[str, _doc(f"A STUN server. {LATER}")] = ""
    turn: Annotated[str, _doc(f"A TURN server. {LATER}")] = ""
    turn_secret: Annotated[Secret | None, _doc(f"The TURN server's shared secret. {LATER}")] = None
    udp_ports: Annotated[str, _doc(f"The range of UDP ports. {LATER}")] = ""
    public_ip: Annotated[str, _doc(f"The address that the world sees. {LATER}")] = ""


class SpeechSettings(Section, frozen=True, kw_only=True):
    """Speech recognition. Nothing uses this section yet."""

    model: Annotated[str, _doc(f"The model. {LATER}")] = ""


class WikiSettings(Section, frozen=True, kw_only=True):
    """The event's wiki. Nothing uses this section yet."""

    kind: Annotated[Literal["git", "mediawiki"], _doc(f"What kind of wiki it is. {LATER}")] = "git"
    url: Annotated[str, _doc(f"Its address. {LATER}")] = ""


class DatabaseSettings(Section, frozen=True, kw_only=True):
    """Where the journal is kept."""

    url: Annotated[
        str,
        _doc(
            "The journal's store. Empty: journal.db in the data directory.",
            pattern=r"^$|^sqlite:///.+\Z",
            allowed="sqlite:///PATH or nothing; postgresql:// comes with a later version",
            masked=True,
        ),
    ] = ""


class WebSettings(Section, frozen=True, kw_only=True):
    """The HTTP service."""

    host: Annotated[str, _doc("Address to listen on; 0.0.0.0 for every one.", min_length=1)] = "127.0.0.1"
    port: Annotated[int, _doc("Port to listen on; 0 for any free one.", ge=0, le=65_535)] = 8080
    tls_cert: Annotated[str, _doc("Certificate chain in PEM, to serve https:// without a proxy.")] = ""
    tls_key: Annotated[str, _doc("The file of its private key, in PEM.")] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        _doc(
            "Proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are believed.",
            allowed='a list of addresses or networks, such as ["127.0.0.1", "10.0.0.0/8"]',
        ),
    ] = ()


class RetentionSettings(Section, frozen=True, kw_only=True):
    """How long personal data are kept. Nothing uses this section yet."""

    days: Annotated[int, _doc(f"Days; 0 for ever. {LATER}", ge=0, le=36_500)] = 0


class Settings(Section, frozen=True, kw_only=True):
    """All settings. Each section may be left out."""

    room: RoomSettings = RoomSettings()
    video: VideoSettings = VideoSettings()
    audio: AudioSettings = AudioSettings()
    sources: Annotated[
        tuple[SourceSettings, ...],
        _doc("Where picture and sound come from; the first is on air at the start.", min_length=1),
    ] = (CardSource(name="testcard"), WhipSource(name="camera"))
    outputs: Annotated[tuple[OutputSettings, ...], _doc("Where the programme is sent to, any number.")] = ()
    recording: RecordingSettings = RecordingSettings()
    hls: HlsSettings = HlsSettings()
    moderation: ModerationSettings = ModerationSettings()
    youtube: YoutubeSettings = YoutubeSettings()
    obs: ObsSettings = ObsSettings()
    webrtc: WebrtcSettings = WebrtcSettings()
    speech: SpeechSettings = SpeechSettings()
    wiki: WikiSettings = WikiSettings()
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    retention: RetentionSettings = RetentionSettings()
