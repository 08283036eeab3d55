import type { Delivery } from '@lastgood/domain/notification/delivery';
import { messageOf } from '@lastgood/domain/notification/message';
import { peopleKinds, type RecordKind } from '@lastgood/domain/notification/notification';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../receiver-harness.ts';
import { createGitLab } from './gitlab.ts';
import { type LocalGitLab, startGitLab } from './gitlab-harness.ts';
import { gitLabSettings } from './settings.ts';

/* Against the wire format of the harness, which says what it was taken from: there is no GitLab to run here. */

const token = 'glpat-0123456789abcdef';
const sha = '1f0c2a7b8d9e0f1a2b3c4d5e6f708192a3b4c5d6';
const project = 'acme/web/shop';
const signal = () => new AbortController().signal;
const { facts } = exampleNotification;
if (!facts) throw new Error('the example has facts');
const about = facts;

/** A record about a commit. */
function record(kind: RecordKind, commit: string | null = sha, to: string | null = null) {
  const of = { ...about, from: { release: 42, version: 'v42', commit } };
  return outgoing({ kind, runId: null, facts: of }, { to });
}

notifierContract(
  'GitLab',
  async () => {
    const server = await startGitLab(token, [project], [sha]);
    const wire = await startWire(Number(new URL(server.url).port), () => server.statuses.length);
    const notifier = createGitLab({ name: 'gitlab', token, project, url: wire.url });
    const url = `http://127.0.0.1:${await closedPort()}`;
    const deadNotifier = createGitLab({ name: 'dead', token, project, url });
    return {
      ...{ notifier, deadNotifier, wire },
      behave(mood) {
        const refusal = { status: 401, json: { message: '401 Unauthorized' } };
        server.instead = { accepts: null, fails: { status: 502 }, refuses: refusal }[mood];
      },
      // A status has no place for a key: what tells it is the page that it leads to.
      accepted: () =>
        server.statuses.map(({ target_url, description }) => ({
          key: new URL(target_url ?? '').pathname.split('/').at(-1) ?? '',
          title: description,
        })),
      async close() {
        await Promise.all([notifier.close(), deadNotifier.close(), wire.close(), server.close()]);
      },
    };
  },
  (key) => ({ kind: 'deployment_verified', runId: null, deploymentId: key }),
);

