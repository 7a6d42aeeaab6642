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
        "delete_what": "It goes for everyone, with all it was made of and any strip it is on.",
        "sheet": "Photo strip, {time}",
        "pdf": "Download as PDF to print",
        "pdf_what": "The PDF prints in its true size, with marks that show where to cut.",
        "sheet_delete": "Delete this strip",
        "sheet_delete_what": "It goes for everyone. The single pictures stay.",
        "edit": "Change this picture",
        "edit_what": "Every change makes a new print. You can undo them all.",
        "edit_developing": "Being printed again. Here is the last print meanwhile.",
        "edit_done": "Done",
        "edit_background": "Background",
        "edit_colour": "Colour of a plain one",
        "edit_arrangement": "Arrange",
        "edit_as_it_is": "As it is",
        "edit_row": "In a row",
        "edit_two_rows": "Two rows",
        "edit_arc": "In an arc",
        "edit_person": "Person {number}",
        "edit_shown": "In the picture",
        "edit_mirror": "Mirrored",
        "edit_depth": "Place, from the back",
        "edit_x": "From left to right",
        "edit_scale": "Size",
        "edit_cutout": "Cut-out as transparent PNG",
        "edit_apply": "Print again",
        "edit_undo": "Undo",
        "edit_redo": "Redo",
        "background_curtain": "Curtain",
        "background_studio": "Studio",
        "background_seoul_night": "Seoul at night",
        "background_beach": "Beach",
        "background_forest": "Forest",
        "background_first_snow": "First snow",
        "background_party": "Party",
        "background_riso": "Print shop",
        "background_sunset": "Sunset",
        "background_plain": "Plain colour",
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
        "delete_what": "모두에게서 사라지고, 사진을 만든 재료와 이 사진이 든 네컷도 지워져요.",
        "sheet": "네컷 사진, {time}",
        "pdf": "인쇄용 PDF로 내려받기",
        "pdf_what": "PDF는 실제 크기로 인쇄되고, 자르는 자리가 표시되어 있어요.",
        "sheet_delete": "이 네컷 지우기",
        "sheet_delete_what": "모두에게서 사라져요. 한 장씩 찍은 사진은 남아요.",
        "edit": "이 사진 고치기",
        "edit_what": "고칠 때마다 새로 인화해요. 언제든 되돌릴 수 있어요.",
        "edit_developing": "다시 인화하고 있어요. 그동안은 이전 사진이 보여요.",
        "edit_done": "다 됐어요",
        "edit_background": "배경",
        "edit_colour": "단색 배경의 색",
        "edit_arrangement": "자리",
        "edit_as_it_is": "그대로",
        "edit_row": "한 줄",
        "edit_two_rows": "두 줄",
        "edit_arc": "둥글게",
        "edit_person": "{number}번째 사람",
        "edit_shown": "사진에 넣기",
        "edit_mirror": "좌우로 뒤집기",
        "edit_depth": "뒤에서부터 순서",
        "edit_x": "왼쪽에서 오른쪽",
        "edit_scale": "크기",
        "edit_cutout": "투명 배경 PNG로 받기",
        "edit_apply": "다시 인화하기",
        "edit_undo": "되돌리기",
        "edit_redo": "다시 하기",
        "background_curtain": "커튼",
        "background_studio": "스튜디오",
        "background_seoul_night": "서울의 밤",
        "background_beach": "바닷가",
        "background_forest": "숲",
        "background_first_snow": "첫눈",
        "background_party": "파티",
        "background_riso": "인쇄소",
        "background_sunset": "노을",
        "background_plain": "단색",
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
