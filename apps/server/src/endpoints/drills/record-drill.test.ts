import { expect, test } from 'vitest';
import { useEndpoints, web } from '../endpoints-harness.ts';

const { ask, rollout, clock, work } = useEndpoints();
const policy = { watchWindow: 60, cooldown: 0, stableTimeout: 60 };
const minute = 60_000;
const iso = (at: number) => new Date(at).toISOString();

const put = (name: string, input: object = {}) => ask('PUT', `/services/main/shop/${name}`, input);
const view = async (name: string) => (await ask('GET', `/services/main/shop/${name}`)).json();
const record = (name: string, body: object, key?: string) =>
  ask('POST', `/services/main/shop/${name}/drills`, body, key);
const logged = async (name: string) =>
  (await ask('GET', `/events?service=main/shop/${name}&kind=drill`))
    .json()
    .items.map(({ type, text }: { type: string; text: string }) => [type, text]);

test('a drill that was held elsewhere is said as what somebody recorded, once for a key', async () => {
  const declared = (await put('cart', { drills: { everyDays: 90 } })).json();
  expect(declared.declaration.drills).toEqual({ everyDays: 90 });
  expect(declared.drills).toMatchObject({ everyDays: 90, state: 'not-possible', last: null });
  expect(declared.drills.words.last).toMatch(/^Never: /);
  expect((await put('cart', declared.declaration)).json().declaration).toEqual(declared.declaration);

  const at = iso(clock.now() - 5 * minute);
  const given = { at, note: ' game day on staging ', tookSeconds: 240 };
  const [first, again] = [await record('cart', given, 'k1'), await record('cart', given, 'k1')];
  expect([first.statusCode, again.statusCode]).toEqual([201, 201]);
  expect(again.json()).toEqual(first.json());
  expect(first.json()).toEqual({
    ...{ kind: 'recorded', at, tookSeconds: 240, note: 'game day on staging', runId: null },
    ...{
      by: 'dashboard',
      words: expect.stringMatching(/^Recorded by somebody: game day on staging\. Held on /),
    },
  });
  const { drills } = await view('cart');
  expect(drills.last).toEqual(first.json());
  expect(drills.dueAt).toBe(iso(Date.parse(at) + 90 * 24 * 60 * minute));
  const text = `A drill of cart was held elsewhere. ${first.json().words}`;
  expect(await logged('cart')).toEqual([['drill.recorded', text]]);
});

test('a rollback that Lastgood verified counts by itself', async () => {
  rollout.cluster.create(web, { app: 'registry/web:v1' });
  expect((await put('web', { policy })).statusCode).toBe(200);
  expect((await view('web')).drills).toMatchObject({ everyDays: null, state: 'undeclared', last: null });
  const registered = await ask('POST', '/deployments', { service: 'main/shop/web', version: 'v2' });
  rollout.cluster.deploy(web, { app: 'registry/web:v2' });
  const queued = await ask('POST', `/deployments/${registered.json().id}/rollback`, { reason: 'game day' });
  expect(queued.statusCode, queued.body).toBe(202);
  await work();
  const { id } = queued.json();
  expect((await ask('GET', `/runs/${id}`)).json().run).toMatchObject({ status: 'done', verdict: 'passed' });
  const { last } = (await view('web')).drills;
  expect(last).toMatchObject({ kind: 'rollback', runId: id, note: null });
  expect(last.words).toMatch(/^A rollback that .* asked for was verified on /);
});

test.each<[string, string, object, number]>([
  ['what is still to come', 'cart', { at: iso(Date.now() + 3_600_000) }, 422],
  ['what is too long ago', 'cart', { at: '2001-01-01T00:00:00Z' }, 422],
  ['what is no instant', 'cart', { at: 'yesterday' }, 422],
  ['an unknown member', 'cart', { by: 'grace' }, 422],
  ['a duration that is none', 'cart', { tookSeconds: -1 }, 422],
  ['a service that is not there', 'nobody', {}, 404],
])('refuses %s', async (_words, name, body, status) => {
  const before = await logged('cart');
  expect((await record(name, body)).statusCode).toBe(status);
  expect(await logged('cart')).toEqual(before);
});

test.each([0, 731, 1.5, '90'])(
  'a declaration is refused that asks for drills every %j days',
  async (everyDays) => {
    expect((await put('cart', { drills: { everyDays } })).statusCode).toBe(422);
  },
);
