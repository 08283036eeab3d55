import { query } from '@lastgood/store/store-harness';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployNext, type Fleet, startFleet } from './fuzz/fleet-harness.ts';
import { tallyGoal } from './tally-goal.ts';

/*
 * Records from before a number had a range: durations of millennia, negative ones, ones beyond what the database counts. No
 * answer is 500 for them, and a person ends every run.
 */
const postgres = usePostgres();
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(postgres.url);
  for (let release = 0; release < 9; release += 1) await deployNext(fleet, release);
});
afterAll(async () => {
  await fleet?.stop();
});

const wildNumbers = ['1e13', '1e16', '1e300', '-1e300', '{"$number": "Infinity"}', '{"$number": "NaN"}'];
const ended = ['done', 'stopped', 'cancelled'];

interface Told {
  status: number;
  body: { id: string; status: string; items: { id: string; status: string; service: string }[] };
}

const answers = tallyGoal('S7', 'answers of 500 or more for stored numbers out of every range');

async function ask(method: string, path: string, body?: object): Promise<Told> {
  const answer = await fetch(`${fleet.url}/api/v1${path}`, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : null,
  });
  answers.of += 1;
  if (answer.status >= 500) answers.count += 1;
  return { status: answer.status, body: (await answer.json()) as Told['body'] };
}

async function readEverything(deploymentId: string, runId: string): Promise<void> {
  for (const path of [
    ...['/now', '/services', '/services/main/shop/web', '/deployments', `/deployments/${deploymentId}`],
    ...[`/deployments/${deploymentId}/plan`, `/deployments/${deploymentId}/readings`],
    ...['/runs', `/runs/${runId}`, '/events', '/status'],
  ])
    await ask('GET', path);
}

/** Every number of the service's own records becomes the wild one; a check has it three times. */
async function makeWild(number: string): Promise<void> {
  const check = `{"name": "ok", "type": "kubernetes", "workload": {"kind": "Deployment", "name": "web"},
    "passes": ${number}, "timeoutMs": ${number}, "everyMs": ${number}}`;
  await query(
    postgres.url,
    `update services set checks = $1, policy =
       (select jsonb_object_agg(key, case jsonb_typeof(value) when 'number' then $2::jsonb else value end)
        from jsonb_each(policy)) where name = 'web'`,
    [`[${check}]`, number],
  );
}

test.each(wildNumbers)(
  'with %s in every record a rollback goes as far as it can, and a person ends it',
  async (number) => {
    await makeWild(number);
    const { body } = await ask('GET', '/deployments?service=main/shop/web');
    const newest = body.items[0]?.id ?? '';
    const older = body.items.find(({ id, status }) => id !== newest && status === 'completed')?.id;
    const rollback = await ask('POST', `/deployments/${newest}/rollback`, { target: older });
    expect(rollback.status).toBe(202);
    const { id } = rollback.body;
    for (let turn = 0; turn < 3; turn += 1) await fleet.work();
    await readEverything(newest, id);
    await ask('POST', `/runs/${id}/stop`, { reason: 'enough' });
    await query(postgres.url, 'update runs set wake_at = clock_timestamp() where id = $1', [id]);
    for (let turn = 0; turn < 3; turn += 1) await fleet.work();
    const { body: run } = await ask('GET', `/runs/${id}`);
    expect(ended).toContain((run as unknown as { run: { status: string } }).run.status);
    await query(postgres.url, "update services set checks = '[]' where name = 'web'");
    await deployNext(fleet, 3 * answers.of);
  },
  60_000,
);

test('an instant of a year with five digits is read, shown and counted with', async () => {
  await query(
    postgres.url,
    "update deployments set watch_ends_at = '19999-01-01Z' where watch_ends_at is not null",
  );
  const { body } = await ask('GET', '/deployments');
  const [first] = body.items;
  await readEverything(first?.id ?? '', 'none');
});

test('none of all these answers is 500', () => {
  expect({ broken: answers.count, log: fleet.log }).toEqual({ broken: 0, log: [] });
});
