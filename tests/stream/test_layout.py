from hypothesis import given
from hypothesis import strategies as st

from stream.layout import Slot, place_lower_third, place_question
from stream.picture import OPAQUE


def test_a_new_thing_fades_in_while_the_old_one_fades_out() -> None:
    slot = Slot[str](ticks=4)
    slot.show("a", tick=0)
    assert slot.layers(3) == [("a", OPAQUE)]
    slot.show("b", tick=10)
    assert slot.layers(10) == [("a", 192), ("b", 64)]
    assert slot.layers(13) == [("b", OPAQUE)]


def test_a_dropped_tick_does_not_slow_the_fade() -> None:
    slot = Slot[str](ticks=4)
    slot.show("a", tick=0)
    assert slot.layers(100) == [("a", OPAQUE)]


def test_what_is_taken_away_fades_to_nothing() -> None:
    slot = Slot[str](ticks=2)
    slot.show("a", tick=0)
    assert slot.layers(5) == [("a", OPAQUE)]
    slot.show(None, tick=6)
    assert slot.layers(6) == [("a", 128)]
    assert slot.layers(7) == []


def test_showing_the_same_thing_again_changes_nothing() -> None:
    slot = Slot[str](ticks=4)
    slot.show("a", tick=0)
    slot.show("a", tick=9)
    assert slot.layers(9) == [("a", OPAQUE)]


SIZES = st.tuples(st.integers(2, 1100), st.integers(2, 640))


@given(size=SIZES)
def test_overlays_stand_inside_the_picture_on_even_pixels(size: tuple[int, int]) -> None:
    for place in (place_question(frame=(1280, 720), size=size), place_lower_third(frame=(1280, 720), size=size)):
        assert place.x % 2 == 0
        assert place.y % 2 == 0
        assert place.x >= 0
        assert place.y + size[1] <= 720 or place.y >= 0
