import { families, openFamily } from '@lastgood/adapters';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { type SlackPress, slackPressBody, slackSigned } from '@lastgood/testkit/servers/slack-press';
import { type SlackServer, startSlackServer } from '@lastgood/testkit/servers/slack-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useRealStore } from '../endpoints/runs/real-store-harness.ts';
import { pressesOf } from './presses-of.ts';

/* The real application on a real database; Slack is a small server, and its notifier the one that is configured. */

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const address = '/integrations/slack/interactivity';
const service = { kind: 'Deployment', name: 'cart', cluster: 'main', namespace: 'shop' } as const;
const world = createInMemoryStepWorld([service], Date.now);
const { rollout } = world;
const metrics = createInMemoryMetricSource(() => ({ kind: 'value', value: 0 }));

let slack: SlackServer;
let notifiers: ReturnType<typeof openNotifiers>;
let now = () => Date.now();
beforeAll(async () => {
  slack = await startSlackServer();
  notifiers = openNotifiers();
});
afterAll(async () => {
  await notifiers?.close();
  await slack?.close();
});
beforeEach(() => {
  now = () => Date.now();
  slack.answers = [];
});

function openNotifiers() {
  const { token, api: url } = slack;
  const settings = { token, url, channel: 'C0INCIDENTS' };
  return openFamily(families.notifiers, [
    { kind: 'slack', name: 'slack', clusters: null, settings: { ...settings, signingSecret: secret } },
    { kind: 'slack', name: 'silent', clusters: null, settings },
  ]);
}

const real = useRealStore(
  { ports: { rollout, workloads: rollout.workloads }, metrics },
  {
    around: (store) => ({
      presses: {
        presses: pressesOf(notifiers.product),
        deployment: (id) => store.deployments.deployment(id),
        between: (...given) => store.deployments.between(...given),
        newest: async (service) => (await store.deployments.followed([service]))[0]?.latest?.id ?? null,
        over: (id) => store.outbox.over(id),
        ...{ publicUrl: 'https://lastgood.example', now: () => now() },
      },
    }),
  },
);

function post(payload: string | Buffer, headers: Record<string, string>, url = address) {
  return real.app().inject({ method: 'POST', url, headers: { host: 'localhost', ...headers }, payload });
}

let pressed = 0;
function bodyOf(press: Partial<SlackPress>): string {
  pressed += 1;
  const response_url = `${slack.url}/actions/T0SHOP/1/abc`;
  const action_ts = `1548426417.${String(pressed).padStart(6, '0')}`;
  return slackPressBody({ action_id: 'lastgood_rollback', action_ts, response_url, ...press });
}

/** Presses as Slack does, and what whoever pressed was told. */
async function press(given: Partial<SlackPress>, body = bodyOf(given)) {
  const before = slack.answers.length;
  const answer = await post(body, slackSigned(body, secret, Date.now()));
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.body).toBe('');
  await expect.poll(() => slack.answers.length, { timeout: 20_000 }).toBeGreaterThan(before);
  return String(slack.answers.at(-1)?.text);
}

const ask: typeof real.ask = (method, path, payload) => real.ask(method, path, payload);

async function runsOf(name: string) {
  const { body } = await ask('GET', `/runs?service=main/shop/${name}`);
  return body.items as { id: string; status: string; requester: object; deploymentId: string }[];
}

/** Two releases, the second in the cluster. */
async function bringOut(name: string): Promise<string> {
  const target = { ...service, name };
  rollout.cluster.create(target, { app: 'registry/web:v1' });
  const workloads = [{ kind: 'Deployment', name }];
  const checks = [{ name: 'ready', type: 'http', url: 'http://web/ready', passes: 1, every: 1 }];
  const put = await ask('PUT', `/services/main/shop/${name}`, { workloads, checks });
  expect(put.status, JSON.stringify(put.body)).toBeLessThan(300);
  return bringOutAgain(name, 'v2');
}

async function bringOutAgain(name: string, version: string): Promise<string> {
  const images = { app: `registry/web:${version}` };
  const made = await ask('POST', '/deployments', { service: `main/shop/${name}`, version, images });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  rollout.cluster.deploy({ ...service, name }, images);
  return made.body.id;
}

