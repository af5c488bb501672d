"""The process that asks Presidio: a JSON list of texts in, a JSON object out. It has no network, whatever it tries.

    {"model": "en_core_web_sm" | "", "found": [[[KIND, START, END], ...], ...]}   or   {"error": WHY}

Without a model of spaCy, which has to be installed by hand, names of people and places are not found.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
from typing import Any

SCORE = 0.5


def main() -> None:
    """Answer once."""
    _alone()
    logging.disable(logging.CRITICAL)
    texts = json.load(sys.stdin)
    try:
        engine, model = _engine()
        found = [
            [
                [one.entity_type, one.start, one.end]
                for one in engine.analyze(text, language="en", score_threshold=SCORE)
            ]
            for text in texts
        ]
    except BaseException as error:  # noqa: BLE001 - somebody else's code, which may even end the process
        json.dump({"error": f"{type(error).__name__}: {error}"[:200]}, sys.stdout)
        return
    json.dump({"model": model, "found": found}, sys.stdout)


def _alone() -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("there is no network here")

    socket.socket.connect = refuse  # type: ignore[method-assign] # that is what keeps it from the network
    socket.getaddrinfo = refuse  # type: ignore[assignment]


def _engine() -> tuple[Any, str]:
    """Presidio with a model that is installed, else with the words of English alone; it never fetches one."""
    import spacy  # type: ignore[import-not-found, unused-ignore] # nobody has to have it
    from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found, unused-ignore]
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found, unused-ignore]

    installed = sorted(each for each in spacy.util.get_installed_models() if each.startswith("en_"))
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": installed[0] if installed else "en"}])
    engine.nlp = {"en": spacy.load(installed[0]) if installed else spacy.blank("en")}
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"]), installed[0] if installed else ""


if __name__ == "__main__":
    main()
