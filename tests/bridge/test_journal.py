from bridge.events import AirStarted, Entry
from bridge.journal import PAGE, read_all
from tests.bridge.fakes import MemoryJournal
from tests.bridge.playbook import START


async def test_the_whole_journal_is_read_page_by_page() -> None:
    entries = [Entry(seq=seq, at=START, actor="test", event=AirStarted()) for seq in range(1, 2 * PAGE + 2)]
    assert await read_all(MemoryJournal(entries)) == entries
