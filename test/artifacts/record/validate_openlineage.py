"""Holds OpenLineage events against OpenLineage's own JSON schemas, which are not kept in this repository.

    pip install "jsonschema[format]"
    git clone https://github.com/OpenLineage/OpenLineage
    etl build --openlineage events.jsonl
    python validate_openlineage.py OpenLineage/spec events.jsonl ...

A file holds one event a line, or a list of events (`etl lineage --output openlineage`). Each facet is held against the
schema that it names; the version that it names must be the one of the specification. Exits with 1 when anything is wrong.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource


def load(spec: pathlib.Path) -> Registry:
    schemas = [json.loads(path.read_text()) for path in [spec / "OpenLineage.json", *spec.glob("facets/*.json")]]
    return Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in schemas)


def facets(value):
    """All facets anywhere in an event."""
    if isinstance(value, dict):
        if "_schemaURL" in value:
            yield value
        for item in value.values():
            yield from facets(item)
    elif isinstance(value, list):
        for item in value:
            yield from facets(item)


def check(registry: Registry, url: str, value) -> list[str]:
    validator = Draft202012Validator({"$ref": url}, registry=registry, format_checker=FormatChecker())
    return [f"{url}: {error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def main(spec: str, *files: str) -> int:
    registry = load(pathlib.Path(spec))
    wrong, count = [], 0
    for file in files:
        text = pathlib.Path(file).read_text()
        events = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
        for event in events:
            count += 1
            wrong += check(registry, event["schemaURL"], event)
            for one in facets(event):
                wrong += check(registry, one["_schemaURL"], one)
    for line in sorted(set(wrong)):
        print(line)
    print(f"{count} events, {len(wrong)} mistakes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
