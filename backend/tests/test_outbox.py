"""What waits for one guest is bounded, and ends with the error that ended it."""

import asyncio

import pytest
from sameframe import errors
from sameframe.socket import Outbox


async def test_messages_come_out_in_order():
    outbox = Outbox(10_000)
    for text in "abc":
        outbox.put(text)
    assert [await outbox.next() for _ in range(3)] == ["a", "b", "c"]


async def test_waiting_ends_with_the_next_message():
    outbox = Outbox(10_000)
    waiting = asyncio.ensure_future(outbox.next())
    await asyncio.sleep(0)
    outbox.put("a")
    assert await waiting == "a"


async def test_beyond_the_limit_everything_is_dropped_and_nothing_more_is_kept():
    outbox = Outbox(1_000)
    for _ in range(100):
        outbox.put("x" * 100)
    with pytest.raises(errors.TooSlow):
        await outbox.next()
    outbox.put("late")
    with pytest.raises(errors.TooSlow):
        await outbox.next()


async def test_what_is_read_makes_space():
    outbox = Outbox(1_000)
    for _ in range(100):
        outbox.put("x" * 100)
        assert await outbox.next() == "x" * 100


async def test_a_close_comes_after_what_was_queued_and_the_first_reason_counts():
    outbox = Outbox(1_000)
    outbox.put("last words")
    outbox.close(errors.Replaced())
    outbox.close(errors.Left())
    outbox.put("too late")
    assert await outbox.next() == "last words"
    with pytest.raises(errors.Replaced):
        await outbox.next()
