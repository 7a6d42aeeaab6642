"""The Sameframe server: rooms, signalling, prints."""
