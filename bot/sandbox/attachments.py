"""Uploaded files, kept as long as the message that shows them.

What people put into options and modals is in no message; of that the last are kept.
"""

from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import quote

from bot.sandbox.picture_size import picture_size
from bot.sandbox.wire import Json, UploadedFile

# What a guild without boosts takes.
LARGEST_FILE_BYTES = 10 * 1024 * 1024
MOST_UPLOADS = 100
MOST_UPLOAD_BYTES = 10 * LARGEST_FILE_BYTES


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
        # How large each upload is, the oldest first.
        self._uploads: OrderedDict[str, int] = OrderedDict()

    @property
    def count(self) -> int:
        """How many files are kept."""
        return len(self._files)

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

    def add_upload(self, attachment_id: str, file: UploadedFile) -> Json:
        """Keep a file that a person sends with an interaction, until newer ones need its place."""
        data = self.add(attachment_id, "ephemeral", file, {}) | {"ephemeral": True}
        self._uploads[attachment_id] = len(file.content)
        while len(self._uploads) > MOST_UPLOADS or sum(self._uploads.values()) > MOST_UPLOAD_BYTES:
            oldest, _ = self._uploads.popitem(last=False)
            del self._files[oldest]
        return data

    def get(self, attachment_id: str) -> UploadedFile | None:
        """Find a file."""
        attachment = self._files.get(attachment_id)
        return attachment.file if attachment else None

    def restore(self, data: Json, content: bytes) -> None:
        """Bring back a file that was saved with its message."""
        file = UploadedFile(data["filename"], data["content_type"], content)
        self._files[data["id"]] = Attachment(data, file)

    def forget(self, message: Json, *, but: Json | None = None) -> None:
        """Drop the files of a message that is gone, but for those of the one in its place."""
        kept = {attachment["id"] for attachment in but["attachments"]} if but else set[str]()
        for attachment in message["attachments"]:
            if attachment["id"] not in kept:
                self._files.pop(attachment["id"], None)
