"""Reads how large a picture is from its first bytes."""

import struct

Size = tuple[int, int]

PNG = b"\x89PNG\r\n\x1a\n"
GIF = b"GIF8"
JPEG = b"\xff\xd8\xff"
SEGMENT = 0xFF
# The JPEG segments that tell the size: all kinds of frame starts but the tables between them.
FRAME_STARTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(content: bytes) -> Size | None:
    """Read width and height of a PNG, GIF, JPEG or WebP in pixels; None when it is none."""
    try:
        if content.startswith(PNG):
            return struct.unpack_from(">II", content, 16)
        if content.startswith(GIF):
            return struct.unpack_from("<HH", content, 6)
        if content.startswith(JPEG):
            return _jpeg_size(content)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp_size(content)
    except (struct.error, IndexError):
        # It ends too early.
        return None
    return None


def _jpeg_size(content: bytes) -> Size | None:
    position = 2
    while content[position] == SEGMENT:
        if content[position + 1] in FRAME_STARTS:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        position += 2 + struct.unpack_from(">H", content, position + 2)[0]
    return None


def _webp_size(content: bytes) -> Size | None:
    match content[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = struct.unpack_from("<I", content, 21)[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, high_byte, height = struct.unpack_from("<HBH", content, 24)
            width, height = width | high_byte << 16, height | content[29] << 16
            return width + 1, height + 1
        case _:
            return None
