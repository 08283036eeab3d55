import { peopleKinds, type RecordKind } from '@lastgood/domain/notification/notification';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitHub } from './github.ts';
import { type LocalGitHub, startGitHub } from './github-harness.ts';

/* Against the wire format of the harness, which says what it was taken from: there is no GitHub to run here. */

const token = 'ghp_0123456789abcdef';
const sha = '1f0c2a7b8d9e0f1a2b3c4d5e6f708192a3b4c5d6';
const other = '9b8d3e2f00112233445566778899aabbccddeeff';
const signal = () => new AbortController().signal;
const { facts } = exampleNotification;
if (!facts) throw new Error('the example has facts');

/** A record about a commit. */
function record(kind: RecordKind, commit: string | null = sha, more: object = {}, place = {}) {
  const about = { ...facts, from: { release: 42, version: 'v42', commit } } as typeof facts;
  return outgoing({ kind, runId: null, ...(about ? { facts: about } : {}), ...more }, place);
}

notifierContract(
  'GitHub',
  async () => {
    const server = await startGitHub(token, 'acme/shop', [sha]);
    const base = { token, repository: 'acme/shop' };
    const wire = await startWire(Number(new URL(server.url).port), () => server.statuses.length);
    const notifier = createGitHub({ name: 'github', ...base, url: wire.url });
    const url = `http://127.0.0.1:${await closedPort()}`;
    const deadNotifier = createGitHub({ name: 'dead', ...base, url });
    return {
      ...{ notifier, deadNotifier, wire },
      behave(mood) {
        const refusal = { status: 401, json: { message: 'Bad credentials' } };
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
  (key) => ({ kind: 'deployment_registered', runId: null, deploymentId: key }),
);

describe('GitHub', () => {
  let server: LocalGitHub;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startGitHub(token, 'acme/shop', [sha, other]);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const now = 1_700_000_000_000;
  function make(over: Partial<Parameters<typeof createGitHub>[0]> = {}) {
    const settings = { name: 'github', token, repository: 'acme/shop', url: server.url };
    const notifier = createGitHub({ ...settings, ...over }, () => now);
    closing.push(notifier.close);
    return notifier;
  }

  it('writes a status beside the commit', async () => {
    expect(await make().deliver(record('deployment_registered'), signal())).toEqual({ kind: 'delivered' });
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        path: `/repos/acme/shop/statuses/${sha}`,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'lastgood',
        },
      },
    ]);
    expect(server.seen[0]?.body).toEqual({
      state: 'pending',
      context: 'lastgood/production/cart',
      description: exampleNotification.title,
      target_url: 'https://lastgood.example/deployments/d-42',
    });
  });

  it.each<[RecordKind, string]>([
    ['deployment_registered', 'pending'],
    ['deployment_verified', 'success'],
    ['deployment_failed', 'failure'],
    ['deployment_rolled_back', 'failure'],
    ['deployment_unproven', 'success'],
    ['deployment_superseded', 'success'],
  ])('says of %s that it is %s', async (kind, state) => {
    await make().deliver(record(kind), signal());
    expect(server.statuses).toMatchObject([{ sha, state }]);
    expect(server.deployments).toEqual([]);
  });

  it('finds the commit of which it knows the beginning', async () => {
    expect(await make().deliver(record('deployment_verified', '1F0C2A7'), signal())).toEqual({
      kind: 'delivered',
    });
    expect(server.statuses).toMatchObject([{ sha }]);
    expect(await make().deliver(record('deployment_verified', 'abcdef1'), signal())).toEqual({
      kind: 'refused',
      reason: 'GitHub answered HTTP 422 Unprocessable Entity: No commit found for SHA: abcdef1.',
    });
  });

  it.each([null, '', 'main', '../../x', 'v1.2.3', 'abc', `${sha}${sha}`])(
    'writes nothing beside %j, which is no commit, and has nothing to try again',
    async (commit) => {
      expect(await make().deliver(record('deployment_verified', commit), signal())).toEqual({
        kind: 'delivered',
      });
      expect(server.seen).toEqual([]);
    },
  );

  it('tells no people, and nothing where a notification is about nothing', async () => {
    const notifier = make();
    expect(notifier.hears).toBe('records');
    for (const kind of peopleKinds) await notifier.deliver(outgoing({ kind }), signal());
    const { facts: _, ...bare } = exampleNotification;
    const plain = { ...outgoing(), notification: { ...bare, kind: 'deployment_verified' as const } };
    expect(await notifier.deliver(plain, signal())).toEqual({ kind: 'delivered' });
    expect(server.seen).toEqual([]);
  });

  it.each([
    'acme/shop',
    'HOST/acme/shop/commit/{commit}',
    'HOST/acme/shop.git',
    'HOST/acme/shop/commit/{commit}?diff=split',
  ])('writes into the repository that a route names: %s', async (to) => {
    const place = { to: to.replace('HOST', server.url) };
    const delivery = await make({ repository: 'acme/none' }).deliver(
      record('deployment_verified', sha, {}, place),
      signal(),
    );
    expect(delivery).toEqual({ kind: 'delivered' });
  });

  it.each(['shop', 'https://evil.example/acme/shop', 'acme/..', '{owner}/shop', 'acme/sh op'])(
    'refuses a route to %j: a token goes to no other host',
    async (to) => {
      const delivery = await make().deliver(record('deployment_verified', sha, {}, { to }), signal());
      expect(delivery).toEqual({
        kind: 'refused',
        reason: expect.stringContaining('Nobody says which repository'),
      });
      expect(server.seen).toEqual([]);
    },
  );

  it('reads addresses of github.com where it speaks to api.github.com', async () => {
    const port = await closedPort();
    const notifier = make({ url: `http://api.localhost:${port}`, timeoutMs: 1_000 });
    const deliver = (to: string) =>
      notifier.deliver(record('deployment_verified', sha, {}, { to }), signal());
    expect(await deliver(`http://localhost:${port}/acme/shop`)).toMatchObject({ kind: 'retry' });
    expect(await deliver(`http://other.localhost:${port}/acme/shop`)).toMatchObject({ kind: 'refused' });
  });

  it('fits whatever it has to say', async () => {
    const long = '🚀<b>\u0000\n'.repeat(2_000);
    const said = { title: long, facts: { ...facts, service: { name: long, environment: long, team: long } } };
    const about = { ...said.facts, from: { release: 42, version: 'v42', commit: sha } };
    const notifier = make({ deployments: true });
    expect(
      await notifier.deliver(
        outgoing({ kind: 'deployment_registered', title: long, facts: about as never }),
        signal(),
      ),
    ).toMatchObject({ kind: 'delivered' });
    expect(server.statuses[0]?.description).toMatch(/^□<b> □<b> .*…$/);
    expect(server.statuses[0]?.context).toMatch(/^lastgood\/U\+1F680<b> U\+1F680/);
    expect(server.statuses[0]?.context).toHaveLength(255);
  });

  it('tells apart by their names what differs in characters only that GitHub refuses', async () => {
    const notifier = make({ deployments: true });
    for (const name of ['cart 🚀', 'cart 🐢']) {
      const about = { ...facts, service: { ...facts.service, name }, from: { ...facts.from, commit: sha } };
      const said = { kind: 'deployment_verified', title: `${name} – é ✓`, facts: about as never } as const;
      expect(await notifier.deliver(outgoing(said), signal())).toMatchObject({ kind: 'delivered' });
    }
    expect(server.statuses).toMatchObject([
      { context: 'lastgood/production/cart U+1F680', description: 'cart □ – é ✓' },
      { context: 'lastgood/production/cart U+1F422' },
    ]);
    expect(server.deployments.map(({ environment }) => environment)).toEqual([
      'production/cart U+1F680',
      'production/cart U+1F422',
    ]);
  });

  describe('with deployments', () => {
    it('keeps one for the release and leads it to its end', async () => {
      const notifier = make({ deployments: true });
      const first = await notifier.deliver(record('deployment_registered'), signal());
      expect(first).toEqual({ kind: 'delivered', receipt: { deployment: '1001' } });
      const earlier = { deployment: '1001' };
      await notifier.deliver(record('deployment_verified', sha, {}, { earlier }), signal());
      await notifier.deliver(record('deployment_rolled_back', sha, {}, { earlier }), signal());
      expect(server.deployments).toEqual([
        {
          ...{ id: 1_001, sha, task: 'lastgood', environment: 'production/cart' },
          ...{ payload: { deployment: 'd-42' }, states: ['in_progress', 'success', 'inactive'] },
        },
      ]);
      expect(server.statuses.map(({ state }) => state)).toEqual(['pending', 'success', 'failure']);
    });

    it('creates it once though its answer was lost, and one for each release of the same commit', async () => {
      const notifier = make({ deployments: true });
      server.instead = ({ path }) => (path.endsWith('/1001/statuses') ? { status: 502 } : null);
      expect(await notifier.deliver(record('deployment_registered'), signal())).toMatchObject({
        kind: 'retry',
      });
      server.instead = null;
      expect(await notifier.deliver(record('deployment_registered'), signal())).toMatchObject({
        kind: 'delivered',
      });
      expect(server.deployments).toMatchObject([{ states: ['in_progress'] }]);
      await notifier.deliver(record('deployment_registered', sha, { deploymentId: 'd-43' }), signal());
      expect(server.deployments).toHaveLength(2);
    });

    it('creates none to say that it is over', async () => {
      const delivery = await make({ deployments: true }).deliver(record('deployment_rolled_back'), signal());
      expect(delivery).toEqual({ kind: 'delivered' });
      expect(server.deployments).toEqual([]);
    });
  });
});
