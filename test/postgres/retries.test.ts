// How often parts of a model are tried that the server refuses for a passing reason.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { Project, query, told } from "./project.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  // Refuses the first call; what a sequence counts is not rolled back.
  await query(
    server,
    `create sequence calls;
     create function flaky() returns int language plpgsql volatile as $$
     begin
       if nextval('calls') = 1 then raise exception 'try again' using errcode = '40001'; end if;
       return 1;
     end $$`,
  );
});

afterAll(() => server?.stop());

test.each([
  [1, /^mb: success$/],
  [0, /^mb: error\n.* model "mb": try again/],
])("a batch is tried again as the config retries says: %i times", async (retries, expected) => {
  await query(server, "select setval('calls', 1, false)");
  const project = new Project(server, `retries_${retries}`, {
    "models/mb.sql": `{{ config(materialized='incremental', incremental_strategy='microbatch', unique_key='id', event_time='at', batch_size='year', begin=run_started_at.strftime('%Y-01-01'), retries=${retries}, retry_delay='1ms') }}
select public.flaky() as id, current_date as at`,
  });
  try {
    expect(told(await project.run("run"))).toMatch(expected);
  } finally {
    project.remove();
  }
});
