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
    "curtain": Preset("booth", "Red curtain", "빨간 커튼", "#000000"),
    "velvet": Preset("booth", "Blue velvet", "파란 벨벳", "#000000"),
    "tinsel": Preset("booth", "Tinsel", "반짝이 커튼", "#000000"),
    "studio": Preset("studio", "Morning light", "아침 햇살", "#000000"),
    "spotlight": Preset("studio", "Spotlight", "스포트라이트", "#000000"),
    "blinds": Preset("studio", "Window blinds", "블라인드", "#000000"),
    "arch": Preset("studio", "Rose arch", "장밋빛 아치", "#000000"),
    "party": Preset("party", "Birthday", "생일 파티", "#000000"),
    "disco": Preset("party", "Disco", "디스코", "#000000"),
    "confetti": Preset("party", "Gold confetti", "금빛 꽃가루", "#000000"),
    "seoul_night": Preset("city", "Seoul at night", "서울의 밤", "#000000"),
    "rooftop": Preset("city", "Rooftop at dusk", "해 질 녘 옥상", "#000000"),
    "lanterns": Preset("city", "Lantern festival", "연등 축제", "#000000"),
    "subway": Preset("city", "Subway platform", "지하철 승강장", "#000000"),
    "beach": Preset("nature", "Beach", "바닷가", "#000000"),
    "forest": Preset("nature", "Forest", "숲", "#000000"),
    "sunset": Preset("nature", "Golden hills", "노을 진 산", "#000000"),
    "stars": Preset("nature", "Starry sky", "별밤", "#000000"),
    "blossom": Preset("season", "Cherry blossom", "벚꽃", "#000000"),
    "autumn": Preset("season", "Autumn leaves", "단풍", "#000000"),
    "first_snow": Preset("season", "First snow", "첫눈", "#000000"),
    "riso": Preset("abstract", "Print shop", "인쇄소", "#000000"),
    "cut_paper": Preset("abstract", "Cut paper", "오린 종이", "#000000"),
    "plain": Preset("plain", "Plain colour", "단색", "#000000"),
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
