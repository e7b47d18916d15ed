"""Records the batches that dbt builds: python record/batches.py > fixtures/batches.json"""

import itertools
import json
from datetime import datetime
from types import SimpleNamespace

import pytz

from dbt.artifacts.resources.types import BatchSize
from dbt.contracts.graph.model_config import NodeConfig
from dbt.materializations.incremental.microbatch import MicrobatchBuilder

NOWS = ["2024-03-05T10:20:30", "2024-03-01T00:00:00", "2024-01-01T00:30:00"]
RANGES = [(None, None), ("2024-01-30T05:00:00", "2024-02-02T00:00:00"), ("2023-12-31T23:59:59", "2024-01-01T00:00:01")]
BEGIN = "2023-11-15T12:00:00"


def time(text):
    return None if text is None else pytz.UTC.localize(datetime.fromisoformat(text))


answers = []
for size, now, (start, end), lookback, incremental in itertools.product(BatchSize, NOWS, RANGES, (0, 1, 3), (True, False)):
    if size == BatchSize.hour and not incremental and start is None:
        continue  # thousands of hours
    config = NodeConfig(incremental_strategy="microbatch", batch_size=size, begin=time(BEGIN), lookback=lookback)
    builder = MicrobatchBuilder(SimpleNamespace(config=config, name="m"), incremental, time(start), time(end), time(now))
    stop = builder.build_end_time()
    batches = builder.build_batches(builder.build_start_time(stop), stop)
    answers.append(
        {
            "size": size.value,
            "now": now,
            "start": start,
            "end": end,
            "begin": BEGIN,
            "lookback": lookback,
            "incremental": incremental,
            "count": len(batches),
            "first": [t.isoformat() for t in batches[0]],
            "last": [t.isoformat() for t in batches[-1]],
            "id": MicrobatchBuilder.batch_id(batches[0][0], size),
            "name": MicrobatchBuilder.format_batch_start(batches[0][0], size),
        }
    )
print(json.dumps(answers, indent=0))
