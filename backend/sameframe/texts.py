"""The words on an album's pages, in English and Korean, and which of the two a browser wants."""

from datetime import datetime

TEXTS = {
    "en": {
        "album": "The album",
        "empty": "No pictures yet.",
        "empty_next": "Press the shutter in the room, and the print lands here.",
        "developing": "This one is still being printed",
        "kept_until": "Kept until {date}, then deleted for good.",
        "kept": "Kept until somebody deletes them.",
        "download_all": "Download all",
        "older": "Older pictures",
        "newest": "Newest pictures",
        "photo": "Photo, {time}",
        "jpeg": "Download as JPEG",
        "png": "Download as PNG",
        "back": "Back to the album",
        "next": "Newer",
        "previous": "Older",
        "qr": "Scan to take this picture home",
        "fills": "{count} in this picture came from the live stage: their own photo is on its way.",
        "delete": "Delete this picture",
        "delete_what": "It goes for everyone, with everything it was made of.",
        "takes": "Recordings",
        "take": "Recording, {time}",
        "mp4": "Download, {size} MB",
        "delete_take": "Delete this recording",
        "delete_take_what": "It goes for everyone.",
        "gone": "There is nothing here",
        "gone_next": "The link may be incomplete, or what was here was deleted or has expired.",
    },
    "ko": {
        "album": "앨범",
        "empty": "아직 사진이 없어요.",
        "empty_next": "방에서 셔터를 누르면 여기로 인화돼요.",
        "developing": "아직 인화하고 있어요",
        "kept_until": "{date}까지 보관하고, 그 뒤에는 완전히 지워요.",
        "kept": "누군가 지울 때까지 보관해요.",
        "download_all": "모두 내려받기",
        "older": "이전 사진",
        "newest": "최근 사진",
        "photo": "사진, {time}",
        "jpeg": "JPEG로 내려받기",
        "png": "PNG로 내려받기",
        "back": "앨범으로 돌아가기",
        "next": "다음",
        "previous": "이전",
        "qr": "스캔해서 사진을 가져가세요",
        "fills": "{count}명은 실시간 화면에서 가져왔어요. 본인 사진이 오면 다시 인화해요.",
        "delete": "이 사진 지우기",
        "delete_what": "모두에게서 사라지고, 사진을 만든 재료도 함께 지워져요.",
        "takes": "녹화 영상",
        "take": "녹화 영상, {time}",
        "mp4": "내려받기, {size}MB",
        "delete_take": "이 영상 지우기",
        "delete_take_what": "모두에게서 사라져요.",
        "gone": "여기에는 아무것도 없어요",
        "gone_next": "링크가 온전하지 않거나, 지워졌거나 보관 기간이 끝났어요.",
    },
}


def language(accepted: str) -> str:
    """Return the language of Accept-Language that we speak and the browser likes best."""
    best, liking = "en", 0.0
    for part in accepted.lower().split(",")[:20]:
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        spoken = tag.strip().partition("-")[0]
        if spoken in TEXTS and weight > liking:
            best, liking = spoken, weight
    return best


def day(when: datetime, spoken: str) -> str:
    """Return the date as one writes it: 21 November 2025, 2025년 11월 21일."""
    if spoken == "ko":
        return f"{when.year}년 {when.month}월 {when.day}일"
    months = "January February March April May June July August September October November December"
    return f"{when.day} {months.split()[when.month - 1]} {when.year}"
