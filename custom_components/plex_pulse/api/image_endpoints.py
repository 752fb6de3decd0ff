"""Endpoints for images: scaled by the server, or as they are stored."""

import re
from typing import Final

from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.limits import MAX_ORIGINAL_IMAGE_BYTES, MAX_SCALED_IMAGE_BYTES
from .http.retry import RetryPolicy
from .http.transport import Transport
from .models.image import ServerImage, is_server_path

_IMAGE_PATH: Final = re.compile(r"/[\w./:%+~@-]{1,500}", re.ASCII)


class ImageEndpoints:
    """Images of items, limited in size, and never from another host."""

    _transport: Transport

    async def get_image(
        self,
        path: str,
        *,
        width: int,
        height: int,
        is_filling: bool = True,
        policy: RetryPolicy | None = None,
    ) -> ServerImage:
        """Return an image scaled to fill so many pixels (GET /photo/:/transcode).

        Unless `is_filling`, it is scaled to fit into them.

        `path` is one of `MediaItem.posters` or another path on the server. A smaller image is
        not enlarged.

        Raises:
            PlexApiError: CLIENT, EXTERNAL_IMAGE for any other path, without a request: the
                server would fetch it from another host. PROTOCOL, TOO_LARGE for more than
                2 MiB. PROTOCOL, INVALID_RESPONSE for a body that is no image.

        """
        if not is_server_path(path):
            raise _external_image()
        return await self._transport.request(
            "GET",
            "/photo/:/transcode",
            ServerImage.parse,
            params={
                "url": path,
                "width": width,
                "height": height,
                "minSize": int(is_filling),
                "upscale": 0,
            },
            policy=policy,
            accept="image/*",
            body_limit=MAX_SCALED_IMAGE_BYTES,
        )

    async def get_original_image(
        self, path: str, *, policy: RetryPolicy | None = None
    ) -> ServerImage:
        """Return an image as it is stored on the server (GET of its own path).

        For servers whose photo transcoder fails. Redirects are not followed.

        Raises:
            PlexApiError: as `get_image`, TOO_LARGE for more than 8 MiB. EXTERNAL_IMAGE also
                for a path with a query or with characters that no path of an image has: it
                appears in the log.

        """
        if not is_server_path(path) or _IMAGE_PATH.fullmatch(path) is None:
            raise _external_image()
        return await self._transport.request(
            "GET",
            path,
            ServerImage.parse,
            policy=policy,
            accept="image/*",
            body_limit=MAX_ORIGINAL_IMAGE_BYTES,
        )


def _external_image() -> PlexApiError:
    """Return the failure for an image that is not requested."""
    return PlexApiError(
        PlexErrorKind.CLIENT,
        "The image is not stored on the server",
        endpoint="GET /photo/:/transcode",
        attempts=0,
        reason=PlexErrorReason.EXTERNAL_IMAGE,
    )
