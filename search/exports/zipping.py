"""Zip files (PKWARE APPNOTE 6.3.10) written in parts by different processes: a part knows only where it begins.

The standard library's writer keeps the directory of all files in memory until the end; here each part gives its piece
of the directory, which are put together at last. Always with zip64, which every reader of today knows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

LOCAL = struct.Struct("<IHHHHHIIIHH")
CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
END64 = struct.Struct("<IQHHIIQQQQ")
LOCATOR = struct.Struct("<IIQI")
END = struct.Struct("<IHHHHIIH")
OFFSET64 = struct.Struct("<HHQ")
NEEDED, MADE = 45, 45
UTF8 = 0x800
DEFLATED = 8
DATE = (2020 - 1980) << 9 | 1 << 5 | 1
"""Every file is of the same day: the same export has the same bytes."""
ALL32, ALL16 = 0xFFFFFFFF, 0xFFFF


def part(files: Iterable[tuple[str, bytes]], offset: int) -> tuple[bytes, bytes]:
    """The files (name, content below 4 GB) as they stand in the archive from `offset` on, and their directory."""
    body, directory = bytearray(), bytearray()
    for name, content in files:
        encoded = name.encode()
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
        checked = (zlib.crc32(content), len(packed), len(content))
        head = (NEEDED, UTF8, DEFLATED, 0, DATE, *checked, len(encoded))
        extra = OFFSET64.pack(1, 8, offset + len(body))
        directory += CENTRAL.pack(0x02014B50, MADE, *head, len(extra), 0, 0, 0, 0, ALL32) + encoded + extra
        body += LOCAL.pack(0x04034B50, *head, 0) + encoded + packed
    return bytes(body), bytes(directory)


def end(directories: Iterable[bytes], offset: int) -> Iterator[bytes]:
    """What closes the archive after its parts, which end at `offset`, given their directories in order."""
    size = count = 0
    for directory in directories:
        size += len(directory)
        count += _entries(directory)
        yield directory
    at = offset + size
    yield END64.pack(0x06064B50, END64.size - 12, MADE, NEEDED, 0, 0, count, count, size, offset)
    yield LOCATOR.pack(0x07064B50, 0, at, 1)
    yield END.pack(0x06054B50, 0, 0, min(count, ALL16), min(count, ALL16), min(size, ALL32), min(offset, ALL32), 0)


def _entries(directory: bytes) -> int:
    count = position = 0
    while position < len(directory):
        fields = CENTRAL.unpack_from(directory, position)
        position += CENTRAL.size + fields[10] + fields[11] + fields[12]
        count += 1
    return count
