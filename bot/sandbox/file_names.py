"""What becomes of the names of uploaded files, and what they tell."""

import mimetypes
import re

# So long that every letter of it can be written in an address with room to spare.
LONGEST_NAME = 255
UNKNOWN_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[\w.+-]{1,64}/[\w.+-]{1,64}(; ?charset=[\w-]{1,32})?", re.ASCII)


def guess_type(filename: str) -> str:
    """Tell a file's type by its name as Discord does, whatever the client called it."""
    return mimetypes.guess_type(filename)[0] or UNKNOWN_TYPE


def safe_type(content_type: object, filename: str) -> str:
    """Keep a type that can stand in a header; any other is told by the file's name."""
    is_safe = isinstance(content_type, str) and _TYPE.fullmatch(content_type)
    return str(content_type) if is_safe else guess_type(filename)


def safe_name(filename: str) -> str:
    """Keep of a file's name what Discord keeps: no folders, no spaces, nothing but text."""
    name = filename.replace("\\", "/").rpartition("/")[2].replace(" ", "_")
    # Bytes that are no text come as half characters, which cannot be written; the end is kept for
    # what it tells of the type.
    name = name.encode(errors="replace").decode()[-LONGEST_NAME:]
    return name if name.strip(".") else "file"
