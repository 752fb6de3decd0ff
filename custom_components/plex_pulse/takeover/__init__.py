"""Take a reinstalled server over into the entry of the old one.

A new installation has another machine identifier and other libraries, but it is the same
server to the user. Devices and entities are renamed, so that entity ids, names, states and
statistics stay. `libraries` matches the libraries, `registries` and `stored_files` rename,
`plan` does all of it in one step that changes nothing if it fails.
"""
