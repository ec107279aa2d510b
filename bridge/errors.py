"""Every error of the project, in one tree.

    BridgeError
    ├── Refused             the rules do not allow what was asked
    ├── SettingsError       a setting is wrong; the start is stopped
    ├── JournalError        the store could not read or commit
    ├── StudioError         the media engine did not do what was asked
    └── NotesError          an export or a wiki could not be written

Each carries a stable ``code`` that clients and scripts may rely on; data stands in attributes, the sentence in
``__str__``. A sentence says what happened, to what, and what to do next.
"""


class BridgeError(Exception):
    """Root of the project's errors."""

    code = "fault"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class Refused(BridgeError):
    """The rules do not allow what was asked.

    ``status`` is the fitting HTTP status; ``retry_after_s`` is set where waiting helps.
    """

    code = "refused"

    def __init__(self, code: str, message: str, *, status: int = 409, retry_after_s: float | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.retry_after_s = retry_after_s


class SettingsError(BridgeError):
    """A setting is wrong: the message names file, key, value and what is allowed."""

    code = "settings_wrong"


class JournalError(BridgeError):
    """The journal could not be opened, read or committed. Nothing was acknowledged."""

    code = "journal_unwritable"


class StudioError(BridgeError):
    """The media engine could not be reached or refused."""

    code = "studio_unreachable"


class NotesError(BridgeError):
    """Notes of a session could not be made."""

    code = "notes_unavailable"
