import { flagStateOf, type StepKind, stepContracts } from '@lastgood/domain';
import { composePlan } from '@lastgood/domain/rollback/compose-plan';
import { neededFacts } from '@lastgood/domain/rollback/needed-facts';
import { attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { flagsContract } from '@lastgood/testkit/contracts/flags';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { startFaultyProxy, type WayFault } from '@lastgood/testkit/servers/faulty-proxy';
import { realUnleashMissing } from '@lastgood/testkit/servers/install-unleash';
import { type RealUnleash, startRealUnleash } from '@lastgood/testkit/servers/real-unleash';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnleash } from './unleash.ts';

const missing = await realUnleashMissing();
if (missing !== null) process.stderr.write(`skipped: tests against the real Unleash; ${missing}\n`);

const environment = 'production';
const never = new AbortController().signal;

/** As a person works with it, past Lastgood. */
function byHand({ url, token }: RealUnleash) {
  async function ask(method: string, path: string, body?: unknown) {
    const answer = await fetch(`${url}/api/admin${path}`, {
      method,
      headers: { authorization: token, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  const features = '/projects/default/features';
  const at = (flag: string) => `${features}/${flag}/environments/${environment}`;
  return {
    ask,
    at,
    create: (flag: string) => ask('POST', features, { name: flag, type: 'release' }),
    addRollout: (flag: string, percentage: number, shares: Record<string, number> = {}) =>
      ask('POST', `${at(flag)}/strategies`, rollout(flag, percentage, shares)),
    turn: (flag: string, on: boolean) => ask('POST', `${at(flag)}/${on ? 'on' : 'off'}`),
    archive: (flag: string) => ask('DELETE', `${features}/${flag}`),
    revive: (flag: string) => ask('POST', '/projects/default/revive', { features: [flag] }),
    environmentOf: (flag: string) => ask('GET', at(flag)),
    async events(flag: string): Promise<string[]> {
      const { events } = await ask('GET', `/events/${flag}`);
      return events.map(({ type }: { type: string }) => type).reverse();
    },
    async setRollout(flag: string, percentage: number, shares: Record<string, number>) {
      const [strategy] = (await ask('GET', at(flag))).strategies;
      return ask('PUT', `${at(flag)}/strategies/${strategy.id}`, rollout(flag, percentage, shares));
    },
  };
}

function rollout(flag: string, percentage: number, shares: Record<string, number>) {
  const variants = Object.entries(shares).map(([name, share], index, all) => ({
    ...{ name, weight: share * 10, weightType: index === all.length - 1 ? 'variable' : 'fix' },
    ...{ stickiness: 'default', payload: { type: 'string', value: `payload of ${name}` } },
  }));
  const parameters = { groupId: flag, rollout: String(percentage), stickiness: 'default' };
  return { name: 'flexibleRollout', parameters, constraints: [], segments: [], variants };
}

describe.skipIf(missing !== null)('against the real Unleash (needs unleash-server from npm)', () => {
  const postgres = usePostgres();
  let server: RealUnleash;
  let hand: ReturnType<typeof byHand>;
  beforeAll(async () => {
    server = await startRealUnleash(await postgres.createEmptyDatabase());
    hand = byHand(server);
  }, 130_000);
  afterAll(() => server?.close());

  const names = { provider: 'unleash', project: 'default', environment };
  const open = () => createUnleash({ name: 'unleash', url: server.url, token: server.token });

  flagsContract('the real Unleash', async () => {
    const proxy = await startFaultyProxy(server.url);
    const flags = createUnleash({ name: 'unleash', url: proxy.url, token: server.token, timeoutMs: 1_500 });
    const flag = 'new-cart';
    await hand.create(flag);
    await hand.addRollout(flag, 100, { blue: 100, green: 0, red: 0 });
    const become = (fault: WayFault) => () => {
      proxy.fault = fault;
    };
    return {
      flags,
      flag: { ...names, flag },
      moves: [
        [true, false],
        [false, true],
        [100, 10],
        [10, 12.5],
        ['blue', { variants: { blue: 33.3, green: 66.7 } }],
        [
          { on: true, percentage: 50, variants: { blue: 100 } },
          { on: true, percentage: 20, variants: { blue: 10, green: 90 } },
        ],
      ],
      third: { percentage: 33, variants: { red: 100 } },
      async put(value) {
        const { on = true, percentage = 100, variants = { blue: 100 } } = flagStateOf(value);
        const { blue = 0, green = 0, red = 0 } = variants;
        await hand.setRollout(flag, percentage, { blue, green, red });
        await hand.turn(flag, on);
      },
      picture: async () => [await hand.environmentOf(flag), await hand.events(flag)],
      taken: () => proxy.taken(),
      faults: {
        none: become('none'),
        hangs: become('hangs'),
        garbage: become('garbage'),
        unavailable: become('unavailable'),
        busy: become('busy'),
        forbidden: become('forbidden'),
        'loses-replies': become('loses-replies'),
        'loses-writes': become('loses-writes'),
      },
      archive: (archived) => (archived ? hand.archive(flag) : hand.revive(flag)),
      beforeNextWrite(act) {
        proxy.beforeNextWrite = act;
      },
      secret: server.token,
      async close() {
        await flags.close();
        await proxy.close();
      },
    };
  });

  it('keeps the payloads, rules and other environments of a flag whose shares go back', async () => {
    await hand.create('banner');
    await hand.addRollout('banner', 80, { blue: 20, green: 80 });
    await hand.turn('banner', true);
    const flags = open();
    const to = { on: false, percentage: 5, variants: { blue: 90, green: 10 } };
    const from = { on: true, percentage: 80, variants: { blue: 20, green: 80 } };
    const step = { kind: 'set-flag', ...names, flag: 'banner', from, to } as const;
    const attempts = await attemptUntilOver(flags.setFlag, step, 'r1/0');
    expect(attempts.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
    const { enabled, strategies } = await hand.environmentOf('banner');
    expect([enabled, strategies]).toMatchObject([
      false,
      [
        {
          parameters: { rollout: '5', stickiness: 'default', groupId: 'banner' },
          variants: [
            { name: 'blue', weight: 900, payload: { value: 'payload of blue' } },
            { name: 'green', weight: 100, payload: { value: 'payload of green' } },
          ],
        },
      ],
    ]);
    // Off comes first: half way through it serves no more than before.
    expect((await hand.events('banner')).slice(-2)).toEqual([
      'feature-environment-disabled',
      'feature-strategy-update',
    ]);
    await flags.close();
  });

  it('refuses what Unleash would only do in another way', async () => {
    const flags = open();
    const set = async (flag: string, from: object, to: object) => {
      const step = { kind: 'set-flag', ...names, flag, from, to } as const;
      return (await attemptUntilOver(flags.setFlag, step, 'r1/0')).at(-1)?.outcome;
    };
    await hand.create('bare');
    expect(await set('bare', { on: false }, { on: true })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('would add one for everybody'),
    });
    await hand.create('split');
    await hand.addRollout('split', 30);
    await hand.addRollout('split', 40);
    expect(await flags.readFlag({ ...names, flag: 'split' }, never)).toMatchObject({
      seen: { value: { on: false } },
    });
    await hand.create('gone');
    await hand.addRollout('gone', 100, { blue: 100 });
    expect(await set('gone', { variants: { blue: 100 } }, { variants: { old: 100 } })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('not all of the variants old'),
    });
    expect((await hand.environmentOf('bare')).strategies).toEqual([]);
    await flags.close();
  });

  it('is told from a wrong token, project or environment', async () => {
    const flags = createUnleash({ name: 'unleash', url: server.url, token: '*:*.wrong' });
    const read = await flags.readFlag({ ...names, flag: 'banner' }, never);
    expect(read).toEqual({
      kind: 'unreachable',
      reason: 'Unleash answered HTTP 401 Unauthorized: check its token and its rights',
    });
    await flags.close();
    const right = open();
    for (const over of [{ project: 'other' }, { environment: 'nowhere' }])
      expect(await right.readFlag({ ...names, flag: 'banner', ...over }, never)).toMatchObject({
        kind: 'not-found',
      });
    await right.close();
  });

  it('takes a release back that turned two flags: the plan is made of real reads, and done by its steps', async () => {
    const flags = open();
    await hand.create('search');
    await hand.addRollout('search', 10);
    await hand.create('checkout');
    await hand.addRollout('checkout', 100);
    const change = (flag: string, before: number | boolean, after: number | boolean) =>
      ({ kind: 'flag', target: { ...names, flag }, before, after }) as const;
    const changes = [change('search', 10, 100), change('checkout', false, true)];
    const [deployment, target, service] = [aDeployment({ changes }), aBaseline(), aService()];
    // The release goes out.
    await hand.setRollout('search', 100, {});
    await hand.turn('checkout', true);

    const { flag: needs = [] } = neededFacts({ service, deployment, target });
    const known = await Promise.all(
      needs.map(async (need) => {
        if (need.kind !== 'flag') throw new Error(need.kind);
        return { ...need, answer: await flags.readFlag(need.ask, never) };
      }),
    );
    const kinds = new Set<StepKind>(stepContracts.map(({ kind }) => kind));
    const history = { between: [], furtherBack: null, stepDurations: { service: {}, environment: {} } };
    const facts = { service, deployment, target, known: { flag: known }, at: 0, triggers: [], ...history };
    const made = composePlan(facts, kinds);
    if (made.kind !== 'plan') throw new Error(JSON.stringify(made.refusals));
    expect(made.plan.steps.map(({ title }) => title)).toEqual([
      'Set flag search in production back to 10 %',
      'Set flag checkout in production back to off',
      expect.stringContaining('Verify'),
    ]);
    for (const [ordinal, { step }] of made.plan.steps.entries()) {
      if (!('flag' in step)) continue;
      const attempts = await attemptUntilOver(flags.setFlag, step, `r1/${ordinal}`);
      expect(attempts).toMatchObject([{ outcome: { kind: 'applied' }, sent: true }]);
    }
    expect((await hand.environmentOf('search')).strategies[0].parameters.rollout).toBe('10');
    expect((await hand.environmentOf('checkout')).enabled).toBe(false);
    await flags.close();
  });
});
