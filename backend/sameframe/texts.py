"""The words on an album's pages, in English and Korean, and which of the two a browser wants."""

from datetime import datetime

TEXTS = {
    "en": {
        "album": "The album",
        "empty": "No pictures yet.",
        "empty_next": "Press the shutter in the room, and the print lands here.",
        "developing": "This one is still being printed",
        "kept_until": "Kept until {date}, then deleted for good.",
        "new_picture": "A new picture is here.",
        "kept": "Kept until somebody deletes them.",
        "download_all": "Download all",
        "older": "Older pictures",
        "newest": "Newest pictures",
        "photo": "Photo, {time}",
        "jpeg": "Download as JPEG",
        "png": "Download as PNG",
        "share": "Share",
        "paper": "Paper",
        "paper_10x15": "10 × 15 cm (4 × 6 in)",
        "paper_13x18": "13 × 18 cm (5 × 7 in)",
        "paper_a4": "A4",
        "print": "Print",
        "back": "Back to the album",
        "next": "Newer",
        "previous": "Older",
        "qr": "Scan to take this picture home",
        "fills": "{count} in this picture came from the live stage: their own photo is on its way.",
        "delete": "Delete this picture",
        "delete_what": "It goes for everyone, with everything it was made of.",
        "delete_own": "It shows only you. It goes for everyone, with everything it was made of.",
        "ask": "Ask for this picture to be deleted",
        "ask_what": "It shows others, too, so whoever opened the room decides.",
        "part_asked": "You asked for this picture to be deleted. The host will see it here.",
        "part_kept": "You asked for this picture to be deleted; the host decided to keep it.",
        "asked": "Someone in this picture would like it deleted",
        "asked_by": "{count} people ask",
        "keep": "Keep it",
        "settings": "Who may see this album",
        "open_now": "Whoever has the link sees the album. A passphrase keeps others out.",
        "closed_now": "The link needs the passphrase as well, but for those who were in the room.",
        "passphrase": "Passphrase",
        "close": "Require it",
        "close_change": "Change it",
        "unclose": "No passphrase",
        "revoke": "Make a new link",
        "revoke_what": "The old link leads nowhere from then on, wherever it was sent.",
        "closed": "This album has a passphrase",
        "closed_next": "Whoever sent you the link knows it.",
        "open": "Open the album",
        "bad_passphrase": "That is not the passphrase. Try again.",
        "too_many_tries": "That was often. Wait a minute, then try again.",
        "gone": "There is nothing here",
        "gone_next": "The link may be incomplete or no longer valid, or what was here was deleted "
        "or has expired.",
    },
    "ko": {
        "album": "앨범",
        "empty": "아직 사진이 없어요.",
        "empty_next": "방에서 셔터를 누르면 여기로 인화돼요.",
        "developing": "아직 인화하고 있어요",
        "kept_until": "{date}까지 보관하고, 그 뒤에는 완전히 지워요.",
        "new_picture": "새 사진이 나왔어요.",
        "kept": "누군가 지울 때까지 보관해요.",
        "download_all": "모두 내려받기",
        "older": "이전 사진",
        "newest": "최근 사진",
        "photo": "사진, {time}",
        "jpeg": "JPEG로 내려받기",
        "png": "PNG로 내려받기",
        "share": "공유하기",
        "paper": "용지",
        "paper_10x15": "10 × 15 cm (4 × 6인치)",
        "paper_13x18": "13 × 18 cm (5 × 7인치)",
        "paper_a4": "A4",
        "print": "인쇄하기",
        "back": "앨범으로 돌아가기",
        "next": "다음",
        "previous": "이전",
        "qr": "스캔해서 사진을 가져가세요",
        "fills": "{count}명은 실시간 화면에서 가져왔어요. 본인 사진이 오면 다시 인화해요.",
        "delete": "이 사진 지우기",
        "delete_what": "모두에게서 사라지고, 사진을 만든 재료도 함께 지워져요.",
        "delete_own": "나만 나온 사진이에요. 지우면 모두에게서 사라지고, 재료도 함께 지워져요.",
        "ask": "이 사진을 지워 달라고 하기",
        "ask_what": "다른 사람도 나와서, 방을 연 사람이 결정해요.",
        "part_asked": "지워 달라고 했어요. 방을 연 사람에게 여기서 보여요.",
        "part_kept": "지워 달라고 했지만, 방을 연 사람이 남겨 두기로 했어요.",
        "asked": "이 사진에 나온 사람이 지워 주길 바라요",
        "asked_by": "{count}명이 부탁했어요",
        "keep": "남겨 두기",
        "settings": "앨범을 볼 수 있는 사람",
        "open_now": "링크가 있으면 누구나 볼 수 있어요. 암호를 걸면 아는 사람만 볼 수 있어요.",
        "closed_now": "링크와 함께 암호도 필요해요. 방에 있던 사람은 암호 없이 볼 수 있어요.",
        "passphrase": "암호",
        "close": "암호 걸기",
        "close_change": "암호 바꾸기",
        "unclose": "암호 없애기",
        "revoke": "새 링크 만들기",
        "revoke_what": "예전 링크는 어디로 보냈든 더는 열리지 않아요.",
        "closed": "암호가 걸린 앨범이에요",
        "closed_next": "링크를 보내 준 사람에게 물어보세요.",
        "open": "앨범 열기",
        "bad_passphrase": "암호가 달라요. 다시 입력해 주세요.",
        "too_many_tries": "너무 여러 번 시도했어요. 1분 뒤에 다시 해 주세요.",
        "gone": "여기에는 아무것도 없어요",
        "gone_next": "링크가 온전하지 않거나 바뀌었거나, 지워졌거나 보관 기간이 끝났어요.",
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