test('a press is the button: no approval, with Undo, and the name of whoever pressed in the record', async () => {
  const id = await bringOut('cart');
  const told = await press({ value: id });
  expect(told).toMatch(
    /^Rolling back cart from v2 \(release 2\) to .*release 1.* It starts (in \d+ s|as soon as its turn comes); until then it can be undone\.$/,
  );
  const [run, ...others] = await runsOf('cart');
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    ...{ status: 'queued', deploymentId: id },
    requester: { kind: 'person', name: 'ada (U0ADA1234, Slack)' },
  });
  const answer = JSON.stringify(slack.answers.at(-1));
  expect(answer).toContain(`https://lastgood.example/runs/${run?.id}`);
  expect(answer).toContain('"response_type":"ephemeral"');
  expect(answer).toContain('lastgood_undo');

  // Twice is once, whether it is another press or the same one sent again.
  expect(await press({ value: id, user: { id: 'U0BOB5678', username: 'bob' } })).toMatch(
    /waits for its start already: ada \(U0ADA1234, Slack\) asked for it\. It starts .*; until then it can be undone\.$/,
  );
  expect(await runsOf('cart')).toHaveLength(1);

  expect(await press({ action_id: 'lastgood_undo', value: run?.id ?? '' })).toContain('Undone: cart');
  expect(await runsOf('cart')).toMatchObject([{ status: 'cancelled' }]);
  const { body } = await ask('GET', '/events?service=main/shop/cart');
  expect(JSON.stringify(body)).toContain('ada (U0ADA1234, Slack)');
  expect(await press({ action_id: 'lastgood_undo', value: run?.id ?? '' })).toContain('Undone: cart');
});

test('the very same press sent again is one rollback, also after it was undone', async () => {
  const id = await bringOut('again');
  const body = bodyOf({ value: id });
  await press({}, body);
  await press({}, body);
  const [run] = await runsOf('again');
  await press({ action_id: 'lastgood_undo', value: run?.id ?? '' });
  expect(await press({}, body)).toContain('was undone');
  expect(await runsOf('again')).toMatchObject([{ id: run?.id, status: 'cancelled' }]);
  // Another press is another act.
  await press({ value: id });
  expect(await runsOf('again')).toHaveLength(2);
});

test.each([
  ['an incident that is not known', 'd-of-nowhere', 'There is no deployment d-of-nowhere.'],
  ['what is no id', '../../etc', 'knows nothing of what this button is about'],
])('%s is answered in words', async (_what, value, words) => {
  expect(await press({ value })).toContain(words);
});

test('an old incident is answered in words, with the way to the newer one', async () => {
  const id = await bringOut('old');
  const newer = await bringOutAgain('old', 'v3');
  const registered = await press({ value: id });
  expect(registered).toMatch(
    /^Nothing was done: .* v3 \(release 3\) came after it and is not known to serve yet\./,
  );
  expect(registered).not.toContain('has replaced');
  const served = { id: newer, status: 'completed', completedAt: Date.now() } as const;
  await real.store().deployments.commit({ deployments: [served] });
  expect(await press({ value: id })).toContain('A newer release has replaced');
  expect(JSON.stringify(slack.answers.at(-1))).toContain(`https://lastgood.example/deployments/${newer}`);
  expect(await runsOf('old')).toEqual([]);
});

test('an old incident of what is there again, since the newer release never came, has its button', async () => {
  const id = await bringOut('stayed');
  const never = await bringOutAgain('stayed', 'v3');
  const { deployments } = real.store();
  const [release, service] = [
    await deployments.deployment(never),
    await deployments.service('main/shop/stayed'),
  ];
  if (!release || !service) throw new Error('nothing was registered');
  const failed = { id: never, status: 'failed', watchClosedAt: Date.now() } as const;
  await deployments.commit({ deployments: [failed], neverCame: [{ release, service, at: Date.now() }] });
  expect(await press({ value: id })).not.toContain('came after it');
  expect(await runsOf('stayed')).toHaveLength(1);
});

test('a message that outlived the watch of its release is no way to roll back the newer one', async () => {
  const id = await bringOut('aged');
  const over = { id, status: 'completed', proof: 'unproven', watchClosedAt: Date.now() } as const;
  await real.store().deployments.commit({ deployments: [over] });
  const newer = await bringOutAgain('aged', 'v3');
  expect(await press({ value: id })).toContain('v3 (release 3) came after it');
  expect(JSON.stringify(slack.answers.at(-1))).toContain(`/deployments/${newer}`);
  expect(await runsOf('aged')).toEqual([]);
});

