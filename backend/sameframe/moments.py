"""Moments of server time as people's clocks show them."""

from datetime import UTC, datetime, timedelta, timezone


def local(ms: float, zone: int | None = None) -> datetime:
    """Return the moment by a clock `zone` minutes ahead of UTC, or by the server's own."""
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.astimezone(None if zone is None else timezone(timedelta(minutes=zone)))
