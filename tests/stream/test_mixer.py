import numpy as np

from stream.mixer import POOL, PictureMixer, Scene
from stream.picture import Overlay, Picture, black, overlay_from_rgba, planes

WIDTH, HEIGHT, FPS = 64, 32, 30
FADE_TICKS = 9


def grey(value: int) -> Picture:
    picture = black(width=WIDTH, height=HEIGHT)
    planes(picture)[0][:] = value
    return picture


def luma(picture: Picture) -> int:
    return int(planes(picture)[0][0, 0])


class Camera:
    """A source that can be unplugged."""

    def __init__(self, value: int) -> None:
        self.picture: Picture | None = grey(value)

    def picture_at(self, due_s: float) -> Picture | None:
        return self.picture


class Desk:
    """A mixer and the tick it has come to."""

    def __init__(self, scene: Scene) -> None:
        self.mixer = PictureMixer(width=WIDTH, height=HEIGHT, fps=FPS)
        self.mixer.scene = scene
        self.tick = 0

    def run(self, ticks: int) -> Picture:
        for _ in range(ticks):
            picture = self.mixer.compose(self.tick, self.tick / FPS)
            self.tick += 1
        return picture


def box(value: int) -> Overlay:
    return overlay_from_rgba(np.full((8, 8, 4), (value, value, value, 255), np.uint8), x=0, y=0)


def test_the_chosen_source_fills_the_picture() -> None:
    desk = Desk(Scene(slate=grey(40), picture_at=Camera(200).picture_at))
    assert luma(desk.run(FADE_TICKS)) == 200


def test_a_source_that_stops_is_replaced_by_the_slate_and_comes_back_by_itself() -> None:
    camera = Camera(200)
    desk = Desk(Scene(slate=grey(40), picture_at=camera.picture_at))
    desk.run(30)
    camera.picture = None
    assert 40 < luma(desk.run(3)) < 200, "half way it is faded"
    assert luma(desk.run(FADE_TICKS)) == 40
    camera.picture = grey(180)
    assert luma(desk.run(FADE_TICKS)) == 180


def test_another_source_is_faded_to() -> None:
    desk = Desk(Scene(slate=grey(40), picture_at=Camera(200).picture_at))
    desk.run(30)
    desk.mixer.scene = Scene(slate=grey(40), picture_at=Camera(100).picture_at)
    steps = [luma(desk.run(1)) for _ in range(FADE_TICKS)]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] > 150
    assert steps[-1] == 100


def test_the_same_scene_handed_over_again_is_not_faded_to() -> None:
    camera = Camera(200)
    slate = grey(40)
    desk = Desk(Scene(slate=slate, picture_at=camera.picture_at))
    desk.run(30)
    camera.picture = grey(100)
    desk.mixer.scene = Scene(slate=slate, picture_at=camera.picture_at)
    assert luma(desk.run(1)) == 100


def test_an_overlay_comes_and_goes() -> None:
    camera = Camera(100)
    desk = Desk(Scene(slate=grey(40), picture_at=camera.picture_at))
    desk.run(30)
    desk.mixer.scene = Scene(slate=grey(40), picture_at=camera.picture_at, overlays=(None, box(255)))
    assert 100 < luma(desk.run(2)) < 235
    assert luma(desk.run(FADE_TICKS)) == 235
    desk.mixer.scene = Scene(slate=grey(40), picture_at=camera.picture_at)
    assert luma(desk.run(FADE_TICKS)) == 100


def test_a_sources_picture_is_never_written_to() -> None:
    camera = Camera(100)
    desk = Desk(Scene(slate=grey(40), picture_at=camera.picture_at, overlays=(box(255), box(0))))
    desk.run(20)
    assert camera.picture is not None
    assert (planes(camera.picture)[0] == 100).all()


def test_a_composed_picture_stays_while_the_encoder_may_still_read_it() -> None:
    camera = Camera(100)
    desk = Desk(Scene(slate=grey(40), picture_at=camera.picture_at))
    first = desk.run(20)
    camera.picture = grey(50)
    desk.run(POOL - 1)
    assert luma(first) == 100
