import io

import pymupdf
import pypdfium2
import pytest
from PIL import Image


class Pdfium:
    """PDF as Chrome shows it."""

    def __init__(self, pdf):
        self.page = pypdfium2.PdfDocument(pdf)[0]

    def lines(self):
        return self.page.get_textpage().get_text_range().split("\r\n")

    def picture(self):
        return self.page.render(scale=2).to_pil().convert("L")


class Mupdf:
    """PDF as a reader of another family shows it."""

    def __init__(self, pdf):
        self.page = pymupdf.open(stream=pdf)[0]

    def lines(self):
        return self.page.get_text().split("\n")

    def picture(self):
        return Image.open(io.BytesIO(self.page.get_pixmap(dpi=144).tobytes("png"))).convert("L")


@pytest.fixture(params=[Pdfium, Mupdf], ids=["pdfium", "mupdf"])
def reader(request):
    return request.param