describe('GitLab', () => {
  let server: LocalGitLab;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startGitLab(token, [project, '42'], [sha]);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function make(over: Partial<Parameters<typeof createGitLab>[0]> = {}) {
    const settings = { name: 'gitlab', token, project, url: server.url };
    const notifier = createGitLab({ ...settings, ...over }, () => 1_700_000_000_000);
    closing.push(notifier.close);
    return notifier;
  }

  it('writes a status beside the commit', async () => {
    expect(await make().deliver(record('deployment_registered'), signal())).toEqual({
      kind: 'delivered',
      receipt: { pipeline: '901' },
    });
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        path: `/api/v4/projects/acme%2Fweb%2Fshop/statuses/${sha}`,
        headers: { 'private-token': token },
      },
    ]);
    expect(server.seen[0]?.body).toEqual({
      state: 'running',
      name: 'lastgood/production/cart',
      description: exampleNotification.title,
      target_url: 'https://lastgood.example/deployments/d-42',
    });
  });

  it('leads it from registered to verified, and to rolled back', async () => {
    const notifier = make();
    await notifier.deliver(record('deployment_registered'), signal());
    expect(server.statuses).toMatchObject([{ sha, status: 'running' }]);
    await notifier.deliver(record('deployment_verified'), signal());
    expect(server.statuses).toMatchObject([{ status: 'success' }]);
    await notifier.deliver(record('deployment_rolled_back'), signal());
    expect(server.statuses).toMatchObject([{ status: 'success' }, { status: 'failed' }]);
    await notifier.deliver(record('deployment_failed'), signal());
    expect(server.statuses.at(-1)).toMatchObject({ status: 'failed' });
  });

  describe('where the commit has another pipeline by then', () => {
    async function register() {
      const notifier = make();
      const began = server.beginPipeline(sha);
      const delivery = await notifier.deliver(record('deployment_registered'), signal());
      const earlier = (delivery.kind === 'delivered' && delivery.receipt) || null;
      const another = server.beginPipeline(sha);
      return { notifier, began, another, earlier };
    }

    it('ends the status in the one that it began in', async () => {
      const { notifier, began, another, earlier } = await register();
      expect(server.isRunning(began)).toBe(true);
      const verified = { ...record('deployment_verified'), earlier };
      expect(await notifier.deliver(verified, signal())).toEqual({ kind: 'delivered', receipt: earlier });
      expect(server.isRunning(began)).toBe(false);
      expect(server.statuses.map(({ pipeline, status }) => [pipeline, status])).toEqual([[began, 'success']]);
      await notifier.deliver({ ...record('deployment_rolled_back'), earlier }, signal());
      expect(server.statuses.some(({ pipeline }) => pipeline === another)).toBe(false);
    });

    it('writes into the newest where the one that it began in is gone', async () => {
      const { notifier, began, another, earlier } = await register();
      server.pipelines.splice(
        server.pipelines.findIndex(({ id }) => id === began),
        1,
      );
      const verified = { ...record('deployment_verified'), earlier };
      expect(await notifier.deliver(verified, signal())).toEqual({
        kind: 'delivered',
        receipt: { pipeline: String(another) },
      });
      expect(server.statuses.at(-1)).toMatchObject({ pipeline: another, status: 'success' });
    });

    it('writes into the newest at a GitLab that does not say which it was, and where a receipt is none', async () => {
      server.saysPipeline = false;
      const { notifier, another, earlier } = await register();
      expect(earlier).toBeNull();
      await notifier.deliver({ ...record('deployment_verified'), earlier: { pipeline: '../1' } }, signal());
      expect(server.statuses.at(-1)).toMatchObject({ pipeline: another, status: 'success' });
      expect(server.seen.at(-1)?.body).not.toHaveProperty('pipeline_id');
    });
  });

  it.each([
    ['deployment_unproven', 'success'],
    ['deployment_superseded', 'canceled'],
  ] as const)('ends what runs though it was never verified: %s', async (kind, status) => {
    const notifier = make();
    await notifier.deliver(record('deployment_registered'), signal());
    await notifier.deliver(record(kind), signal());
    expect(server.statuses).toMatchObject([{ sha, status }]);
  });

  it('takes a status that is there already, as after a lost answer, for written', async () => {
    const notifier = make();
    await notifier.deliver(record('deployment_registered'), signal());
    expect(await notifier.deliver(record('deployment_registered'), signal())).toEqual({ kind: 'delivered' });
    const earlier = { pipeline: '901' };
    expect(await notifier.deliver({ ...record('deployment_registered'), earlier }, signal())).toEqual({
      kind: 'delivered',
      receipt: earlier,
    });
    server.instead = {
      status: 400,
      json: { message: 'Cannot transition status via :success from :canceled' },
    };
    expect(await notifier.deliver(record('deployment_verified'), signal())).toMatchObject({
      kind: 'refused',
    });
  });

  it('leaves the beginning of a commit to GitLab, which finds it', async () => {
    await make().deliver(record('deployment_verified', '1F0C2A7'), signal());
    expect(server.statuses).toMatchObject([{ sha }]);
    expect(await make().deliver(record('deployment_verified', 'abcdef1'), signal())).toEqual({
      kind: 'refused',
      reason: 'GitLab answered HTTP 404 Not Found: 404 Commit Not Found.',
    });
  });

  it.each([null, '', 'main', '../../x', 'abc'])(
    'writes nothing beside %j, which is no commit, and has nothing to try again',
    async (commit) => {
      expect(await make().deliver(record('deployment_verified', commit), signal())).toEqual({
        kind: 'delivered',
      });
      expect(server.seen).toEqual([]);
    },
  );

  it('tells no people', async () => {
    const notifier = make();
    expect(notifier.hears).toBe('records');
    for (const kind of peopleKinds) await notifier.deliver(outgoing({ kind }), signal());
    expect(server.seen).toEqual([]);
  });

  it.each([
    'acme/web/shop',
    '42',
    'HOST/acme/web/shop/-/commit/{commit}',
    'HOST/acme/web/shop/commit/{commit}',
    'HOST/acme/web/shop.git',
  ])('writes into the project that a route names: %s', async (to) => {
    const said = record('deployment_verified', sha, to.replace('HOST', server.url));
    expect(await make({ project: 'acme/none' }).deliver(said, signal())).toMatchObject({
      kind: 'delivered',
    });
  });

  it.each(['shop', 'https://evil.example/acme/web/shop', 'acme/../shop', '{group}/shop', '-/shop'])(
    'refuses a route to %j: a token goes to no other host',
    async (to) => {
      expect(await make().deliver(record('deployment_verified', sha, to), signal())).toEqual({
        kind: 'refused',
        reason: expect.stringContaining('Nobody says which project'),
      });
      expect(server.seen).toEqual([]);
    },
  );

  it('fits whatever it has to say, and leaves out an address that does not', async () => {
    const long = '🚀<b>\u0000\n'.repeat(2_000);
    const of = { ...about, service: { name: long, environment: long, team: long } };
    const said = record('deployment_verified');
    const notification = { ...said.notification, title: long, facts: of, deploymentId: 'x'.repeat(800) };
    const facts42 = { ...notification, facts: { ...of, from: { release: 42, version: null, commit: sha } } };
    const given = { ...said, notification: facts42, message: messageOf(facts42, 'https://lastgood.example') };
    expect(await make().deliver(given, signal())).toMatchObject({ kind: 'delivered' });
    expect(server.statuses[0]?.description).toMatch(/^🚀<b> 🚀<b> .*…$/u);
    expect(server.statuses[0]).not.toHaveProperty('target_url');
  });

  it('says what GitLab said, and no token', async () => {
    server.instead = { status: 400, json: { message: { target_url: [`is blocked: ${token}`] } } };
    expect(await make().deliver(record('deployment_verified'), signal())).toEqual({
      kind: 'refused',
      reason: 'GitLab answered HTTP 400 Bad Request: target_url is blocked: ….',
    });
    server.instead = { status: 400, json: { error: 'state is missing' } };
    expect(await make().deliver(record('deployment_verified'), signal())).toMatchObject({
      reason: 'GitLab answered HTTP 400 Bad Request: state is missing.',
    });
  });

  it.each<[Answer, Partial<Delivery>]>([
    [{ status: 200, text: '<html>a proxy</html>' }, { kind: 'refused' }],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { kind: 'refused' }],
    [{ status: 403, json: { message: '403 Forbidden' } }, { kind: 'refused' }],
    [
      { status: 409, json: { message: '409 Conflict: Resource lock' } },
      { kind: 'retry', afterMs: null },
    ],
    [
      { status: 429, headers: { 'retry-after': '30' } },
      { kind: 'retry', afterMs: 30_000 },
    ],
    [
      { status: 429, headers: { 'ratelimit-reset': '1700000060' } },
      { kind: 'retry', afterMs: 60_000 },
    ],
    [
      { status: 429, text: 'Retry later' },
      { kind: 'retry', afterMs: null },
    ],
    [
      { status: 502, text: '<html>' },
      { kind: 'retry', afterMs: null },
    ],
  ])('takes %j for what it is', async (answer, delivery) => {
    server.instead = answer;
    expect(await make().deliver(record('deployment_verified'), signal())).toMatchObject(delivery);
    expect(server.seen).toHaveLength(1);
  });

  it('asks for another try of one that never answers', async () => {
    server.instead = 'never';
    const delivery = await make({ timeoutMs: 100 }).deliver(record('deployment_verified'), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
  });

  it('probes its token and the project', async () => {
    expect(await make().probe?.(null, signal())).toBeNull();
    expect(await make({ token: 'wrong' }).probe?.(null, signal())).toMatchObject({ setting: 'token' });
    expect(await make({ project: 'acme/none' }).probe?.(null, signal())).toMatchObject({
      setting: 'project',
    });
    expect(await make().probe?.('acme/none', signal())).toMatchObject({ setting: null });
    expect(await make().probe?.('none', signal())).toMatchObject({ setting: null });
    server.instead = { status: 503 };
    expect(await make().probe?.(null, signal())).toBe('unknown');
    expect(server.statuses).toEqual([]);
  });

  it('takes settings that can work', () => {
    const schema = Compile(gitLabSettings);
    expect(schema.Check({ token })).toBe(true);
    expect(schema.Check({ token, project, url: 'https://git.example/gitlab' })).toBe(true);
    expect(schema.Check({ token, project: '42' })).toBe(true);
    expect(schema.Check({ token: 'a\r\nx: y' })).toBe(false);
    expect(schema.Check({ token, project: 'shop' })).toBe(false);
  });
});
