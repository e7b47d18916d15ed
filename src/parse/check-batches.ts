// Checks the configs of microbatch models before anything runs. Facts from dbt-core 1.11, parser/manifest.py
// (check_valid_microbatch_config).

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { kindWords, showValue } from "../config/value-words.ts";
import { typeName } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import { type Model, materialization } from "../manifest/node.ts";
import { type ConfigFiles, configPlace } from "../project/config-place.ts";

const batchSizes = ["hour", "day", "month", "year"];

/** Tells what a microbatch model lacks; says nothing of other models. */
export function checkBatches(model: Model, files: ConfigFiles, diagnostics: Diagnostic[]): void {
  if (materialization(model) !== "incremental") return;
  if (model.config.get("incremental_strategy") !== "microbatch") return;
  const value = (key: string): Value => model.config.get(key) ?? null;
  const must = (key: string, what: string, help: string): void => {
    const given = value(key);
    const message =
      given === null
        ? `needs the config ${key}, ${what}`
        : `has a ${key} that is not ${what}: ${shown(given)}`;
    // What is missing is told where the strategy was chosen that needs it.
    const place =
      configPlace(model, given === null ? "incremental_strategy" : key, files) ??
      model.patchPlace ??
      model.place;
    diagnostics.push(
      errorAt("microbatch-config", `microbatch model "${model.name}" ${message}`, place, { help }),
    );
  };
  if (typeof value("event_time") !== "string")
    must("event_time", "the name of its column of times", "add event_time: created_at");
  if (!isMoment(value("begin"))) must("begin", "the time of its first batch", "add begin: '2024-01-01'");
  const size = value("batch_size");
  if (!batchSizes.some((one) => one === size)) {
    const near = typeof size === "string" ? didYouMean(size, batchSizes) : undefined;
    const help = near ?? `${size === null ? "add" : "write"} batch_size: day`;
    must("batch_size", `one of ${batchSizes.join(", ")}`, help);
  }
  const lookback = value("lookback");
  if (lookback !== null && typeof lookback !== "number" && typeof lookback !== "boolean")
    must("lookback", "a whole number", "write lookback: 1");
  const concurrent = value("concurrent_batches");
  if (concurrent !== null && typeof concurrent !== "boolean")
    must("concurrent_batches", "true or false", "write concurrent_batches: false");
}

function shown(value: Value): string {
  return value instanceof Map || Array.isArray(value) ? kindWords(value) : showValue(value);
}

/** A time in ISO 8601, or one that YAML made. */
function isMoment(value: Value): boolean {
  if (typeof value !== "string") return value !== null && /date/.test(typeName(value));
  return /^\d{4}-?\d{2}-?\d{2}/.test(value) && !Number.isNaN(Date.parse(value.slice(0, 10)));
}
