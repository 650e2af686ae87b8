"""Uploaded files, kept as long as the message that shows them."""

from dataclasses import dataclass
from urllib.parse import quote

from bot.sandbox.picture_size import picture_size
from bot.sandbox.wire import Json, UploadedFile

# What a guild without boosts takes.
LARGEST_FILE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file and the JSON that names it."""

    data: Json
    file: UploadedFile


class Attachments:
    """The files by id."""

    def __init__(self) -> None:
        self.base_url = ""
        self._files: dict[str, Attachment] = {}

    def add(self, attachment_id: str, channel_id: str, file: UploadedFile, note: Json) -> Json:
        """Keep a file and write the attachment as Discord does."""
        path = f"attachments/{channel_id}/{attachment_id}/{quote(file.filename)}"
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
