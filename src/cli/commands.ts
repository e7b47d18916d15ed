// All commands, in the order of `etl help`.

import type { CommandSpec } from "./command.ts";
import { build } from "./commands/build.ts";
import { clean } from "./commands/clean.ts";
import { clone } from "./commands/clone.ts";
import { compile } from "./commands/compile.ts";
import { debug } from "./commands/debug.ts";
import { deps } from "./commands/deps.ts";
import { docsCoverage } from "./commands/docs-coverage.ts";
import { docsExport } from "./commands/docs-export.ts";
import { docsGenerate } from "./commands/docs-generate.ts";
import { docsOpen } from "./commands/docs-open.ts";
import { docsServe } from "./commands/docs-serve.ts";
import { gaps } from "./commands/gaps.ts";
import { history } from "./commands/history.ts";
import { historyDiff } from "./commands/history-diff.ts";
import { historyVersions } from "./commands/history-versions.ts";
import { init } from "./commands/init.ts";
import { lineage } from "./commands/lineage.ts";
import { lint } from "./commands/lint.ts";
import { ls } from "./commands/ls.ts";
import { parse } from "./commands/parse.ts";
import { quarantineDrop } from "./commands/quarantine-drop.ts";
import { quarantineList } from "./commands/quarantine-list.ts";
import { quarantineReplay } from "./commands/quarantine-replay.ts";
import { quarantineShow } from "./commands/quarantine-show.ts";
import { retry } from "./commands/retry.ts";
import { run } from "./commands/run.ts";
import { runOperationCommand } from "./commands/run-operation.ts";
import { seed } from "./commands/seed.ts";
import { show } from "./commands/show.ts";
import { snapshot } from "./commands/snapshot.ts";
import { sourceFreshness } from "./commands/source-freshness.ts";
import { stateList } from "./commands/state-list.ts";
import { stateReset } from "./commands/state-reset.ts";
import { stateSet } from "./commands/state-set.ts";
import { stateShow } from "./commands/state-show.ts";
import { test } from "./commands/test.ts";
import { undo } from "./commands/undo.ts";

export const commands: readonly CommandSpec[] = [
  build,
  run,
  test,
  seed,
  snapshot,
  clone,
  retry,
  runOperationCommand,
  show,
  compile,
  ls,
  lint,
  lineage,
  parse,
  sourceFreshness,
  undo,
  history,
  historyDiff,
  historyVersions,
  gaps,
  quarantineList,
  quarantineShow,
  quarantineReplay,
  quarantineDrop,
  stateList,
  stateShow,
  stateSet,
  stateReset,
  docsGenerate,
  docsOpen,
  docsServe,
  docsCoverage,
  docsExport,
  init,
  deps,
  debug,
  clean,
];
