"""The words that our own brushes know, in English and Korean: what to draw, in which paints, what
is in the air, and how it is painted. Pure.
"""

import re
from dataclasses import dataclass

# Scene -> its words. Hangul is found inside longer words; of one syllable only at a word's
# beginning, with nothing but a particle or another word behind it.
SCENES = {
    "beach": "beach sea seaside ocean shore coast wave island 바다 해변 바닷가 해안 파도 섬",
    "forest": "forest wood woods tree jungle park garden 숲 나무 숲속 공원 정원",
    "sunset": "hill mountain valley field meadow 산 언덕 들판 산맥 초원",
    "stars": "star stars starry space galaxy universe milkyway 별 별밤 별빛 우주 은하수",
    "seoul_night": "seoul city street skyline downtown town 서울 도시 거리 골목 시내",
    "rooftop": "rooftop roof terrace 옥상 테라스 지붕",
    "lanterns": "lantern lanterns festival temple 연등 등불 축제 절",
    "subway": "subway metro train station platform 지하철 기차 역 승강장",
    "party": "party birthday balloon balloons celebration 파티 생일 풍선 잔치",
    "disco": "disco club dance dancing nightclub mirrorball 디스코 클럽 댄스 춤",
    "confetti": "confetti newyear glamour 꽃가루 새해 축하",
    "blossom": "blossom cherry spring sakura flower flowers 벚꽃 봄 꽃",
    "autumn": "autumn fall maple foliage 가을 단풍 낙엽",
    "first_snow": "winter christmas fir 겨울 첫눈 크리스마스 성탄절",
    "curtain": "curtain booth photobooth theatre theater 커튼 포토부스 극장",
    "velvet": "velvet 벨벳",
    "tinsel": "tinsel glitter sparkle 반짝이 반짝",
    "studio": "studio room daylight 스튜디오 방 햇살",
    "spotlight": "spotlight stage portrait 스포트라이트 무대 조명",
    "blinds": "blinds window office 블라인드 창문 창가 사무실",
    "arch": "arch wall plaster architecture 아치 벽 건축",
    "riso": "riso print poster retro 인쇄 포스터 복고",
    "cut_paper": "paper collage cutout 종이 색종이 콜라주",
    "gradient": "gradient abstract colours colors ink 그라데이션 추상 물감 번지는",
}
PALETTES = {
    "pink": "pink rose 분홍 핑크 장미",
    "red": "red crimson 빨강 빨간 붉은",
    "gold": "gold golden yellow amber 금빛 황금 노란 노랑",
    "green": "green mint sage 초록 민트 연두",
    "blue": "blue azure navy 파란 파랑 푸른 남색",
    "purple": "purple violet lavender 보라 보랏빛 라벤더",
    "mono": "monochrome grey gray blackandwhite noir 흑백 회색 무채색",
    "pastel": "pastel soft pale 파스텔 부드러운 은은한",
    "vivid": "vivid neon bright colourful colorful 선명한 네온 알록달록 화려한",
}
TIMES = {
    "night": "night midnight dark moonlight nighttime 밤 한밤 어두운 달빛 야경",
    "dusk": "sunset dusk evening twilight sunrise dawn 노을 저녁 해질녘 석양 새벽 황혼",
    "morning": "morning sunny day noon 아침 낮 맑은 화창한",
}
AIR = {
    "snow": "snow snowy snowing snowfall snowflake blizzard 눈 눈송이 함박눈 눈보라",
    "rain": "rain rainy raining drizzle storm 비 빗속 소나기 장마 빗방울",
    "fog": "fog foggy mist misty haze 안개 물안개",
    "lights": "light lights bokeh fairy lamp lamps sparkler firefly 불빛 전구 반딧불 반딧불이",
    "petals": "petal petals 꽃잎",
    "leaves": "leaf leaves 나뭇잎 잎",
    "paper": "streamer streamers ribbons 색종이조각 리본",
}
STYLES = {
    "paint": "painting painted oil watercolour watercolor brush impressionist 그림 유화 수채화 붓",
    "duotone": "duotone twotone 듀오톤 두가지색",
    "winter": "frosty frozen icy ice 얼음 서리 얼어붙은",
    "depth": "blur blurry blurred dreamy defocus 흐릿한 아웃포커스 흐린 몽환적인",
}
# Where nothing is said of the place.
_PLACES = {
    "snow": "first_snow", "rain": "seoul_night", "fog": "forest", "lights": "lanterns",
    "petals": "blossom", "leaves": "autumn", "paper": "party",
    "night": "stars", "dusk": "sunset", "morning": "studio",
}  # fmt: skip
# What a second scene brings into the first one's air.
_BRINGS = {
    "party": "paper", "confetti": "paper", "disco": "lights", "lanterns": "lights",
    "first_snow": "snow", "blossom": "petals", "autumn": "leaves", "stars": "stars",
    "tinsel": "lights",
}  # fmt: skip
_BEHIND = (
    "이 가 은 는 을 를 에 의 과 와 로 으로 도 만 에서 속 속의 속에서 위 위의 아래 옆 앞 길 "
    "풍경 하늘 배경 같은 빛 오는 내리는"
)
_PARTICLES = frozenset(_BEHIND.split())
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a prompt, and by which of its words."""

    scene: str | None = None
    palette: str | None = None
    time: str | None = None
    air: tuple[str, ...] = ()
    style: str | None = None
    words: tuple[str, ...] = ()


def _index() -> dict[str, tuple[str, str]]:
    tables = {"scene": SCENES, "palette": PALETTES, "time": TIMES, "air": AIR, "style": STYLES}
    return {
        word: (table, name)
        for table, names in tables.items()
        for name, text in names.items()
        for word in text.split()
    }


KNOWN = _index()


def understood(prompt: str) -> Understood:
    """Return what the prompt asks for, as far as we know its words; the first of a kind counts."""
    found: dict[str, list[str]] = {"scene": [], "palette": [], "time": [], "air": [], "style": []}
    words: list[str] = []
    for token in re.findall(r"[a-z]+|[가-힣]+", prompt.casefold()):
        for word in _hangul(token) if token[0] >= "가" else _latin(token):
            table, name = KNOWN[word]
            if name not in found[table]:
                found[table].append(name)
            if word not in words:
                words.append(word)
    scene, *others = found["scene"] or [None]
    brought = [_BRINGS[one] for one in others if one in _BRINGS]
    air = tuple(dict.fromkeys([*found["air"], *brought]))
    first = {table: next(iter(names), None) for table, names in found.items()}
    if scene is None:
        named = [*air, first["time"]]
        scene = next((_PLACES[one] for one in named if one in _PLACES), None)
    return Understood(scene, first["palette"], first["time"], air[:3], first["style"], tuple(words))


def _latin(token: str) -> list[str]:
    for form in (token, token.removesuffix("s"), token.removesuffix("es")):
        if form in KNOWN:
            return [form]
    return []


def _hangul(token: str) -> list[str]:
    """Return the known words that a word of Hangul is made of, the longest first at each place."""
    found, at = [], 0
    while at < len(token):
        for length in range(min(_LONGEST, len(token) - at), 0, -1):
            word, rest = token[at : at + length], token[at + length :]
            if word in KNOWN and (length > 1 or _ends(rest, at == 0)):
                found.append(word)
                at += length
                break
        else:
            at += 1
    return found


def _ends(rest: str, begins: bool) -> bool:
    """Tell whether one syllable is a word: at the beginning, before a particle, or another word."""
    joined = any(rest[:n] in KNOWN for n in range(2, _LONGEST))
    return begins and (rest in _PARTICLES or not rest or joined)
