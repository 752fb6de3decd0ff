"""Parts of the config flow: forms, options and the Plex sign-in."""
