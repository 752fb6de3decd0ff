"""Self-signed certificates for tests of TLS; the only module here that needs cryptography."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def self_signed_context(
    folder: Path,
    name: str = "plex.example",
    address: str | None = None,
    *,
    has_expired: bool = False,
) -> ssl.SSLContext:
    """Return a server's TLS context; its key and certificate are written into the folder.

    The certificate names the IP address if one is given, otherwise the host name.
    """
    key, certificate = _sign(name, address, timedelta(days=7 if has_expired else 0))
    chain = folder / "chain.pem"
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def _sign(
    name: str, address: str | None, age: timedelta
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a key and its certificate, valid from one day before to one day after now - age."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    owner = x509.DNSName(name) if address is None else x509.IPAddress(ip_address(address))
    now = datetime.now(UTC) - age
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([owner]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


# cryptography accepts only the datetime class of the first call. If that were freezegun's, no
# test could create a certificate while time is not frozen.
_sign("localhost", None, timedelta())
