"""Push messages that only the browser can open (RFC 8291), under the sender's own name (RFC 8292)."""

import base64
import os
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the base point of P-256 (FIPS 186-5, SP 800-186)."""

RECORD = 4096
MOST_PLAIN = RECORD - 16 - 1 - 86
"""Bytes of a message: one record with its tag, its end mark and its head."""

POINT_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16
GOOD_FOR = 12 * 60 * 60
"""Seconds a signature holds; at most 24 hours are allowed (RFC 8292, section 2)."""


def server_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key push services know this netcard by, made from the operator's secret.

    So it is the same on every machine, and nothing is kept. 384 bits taken modulo the order leave no bias
    worth a word (FIPS 186-5, A.2.1).
    """
    stream = HKDF(SHA256(), length=48, salt=None, info=b"netcard push VAPID").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(stream) % (ORDER - 1) + 1, CURVE)


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half as a browser takes it for `applicationServerKey`."""
    return to_text(_point(key))


def vouch(key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str) -> str:
    """The Authorization header for one push service (RFC 8292, section 3). `contact`: mailto: or https:."""
    place = urlsplit(endpoint)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int(time.time()) + GOOD_FOR,
        "sub": contact,
    }
    # its own check of `sub` refuses an address with a port
    header: str = Vapid02(key, conf={"no-strict": True}).sign(claims)["Authorization"]
    return header


def seal(
    plain: bytes,
    p256dh: str,
    auth: str,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push message in `aes128gcm` (RFC 8188): one record.

    `salt` and `key` are made for each message; only the RFC's own example gives them. Raises ValueError for
    a message that is too long and for keys that are none.
    """
    if len(plain) > MOST_PLAIN:
        raise ValueError(f"a push message has at most {MOST_PLAIN} bytes")
    salt, key = salt or os.urandom(SALT_BYTES), key or ec.generate_private_key(CURVE)
    theirs, ours = point_of(p256dh), _point(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    base = _derive(auth_of(auth), b"WebPush: info\0" + theirs + ours, shared, 32)
    content_key = _derive(salt, b"Content-Encoding: aes128gcm\0", base, 16)
    nonce = _derive(salt, b"Content-Encoding: nonce\0", base, 12)
    head = salt + RECORD.to_bytes(4) + bytes([len(ours)]) + ours
    return head + AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)


def point_of(text: str) -> bytes:
    """A browser's public key: an uncompressed point of P-256. Raises ValueError for anything else."""
    point = from_text(text)
    if len(point) != POINT_BYTES:
        raise ValueError("not an uncompressed point")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    return point


def auth_of(text: str) -> bytes:
    """A browser's authentication secret. Raises ValueError for anything but 16 bytes."""
    secret = from_text(text)
    if len(secret) != AUTH_BYTES:
        raise ValueError("not 16 bytes")
    return secret


def to_text(data: bytes) -> str:
    """Base64 for addresses, without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """The bytes of `to_text`, padded or not; raises ValueError."""
    bare = text.rstrip("=")
    return base64.b64decode(bare.encode("ascii") + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True)


def _derive(salt: bytes, info: bytes, secret: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
