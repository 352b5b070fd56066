import io

import pytest
import zxingcpp
from PIL import Image

from qr import payload


@pytest.fixture
def address():
    """Give the printed address of the sign of a rescue code."""

    def printed(code="130421", host="dianti.example.cn"):
        return payload.url(f"https://{host}", code, payload.tag(code, 1, b"a secret of the test"))

    return printed


@pytest.fixture
def decode():
    """Give the texts of all QR codes in a picture, from the top down."""

    def texts(picture):
        image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
        found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
        return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]

    return texts
