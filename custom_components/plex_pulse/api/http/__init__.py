"""HTTP layer of the client: requests, retries, rate limits, decoding, redaction.

`Transport.request` runs a call: `retry` repeats attempts, `HostRateLimiter` decides when one
is sent, `send_request` sends it, `decode` or `error_body` read the response, and `classify`
turns any failure into a `PlexApiError`.

A 429: `classify` gives it the kind RATE_LIMIT, `HostRateLimiter.on_failure_response` blocks the
host (Retry-After, else `Backoff`), `retry` waits or fails the call, `HostRateLimiter.acquire`
holds back all other requests, and `observe_rate_limits` counts it for the caller.
"""
