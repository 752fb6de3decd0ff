"""Read a server with its token, and find out why the server refuses the token."""

from http import HTTPStatus

from ..api import (
    Library,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    ServerInfo,
)


async def async_get_server(
    client: PlexServerClient, *, has_token: bool
) -> tuple[ServerInfo, tuple[Library, ...]]:
    """Return the server and its libraries.

    Raises:
        PlexApiError: UNCLAIMED if the server refuses the token because it is not signed in to
            an account, TOKEN_REQUIRED if there is no token and the server needs one, TOO_OLD
            if it does not have the endpoint that lists its libraries.

    """
    try:
        return await client.get_providers()
    except PlexApiError as err:
        if err.status == HTTPStatus.NOT_FOUND:
            # It has just answered /identity, so it is a Media Server.
            raise err.replace(reason=PlexErrorReason.TOO_OLD) from err
        if err.kind is not PlexErrorKind.AUTHENTICATION:
            raise
        if (await client.get_identity()).is_claimed is False:
            raise err.replace(reason=PlexErrorReason.UNCLAIMED) from err
        if not has_token:
            raise err.replace(reason=PlexErrorReason.TOKEN_REQUIRED) from err
        raise
