"""Text cut to what there is room for, with … in place of what is missing."""

MORE = "…"


def cut(text: str, length: int) -> str:
    """Cut a text to so many characters."""
    return text if len(text) <= length else text[: length - len(MORE)].rstrip() + MORE


def cut_bytes(text: str, length: int) -> str:
    """Cut a text to so many bytes of UTF-8 without splitting a character."""
    raw = text.encode()
    if len(raw) <= length:
        return text
    return raw[: length - len(MORE.encode())].decode(errors="ignore").rstrip() + MORE
