"""The security headers of everything that we answer over HTTP: nothing of ours may be framed, sniffed or told on.

A page that runs scripts, a form without scripts: each is given what it needs and no more.
"""

from collections.abc import Mapping

SECURITY: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_NO_FRAME = "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
SCANNER: Mapping[str, str] = {  # the scanner's page, and its workers, whose own headers bind them
    "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    + _NO_FRAME,
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
FORM: Mapping[str, str] = {"content-security-policy": f"default-src 'none'; style-src 'self'; {_NO_FRAME}"}
