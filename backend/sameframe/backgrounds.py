"""The backgrounds a room can choose from: their families, and what they are called.

Names stand in scenes and albums on record: none is ever renamed or taken away.
"""

from typing import NamedTuple

LANGUAGES = ("en", "ko")


class Preset(NamedTuple):
    """One background: its family, its names, and its average colour, seen while it loads."""

    family: str
    en: str
    ko: str
    tint: str


# Families in the order of the picker: (English, Korean).
FAMILIES = {
    "booth": ("Photo booth", "포토부스"),
    "studio": ("Studio", "스튜디오"),
    "party": ("Party", "파티"),
    "city": ("City", "도시"),
    "nature": ("Nature", "자연"),
    "season": ("Seasons", "계절"),
    "abstract": ("Paper and print", "종이와 무늬"),
    "plain": ("Plain", "단색"),
}

CATALOGUE = {
    "curtain": Preset("booth", "Red curtain", "빨간 커튼", "#7E1A12"),
    "velvet": Preset("booth", "Blue velvet", "파란 벨벳", "#192A5B"),
    "tinsel": Preset("booth", "Tinsel", "반짝이 커튼", "#976762"),
    "studio": Preset("studio", "Morning light", "아침 햇살", "#C5B6A9"),
    "spotlight": Preset("studio", "Spotlight", "스포트라이트", "#8C7D6A"),
    "blinds": Preset("studio", "Window blinds", "블라인드", "#A16B4D"),
    "arch": Preset("studio", "Rose arch", "장밋빛 아치", "#C5998F"),
    "party": Preset("party", "Birthday", "생일 파티", "#AF6F4E"),
    "disco": Preset("party", "Disco", "디스코", "#744991"),
    "confetti": Preset("party", "Gold confetti", "금빛 꽃가루", "#664237"),
    "seoul_night": Preset("city", "Seoul at night", "서울의 밤", "#675042"),
    "rooftop": Preset("city", "Rooftop at dusk", "해 질 녘 옥상", "#835F62"),
    "lanterns": Preset("city", "Lantern festival", "연등 축제", "#55403A"),
    "subway": Preset("city", "Subway platform", "지하철 승강장", "#9C9D89"),
    "beach": Preset("nature", "Beach", "바닷가", "#CECCBF"),
    "forest": Preset("nature", "Forest", "숲", "#868A60"),
    "sunset": Preset("nature", "Golden hills", "노을 진 산", "#B2927C"),
    "stars": Preset("nature", "Starry sky", "별밤", "#2F4062"),
    "blossom": Preset("season", "Cherry blossom", "벚꽃", "#D3C6C2"),
    "autumn": Preset("season", "Autumn leaves", "단풍", "#B48656"),
    "first_snow": Preset("season", "First snow", "첫눈", "#8C93A6"),
    "riso": Preset("abstract", "Print shop", "인쇄소", "#D19777"),
    "cut_paper": Preset("abstract", "Cut paper", "오린 종이", "#96606B"),
    "gradient": Preset("abstract", "Soft colours", "번지는 색", "#D9B5C5"),
    "plain": Preset("plain", "Plain colour", "단색", "#D9CBB8"),
}

PRESETS = tuple(CATALOGUE)


def in_families() -> dict[str, list[str]]:
    """Return the names of each family, in the order of the picker."""
    return {f: [name for name in PRESETS if CATALOGUE[name].family == f] for f in FAMILIES}


def names(language: str) -> dict[str, str]:
    """Return what each background is called in one of LANGUAGES."""
    at = Preset._fields.index(language)
    return {name: preset[at] for name, preset in CATALOGUE.items()}


def family_names(language: str) -> dict[str, str]:
    """Return what each family is called in one of LANGUAGES."""
    at = LANGUAGES.index(language)
    return {family: called[at] for family, called in FAMILIES.items()}
