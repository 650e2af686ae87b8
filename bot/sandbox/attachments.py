"""Uploaded files, kept as long as the message that shows them."""

import struct
from dataclasses import dataclass

from bot.sandbox.wire import Json, UploadedFile

# How a picture begins, and where and how it keeps its size.
SIZES = ((b"\x89PNG\r\n\x1a\n", ">II", 16), (b"GIF8", "<HH", 6))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file and the JSON that names it."""

    data: Json
    file: UploadedFile


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Read width and height of a PNG or GIF in pixels."""
    for signature, form, start in SIZES:
        if content.startswith(signature) and len(content) >= start + struct.calcsize(form):
            return struct.unpack_from(form, content, start)
    return None


class Attachments:
    """The files by id."""

    def __init__(self) -> None:
        self.base_url = ""
        self._files: dict[str, Attachment] = {}

    def add(self, attachment_id: str, channel_id: str, file: UploadedFile, note: Json) -> Json:
        """Keep a file and write the attachment as Discord does."""
        path = f"attachments/{channel_id}/{attachment_id}/{file.filename}"
        data: Json = {
            "id": attachment_id,
            "filename": file.filename,
            "size": len(file.content),
            "content_type": file.content_type,
            "url": self.base_url + path,
            "proxy_url": self.base_url + path,
        }
        if size := picture_size(file.content):
            data["width"], data["height"] = size
        data |= {name: note[name] for name in ("description", "title") if note.get(name)}
        self._files[attachment_id] = Attachment(data, file)
        return data

    def get(self, attachment_id: str) -> UploadedFile | None:
        """Find a file."""
        attachment = self._files.get(attachment_id)
        return attachment.file if attachment else None

    def restore(self, data: Json, content: bytes) -> None:
        """Bring back a file that was saved with its message."""
        file = UploadedFile(data["filename"], data["content_type"], content)
        self._files[data["id"]] = Attachment(data, file)

    def forget(self, message: Json) -> None:
        """Drop the files of a message that is gone."""
        for attachment in message["attachments"]:
            self._files.pop(attachment["id"], None)
