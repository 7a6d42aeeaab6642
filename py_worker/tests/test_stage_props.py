"""Props on the stage: fetched once, drawn like people, in the hands of all."""

from dataclasses import replace

from sameframe_worker.messages import Layout, Person
from sameframe_worker.scene import Background, Layer, Prop, Scene
from sameframe_worker.stage.picture import Picture, to_i420
from sameframe_worker.stage.props import HEIGHTS, RETRIES_S
from sameframe_worker.stage.stage import HEIGHT
from stage_fakes import KERNELS, SIZE, Booth, Frame, finish

STAR = Prop("o00000001", "star", picture="abc")


class Server:
    """What decode_whole gives: a solid white picture of the least size."""

    def __init__(self, booth: Booth):
        self.asked: list[str] = []
        self.refusals = 0
        booth.browser.decode_whole = self.decode_whole

    async def decode_whole(self, url: str):
        self.asked.append(url)
        if self.refusals:
            self.refusals -= 1
            raise OSError(url)
        from sameframe_worker.kernels import Buffer

        width, height = SIZE
        pixels = Buffer(width * height * 4)
        pixels.view[:] = b"\xff" * (width * height * 4)
        return pixels, width, height


def show(booth: Booth, *layers: Layer, props: tuple[Prop, ...] = (STAR,)) -> None:
    scene = Scene(Background(), layers, props=props)
    booth.stage.cast.commit(scene)
    for prop, path in booth.stage.props.changed(scene, HEIGHT).items():
        finish(booth.stage.props.hang(prop, path))
    booth.tick()


def test_people_stand_behind_what_lies_before_them_and_it_is_picked():
    booth = Booth("a")
    server = Server(booth)
    person, star = Layer("a", scale=0.5), Layer(STAR.id, scale=0.2)
    booth.send("a", Frame(60))
    show(booth, person, star)
    assert server.asked == ["/api/rooms/a-room/props/abc/256.webp"]
    assert min(booth.pixel(0.5)[:3]) > 240
    assert booth.stage.pick(0.5, 0.5) == STAR.id
    show(booth, star, person)
    assert max(booth.pixel(0.5)[:3]) < 80
    assert booth.stage.pick(0.5, 0.5) == "a"
    assert [box.guest for box in booth.heard(Layout)[-1].boxes] == [STAR.id, "a"]
    assert len(server.asked) == 1


def test_a_prop_follows_the_hand_and_is_no_guest():
    booth = Booth("a")
    Server(booth)
    show(booth, Layer(STAR.id, scale=0.2, x=0.2))
    booth.stage.cast.move(Layer(STAR.id, scale=0.2, x=0.8), booth.browser.now())
    booth.tick()
    assert min(booth.pixel(0.8)[:3]) > 240
    booth.people(Person("a", "A", True, "here"))
    assert min(booth.pixel(0.8)[:3]) > 240
    assert all(row.guest != STAR.id for row in booth.stage.stats(1).guests)


def test_it_is_fetched_finer_where_it_is_larger_and_what_was_there_stays_until_then():
    booth = Booth()
    server = Server(booth)
    star = Layer(STAR.id, scale=0.1)
    show(booth, star)
    server.refusals = len(RETRIES_S) + 1
    show(booth, replace(star, scale=0.9))
    assert min(booth.pixel(0.5)[:3]) > 240
    assert [url.split("/")[-1] for url in server.asked[:2]] == ["128.webp", "1024.webp"]
    assert len(server.asked) == 2 + len(RETRIES_S)
    assert max(HEIGHTS) == 1024


def test_what_is_taken_out_is_gone():
    booth = Booth()
    Server(booth)
    show(booth, Layer(STAR.id, scale=0.3))
    before = booth.pixel(0.5)
    show(booth, props=())
    assert booth.pixel(0.5) != before
    assert booth.stage.pick(0.5, 0.5) is None


def test_the_servers_stacked_pictures_are_pictures_like_a_guests():
    booth = Booth()
    server = Server(booth)
    pixels, width, height = finish(server.decode_whole("/"))
    picture = Picture(to_i420(KERNELS, "RGBA", pixels, width, height), width, height)
    assert picture.alpha(0.5, 0.5) == 255
    assert picture.aspect == width / (height * 2 / 3)
