from hypothesis import given
from hypothesis import strategies as st

from bridge.persistent import Map, Sorted
from tests.bridge.histories import unhurried

KEYS = st.integers(0, 200)


@unhurried
@given(st.lists(st.tuples(KEYS, st.booleans())))
def test_a_map_does_what_a_dict_does(steps: list[tuple[int, bool]]) -> None:
    model: dict[int, int] = {}
    mapping: Map[int, int] = Map()
    for number, (key, put) in enumerate(steps):
        if put:
            model[key] = number
            mapping = mapping.put(key, number)
        else:
            model.pop(key, None)
            mapping = mapping.drop(key)
        assert len(mapping) == len(model)
    assert {key: mapping.get(key) for key in mapping} == model
    assert sorted(mapping.values()) == sorted(model.values())
    assert all((key in mapping) is (key in model) for key in range(201))


def test_a_map_stays_as_it_was_when_it_is_changed() -> None:
    one = Map[str, int]().put("a", 1)
    two = one.put("a", 2).put("b", 3)
    assert (one.get("a"), "b" in one, len(one)) == (1, False, 1)
    assert (two.get("a"), two.get("b"), len(two.drop("a")), len(two)) == (2, 3, 1, 2)


def test_maps_are_equal_by_what_they_hold() -> None:
    many: Map[int, int] = Map()
    for key in range(1000):
        many = many.put(key, key)
    few = many
    for key in range(999, 0, -1):
        few = few.drop(key)
    assert few == Map[int, int]().put(0, 0)
    assert few != Map[int, int]().put(0, 1)
    assert few != {0: 0}


@unhurried
@given(st.lists(KEYS), st.integers(-1, 201))
def test_a_sorted_sequence_does_what_a_sorted_list_does(toggled: list[int], probe: int) -> None:
    model: set[int] = set()
    keys: Sorted[int] = Sorted()
    for key in toggled * 2 + list(range(100)):
        if key in model:
            model.remove(key)
            keys = keys.remove(key)
        else:
            model.add(key)
            keys = keys.add(key)
        assert len(keys) == len(model)
    assert list(keys) == sorted(model)
    assert keys.after(probe) == min((key for key in model if key > probe), default=None)


def test_a_sorted_sequence_stays_as_it_was_when_it_is_changed() -> None:
    one = Sorted[int]().add(1)
    two = one.add(0)
    assert (list(one), list(two), list(two.remove(1)), list(two)) == ([1], [0, 1], [0], [0, 1])
    assert two.remove(0) == one != two
