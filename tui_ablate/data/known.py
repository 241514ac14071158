"""Facts of the sets our presets use and their kin, so that networks can be built before anything is downloaded.

Names of classes, versions and download bytes as TFDS 4.9.10 gives them, examples as its catalogue.
"""

from __future__ import annotations

from .facts import Facts

_CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"
)  # fmt: skip
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


def _grey(name: str, about: str, download: int, classes: tuple[str, ...]) -> Facts:
    """A set in the format of MNIST."""
    return Facts(
        name=name,
        about=about,
        version="3.0.1",
        height=28,
        width=28,
        channels=1,
        classes=10,
        class_names=classes,
        splits={"train": 60_000, "test": 10_000},
        download_bytes=download,
    )


KNOWN: dict[str, Facts] = {
    facts.name: facts
    for facts in (
        Facts(
            name="digits",
            about="1,797 hand-written digits, 8x8 grey, shown at 16x16 (UCI optdigits); embedded",
            version="1",
            height=16,
            width=16,
            channels=1,
            classes=10,
            class_names=tuple("0123456789"),
            splits={"train": 1437, "test": 360},
            prepared=True,
        ),
        Facts(
            name="cifar10",
            about="60,000 colour pictures of 10 kinds of things (Krizhevsky 2009)",
            version="3.0.2",
            height=32,
            width=32,
            classes=10,
            class_names=_CIFAR10,
            splits={"train": 50_000, "test": 10_000},
            download_bytes=170_052_171,
        ),
        Facts(
            name="cifar100",
            about="60,000 colour pictures of 100 kinds of things (Krizhevsky 2009)",
            version="3.0.2",
            height=32,
            width=32,
            classes=100,
            splits={"train": 50_000, "test": 10_000},
            download_bytes=168_513_733,
        ),
        _grey("mnist", "70,000 hand-written digits (LeCun 1998)", 11_594_722, tuple("0123456789")),
        _grey("fashion_mnist", "70,000 pieces of clothing, grey (Xiao 2017)", 30_878_645, _CLOTHES),
        _grey("kmnist", "70,000 hand-written Japanese characters (Clanuwat 2018)", 21_240_888, _KANA),
        Facts(
            name="svhn_cropped",
            about="630,420 digits from photographs of house numbers (Netzer 2011)",
            version="3.1.0",
            height=32,
            width=32,
            classes=10,
            class_names=tuple("0123456789"),
            splits={"train": 73_257, "test": 26_032, "extra": 531_131},
            download_bytes=1_575_594_780,
        ),
        Facts(
            name="cats_vs_dogs",
            about="23,262 photographs of cats and dogs, sizes differ (Asirra)",
            version="4.0.1",
            classes=2,
            class_names=("cat", "dog"),
            splits={"train": 23_262},
            download_bytes=824_887_076,
        ),
    )
}