test('a button that only opens the page is heard and does nothing', async () => {
  const body = bodyOf({ action_id: 'lastgood_open' });
  expect((await post(body, slackSigned(body, secret, Date.now()))).statusCode).toBe(200);
  expect(slack.answers).toEqual([]);
});

describe('who is not Slack', () => {
  let id: string;
  beforeAll(async () => {
    id = await bringOut('attacked');
  });

  async function refused(payload: string | Buffer, headers: Record<string, string>, status = 401) {
    const answer = await post(payload, headers);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.body).not.toContain(secret);
    expect(await runsOf('attacked')).toEqual([]);
    expect(slack.answers).toEqual([]);
  }

  test('forges a press', async () => {
    const body = bodyOf({ value: id });
    const headers = slackSigned(body, secret, Date.now());
    const { 'x-slack-signature': signature = '' } = headers;
    await refused(body, { 'content-type': 'application/x-www-form-urlencoded' });
    await refused(body, slackSigned(body, 'a'.repeat(32), Date.now()));
    await refused(body, slackSigned(body, '', Date.now()));
    await refused(body, { ...headers, 'x-slack-signature': signature.slice(0, 40) });
    await refused(body, { ...headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` });
    await refused(body, { ...headers, 'x-slack-request-timestamp': '9'.repeat(400) });
    const json = { ...headers, 'content-type': 'application/json' };
    await refused('{}', json);
    await refused('', headers);
  });

  test('sends what was recorded, changed or not', async () => {
    const body = bodyOf({ value: id });
    const headers = slackSigned(body, secret, Date.now() - 5 * 60_000 - 1_000);
    await refused(body, headers);
    await refused(body, { ...headers, 'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)) });
    const ahead = slackSigned(body, secret, Date.now() + 6 * 60_000);
    await refused(body, ahead);
    now = () => Date.now() + 6 * 60_000;
    await refused(body, slackSigned(body, secret, Date.now()));
  });

  test('cuts a body, or adds to it', async () => {
    const body = bodyOf({ value: id });
    const headers = slackSigned(body, secret, Date.now());
    for (const other of [
      body.slice(0, -1),
      body.slice(0, 20),
      `${body}&payload=%7B%7D`,
      Buffer.from([0xff, 0xfe, 0]),
    ])
      await refused(other, headers);
  });

  test('sends what is too large or compressed, signed or not', async () => {
    const huge = `payload=${'x'.repeat(300_000)}`;
    await refused(huge, slackSigned(huge, secret, Date.now()), 413);
    await refused(huge, { 'content-type': 'application/x-www-form-urlencoded' }, 413);
    const body = bodyOf({ value: id });
    await refused(body, { ...slackSigned(body, secret, Date.now()), 'content-encoding': 'gzip' }, 415);
  });

  test('is a page of another site', async () => {
    const body = bodyOf({ value: id });
    const headers = slackSigned(body, secret, Date.now());
    await refused(body, { ...headers, origin: 'https://evil.example' }, 403);
    await refused(body, { ...headers, 'sec-fetch-site': 'cross-site' }, 403);
    await refused(body, { ...headers, host: 'evil.example' }, 403);
  });

  test.each([
    ['nested without end', `payload=${'['.repeat(100_000)}`],
    ['with a prototype', 'payload={"__proto__":{"type":"block_actions"},"type":"x"}'],
    ['that is no form', '\u0000\u0001'],
  ])('has a signed body %s, of which nothing is done', async (_what, body) => {
    await refused(body, slackSigned(body, secret, Date.now()), 200);
  });

  test('has a press answered elsewhere', async () => {
    let collected = 0;
    const elsewhere = await startLocalServer((_request, response) => {
      collected += 1;
      response.end();
    });
    const body = bodyOf({ value: 'd-of-nowhere', response_url: `${elsewhere.url}/actions/T0SHOP/1/abc` });
    expect((await post(body, slackSigned(body, secret, Date.now()))).statusCode).toBe(200);
    // By the time that a later one is answered where it may be.
    await press({ value: 'd-of-nowhere' });
    expect([collected, slack.answers.length]).toEqual([0, 1]);
    await elsewhere.close();
  });
});

test.each([
  '/integrations/silent/interactivity',
  '/integrations/nobody/interactivity',
  '/integrations/__proto__/interactivity',
])('nothing is at %s, where no signing secret is configured', async (url) => {
  const body = bodyOf({ value: 'd' });
  expect((await post(body, slackSigned(body, secret, Date.now()), url)).statusCode).toBe(404);
});
