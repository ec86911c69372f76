"""Small pictures, as pages of a certificate."""

from io import BytesIO

from PIL import Image


def picture(kind: str) -> bytes:
    data = BytesIO()
    Image.new("RGB", (2, 3)).save(data, kind)
    return data.getvalue()


PNG, JPEG = picture("PNG"), picture("JPEG")
