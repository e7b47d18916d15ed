"""Records what dbt keeps of config() calls that are compared by their text, for test/parse/unrendered-call.test.ts.

    python test/parse/record/unrendered_calls.py          (with dbt-core installed)
"""

import json
from pathlib import Path

from dbt.clients.jinja_static import statically_parse_unrendered_config

CALLS = [
    "config(materialized=var('kind', 'view'), alias=('a' ~ target.name).upper()[0:3])",
    "config(enabled=not (env_var('NONE', 'b') == 'c' and 1 < -2 or target is undefined), meta={'a': [1, 2.5, none, true], 'b': ('t',)})",
    "config(tags=['x'] if target.name in ['prod'] else ('Y' | lower), group=none, meta={'n': 2 * 3 ** 2 // 4 % 5 - 6 / 7 + 1})",
    "config(tags=[target['name'], var(*['a', 'b'])], meta=dict(**{'x': 1}), **{'schema': 'x'})",
    "config(alias='its' ~ \"x'y\", meta=dict(a=1, b=[-1, +2][-1], c=1 >= 2 > 3, d='x' not in 'xy', e=[1, 2, 3][::2]))",
]

recorded = {call: statically_parse_unrendered_config("{{ " + call + " }}select 1") for call in CALLS}
path = Path(__file__).parent.parent / "fixtures" / "unrendered-calls.json"
path.write_text(json.dumps(recorded, indent=1) + "\n")
