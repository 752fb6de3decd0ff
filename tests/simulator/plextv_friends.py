"""Users with whom an account of the simulated plex.tv shares its servers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .encode import Tree

if TYPE_CHECKING:
    from .plextv_accounts import PlexAccount


@dataclass(slots=True, kw_only=True)
class Friend:
    """A user with the access token for the account's servers; sections are section keys.

    section_titles are the names of these sections, in the same order.
    """

    id: int
    name: str
    access_token: str = ""
    sections: tuple[int, ...] = ()
    section_titles: tuple[str, ...] = ()
    is_home: bool = False

    def tree(self, account: PlexAccount) -> Tree:
        """Return the User of /api/users with the servers shared with it."""
        return {
            "id": self.id,
            "title": self.name,
            "username": self.name,
            "email": f"{self.name}@mail.example",
            "recommendationsPlaylistId": "",
            "thumb": f"https://plex.tv/users/{self.id:016x}/avatar?c=1700000000",
            "protected": False,
            "home": self.is_home,
            "allowTuners": False,
            "allowSync": True,
            "allowCameraUpload": False,
            "allowChannels": False,
            "filterAll": "",
            "filterMovies": "",
            "filterMusic": "",
            "filterPhotos": "",
            "filterTelevision": "",
            "restricted": False,
            "Server": [
                {
                    "id": self.share_id,
                    "serverId": self.share_id + 1,
                    "machineIdentifier": server.machine_identifier,
                    "name": server.name,
                    "lastSeenAt": 1_789_999_000,
                    "numLibraries": len(self.sections),
                    "allLibraries": False,
                    "owned": True,
                    "pending": False,
                }
                for server in account.servers
                if server.owned
            ],
        }

    def share_tree(self) -> Tree:
        """Return the SharedServer of /api/servers/{id}/shared_servers."""
        return {
            "id": self.share_id,
            "username": self.name,
            "email": f"{self.name}@mail.example",
            "userID": self.id,
            "accessToken": self.access_token,
            "name": self.name,
            "acceptedAt": 1_700_000_000,
            "invitedAt": 1_700_000_000,
            "allowSync": True,
            "Section": [
                {"id": key, "key": key, "title": title, "type": "", "shared": True}
                for key, title in zip(self.sections, self.section_titles, strict=True)
            ],
        }

    @property
    def share_id(self) -> int:
        """Return the id of the share."""
        return self.id * 2
