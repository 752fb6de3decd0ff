"""HTTP machinery of the client: one request, retries, rate limits, decoding and redaction."""
