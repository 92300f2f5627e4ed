"""A limit on uploads that holds before anything is kept, and leaves a form able to say so."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

MEGABYTE = 1024 * 1024
_MARK = "_upload_is_too_large"


class LimitHandler(FileUploadHandler):
    """Comes first among the handlers: of a request that is too large no file is kept.

    The request is read to its end all the same: a browser that is cut off shows no answer.
    """

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Note how much is coming; the fields before the files are still read."""
        self.is_too_large = content_length > settings.UPLOAD_MAX_MEGABYTES * MEGABYTE

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop at the first file.

        Raises:
            StopUpload: the request is too large.
        """
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            setattr(self.request, _MARK, True)
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand everything on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing here."""


def is_too_large(request: HttpRequest) -> bool:
    """Whether the files of a request were left unread because they are too large together."""
    return not request.FILES and hasattr(request, _MARK)
