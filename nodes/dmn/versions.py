"""The versions of DMN and the namespaces that tell them apart.

Who calls it: `reader` (what is DMN, what is a stranger's), `xml_text` (every version is written as 1.5).
"""

from __future__ import annotations

from typing import Final

MODEL: Final[dict[str, str]] = {
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
"""Namespaces of the models that can be read."""

OTHER_VERSIONS: Final[dict[str, str]] = {
    "http://www.omg.org/spec/DMN/20130901": "1.0",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
"""Known, but not read."""

FEEL: Final = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
        "http://www.omg.org/spec/FEEL/20140401",
    }
)
"""Names of the expression language."""

DMN_15: Final = "https://www.omg.org/spec/DMN/20230324/MODEL/"
FEEL_15: Final = "https://www.omg.org/spec/DMN/20230324/FEEL/"
DMNDI_15: Final = "https://www.omg.org/spec/DMN/20230324/DMNDI/"

UPGRADE: Final[dict[str, str]] = {
    **dict.fromkeys(MODEL, DMN_15),
    **dict.fromkeys(FEEL, FEEL_15),
    "http://www.omg.org/spec/DMN/20180521/DMNDI/": DMNDI_15,
    "https://www.omg.org/spec/DMN/20191111/DMNDI/": DMNDI_15,
    "https://www.omg.org/spec/DMN/20211108/DMNDI/": DMNDI_15,
}
"""Every namespace of an older version to its name in DMN 1.5. Those of shapes and points (DI, DC) never changed."""
