import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployNext, type Fleet, startFleet } from './fuzz/fleet-harness.ts';
import { hostileKeys } from './fuzz/hostile-values.ts';
import { tallyGoal } from './tally-goal.ts';

/*
 * Rollbacks and commands that are sent again under one Idempotency-Key, one after the other and at once: one effect, one
 * answer.
 */
const postgres = usePostgres();
let fleet: Fleet;
let bad: string;
const effects = tallyGoal('S7', 'second effects under one Idempotency-Key');
beforeAll(async () => {
  fleet = await startFleet(postgres.url);
  await deployNext(fleet, 0);
  await deployNext(fleet, 3);
  const { items } = (await ask('GET', '/deployments?service=main/shop/web')).body;
  bad = items[0].id;
});
afterAll(() => fleet?.stop());

async function ask(method: string, path: string, body?: object, key?: string) {
  const answer = await fetch(`${fleet.url}/api/v1${path}`, {
    method,
    headers: {
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) };
}

/** The same request ten times at once and once more: answers the one success that all of them got. */
async function askTwins(path: string, body: object, key: string) {
  const twins = await Promise.all(Array.from({ length: 10 }, () => ask('POST', path, body, key)));
  const last = await ask('POST', path, body, key);
  const done = [...twins, last].filter(({ status }) => status < 300);
  const waiting = twins.filter(({ status }) => status === 409);
  effects.of += twins.length + 1;
  const different = new Set(done.map(({ text }) => text)).size - 1;
  effects.count += Math.max(0, different);
  expect(last.headers.get('idempotent-replayed')).toBe('true');
  expect(different).toBe(0);
  expect(done.length + waiting.length).toBe(twins.length + 1);
  for (const { headers } of waiting) expect(headers.get('retry-after')).toBe('1');
  const other = await ask('POST', path, { ...body, reason: 'another one' }, key);
  expect(other.body).toMatchObject({ status: 422, type: 'urn:lastgood:problem:idempotency-key' });
  return last;
}

async function countOf(list: string): Promise<number> {
  return (await ask('GET', `/${list}?limit=200`)).body.items.length;
}

async function timelineOf(id: string): Promise<string[]> {
  const { timeline } = (await ask('GET', `/runs/${id}`)).body;
  return timeline.map(({ type }: { type: string }) => type);
}

/** Of a request that was sent again and again: one more of them. */
async function expectOne(list: string, before: number): Promise<void> {
  const made = (await countOf(list)) - before;
  effects.count += Math.abs(made - 1);
  expect(made).toBe(1);
}

/** In the record of a run: that it happened, and once. */
async function expectOnce(run: string, event: string): Promise<void> {
  const found = (await timelineOf(run)).filter((type) => type === event);
  effects.count += Math.abs(found.length - 1);
  expect(found).toHaveLength(1);
}

describe('one key, one effect', () => {
  test('of a rollback that is undone, asked for again and stopped', async () => {
    const before = await countOf('runs');
    const { body: run } = await askTwins(`/deployments/${bad}/rollback`, { startsInSeconds: 60 }, 'press');
    await expectOne('runs', before);
    const undone = await askTwins(`/runs/${run.id}/undo`, {}, 'press');
    expect(undone.body.status).toBe('cancelled');
    await expectOnce(run.id, 'rollback.undone');

    const { body: again } = await askTwins(
      `/deployments/${bad}/rollback`,
      { startsInSeconds: 60 },
      'press-again',
    );
    expect(again.id).not.toBe(run.id);
    await askTwins(`/runs/${again.id}/stop`, { reason: 'wrong one' }, 'stop');
    await expectOnce(again.id, 'rollback.stop-asked');
    await fleet.work();
  });

  test('of a registered deployment', async () => {
    const before = await countOf('deployments');
    await deployNext(fleet, 1);
    const declared = await countOf('deployments');
    expect(declared).toBeGreaterThan(before);
    const twins = await Promise.all(
      Array.from({ length: 10 }, () =>
        ask('POST', '/deployments', { service: 'main/shop/api', version: 'v9' }, 'register'),
      ),
    );
    expect(new Set(twins.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    await expectOne('deployments', declared);
  });

  test('of commands that are refused, the refusal may be asked again and nothing has changed', async () => {
    const { items } = (await ask('GET', '/runs')).body;
    for (const command of ['resume', 'retry']) {
      const answers = [];
      for (let time = 0; time < 3; time += 1)
        answers.push(await ask('POST', `/runs/${items[0].id}/${command}`, undefined, 'no'));
      for (const { status, body } of answers)
        expect([command, status, body.type]).toEqual([command, 409, 'urn:lastgood:problem:conflict']);
    }
  });

  test('a key of hostile characters is refused in words or is a key as others are', async () => {
    const { items } = (await ask('GET', '/runs')).body;
    for (const key of hostileKeys) {
      const { status, body } = await ask('POST', `/runs/${items[0].id}/resume`, undefined, key);
      expect([400, 409], key).toContain(status);
      expect(body.detail.length, key).toBeGreaterThan(20);
    }
  });
});
