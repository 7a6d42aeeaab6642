"""Pictures as tests see them: pressed for, fetched as anyone may, and what is printed of them."""

from guest import Guest


def fetched(person: Guest, path: str) -> bytes:
    """Return what is at a path of the server's, as anyone with the link would get it."""
    answer = person.context.request.get(path)
    assert answer.ok, (path, answer.status)
    return answer.body()


def shoot(*people: Guest) -> None:
    """Let the first press the shutter; wait until everyone sees the new picture."""
    count = "window.sameframe.booth.pictures.value.length"
    before = [
        person.page.evaluate(f"() => {{ layers = []; return {count}; }}") for person in people
    ]
    people[0].button("Take a photo").click()
    for person, known in zip(people, before, strict=True):
        person.until(f"(known) => {count} > known", known)


def printed(person: Guest) -> dict | None:
    """Return the newest picture's print, if it is finished."""
    return person.page.evaluate(
        """() => {
          const [picture] = window.sameframe.booth.pictures.value;
          return picture?.state === "printed" ? picture.print : null;
        }"""
    )
