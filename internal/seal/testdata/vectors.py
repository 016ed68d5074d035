"""Makes vectors.json from the layout in format.go, independently of its code.

Needs Python with the package `cryptography` (AES, SM4 as block ciphers and SM3);
HKDF, GCM and the layout are written out here. Run: python3 vectors.py > vectors.json
"""
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def digest(alg, data):
    if alg == 1:
        return hashlib.sha256(data).digest()
    h = hashes.Hash(hashes.SM3())
    h.update(data)
    return h.finalize()


def hmac(alg, key, data):
    if len(key) > 64:
        key = digest(alg, key)
    key = key.ljust(64, b"\0")
    inner = digest(alg, bytes(k ^ 0x36 for k in key) + data)
    return digest(alg, bytes(k ^ 0x5C for k in key) + inner)


def hkdf(alg, material, info, size):
    prk, out, block, n = hmac(alg, b"\0" * 32, material), b"", b"", 1
    while len(out) < size:
        block = hmac(alg, prk, block + info + bytes([n]))
        out, n = out + block, n + 1
    return out[:size]


def ecb(alg, key, block):
    cipher = algorithms.AES(key) if alg == 1 else algorithms.SM4(key)
    enc = Cipher(cipher, modes.ECB()).encryptor()
    return enc.update(block) + enc.finalize()


def multiply(x, y):
    z = 0
    for i in range(127, -1, -1):
        if (x >> i) & 1:
            z ^= y
        y = (y >> 1) ^ (0xE1 << 120 if y & 1 else 0)
    return z


def gcm(alg, key, nonce, plain, aad):
    h = int.from_bytes(ecb(alg, key, b"\0" * 16), "big")
    ct = b""
    for i in range(0, len(plain), 16):
        stream = ecb(alg, key, nonce + struct.pack(">I", i // 16 + 2))
        ct += bytes(a ^ b for a, b in zip(plain[i:i + 16], stream))
    pad = lambda b: b + b"\0" * (-len(b) % 16)
    data = pad(aad) + pad(ct) + struct.pack(">QQ", len(aad) * 8, len(ct) * 8)
    y = 0
    for i in range(0, len(data), 16):
        y = multiply(y ^ int.from_bytes(data[i:i + 16], "big"), h)
    tag = bytes(a ^ b for a, b in zip(y.to_bytes(16, "big"), ecb(alg, key, nonce + b"\0\0\0\1")))
    return ct + tag


def vector(name, alg, purpose, version, plain, aad):
    seed = hashlib.sha256(name.encode()).digest()
    material = seed if alg == 1 else seed[:16]
    key_id = hashlib.sha256(b"id" + seed).digest()[:16]
    nonce = hashlib.sha256(b"nonce" + seed).digest()[:24]
    info = b"SKM1" + bytes([alg, purpose]) + key_id + struct.pack(">I", version) + nonce
    size = len(material)
    out = hkdf(alg, material, info, size + 12 + 32)
    header = info + out[size + 12:] + b"\0" * 42
    ct = header + gcm(alg, out[:size], out[size:size + 12], plain, header + aad)
    return dict(name=name, algorithm=alg, purpose=purpose, key_id=key_id.hex(), version=version,
                material=material.hex(), aad=aad.hex(), plain=plain.hex(), ciphertext=ct.hex())


print(json.dumps([
    vector("AES data, empty", 1, 1, 1, b"", b""),
    vector("AES data, one byte and additional data", 1, 1, 2, b"x", b"context"),
    vector("AES data key", 1, 2, 7, bytes(range(32)), b""),
    vector("AES secret, several blocks", 1, 4, 4294967295, bytes(range(200)), b"\0\0\0\1a"),
    vector("SM4 data, one block", 2, 1, 1, b"0123456789abcdef", b""),
    vector("SM4 volume, odd length", 2, 8, 3, bytes(range(77)), b"volume"),
], indent=1))
