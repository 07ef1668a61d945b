#!/usr/bin/env python3
"""Prints the vectors of lead_id_test.cc: an independent implementation of the lead id."""
import hashlib

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def base32(data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return "".join(CROCKFORD[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))


def identify(publisher: str, key: str, content: str) -> tuple[str, str]:
    kind, source = ("key", key) if key else ("body", content)
    digest = hashlib.sha256(f"{kind}\0{publisher}\0{source}".encode()).digest()
    fingerprint = hashlib.sha256(content.encode()).digest()
    return "ld_" + base32(digest[:20]), base32(fingerprint[:15])


CASES = [
    ("shop", "order-4711", '{"email":"ada@example.com"}'),
    ("shop", "", '{"email":"ada@example.com"}'),
    ("blog", "", '{"email":"ada@example.com"}'),
    ("shop", "order-4711", '{"email":"bob@example.com"}'),
    ("shop", "", '{"email":"ada@example.com","name":"Zoë"}'),
]

for publisher, key, content in CASES:
    lead_id, fingerprint = identify(publisher, key, content)
    print(f'      {{"{publisher}", "{key}", R"({content})", {{"{lead_id}", "{fingerprint}"}}}},')
