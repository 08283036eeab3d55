import { flagStateOf } from '@lastgood/domain';
import { attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { flagsContract } from '@lastgood/testkit/contracts/flags';
import { startFaultyProxy, type WayFault } from '@lastgood/testkit/servers/faulty-proxy';
import {
  type LaunchDarklyServer,
  type ServedEnvironment,
  type ServedFlag,
  startLaunchDarklyServer,
} from '@lastgood/testkit/servers/launchdarkly-server';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLaunchDarkly } from './launchdarkly.ts';

const token = 'api-do-not-tell';
const never = new AbortController().signal;
const names = { provider: 'ld', project: 'shop', environment: 'production' };

const environment = (over: Partial<ServedEnvironment> = {}): ServedEnvironment => ({
  ...{ on: true, archived: false, version: 1, fallthrough: { variation: 0 }, rules: [], offVariation: 1 },
  ...over,
});
const flagOf = (key: string, variations: ServedFlag['variations'], kind: ServedFlag['kind']): ServedFlag => ({
  ...{ key, kind, archived: false, variations },
  environments: { production: environment(), test: environment() },
});
const yesNo = [
  { _id: 'id-yes', value: true },
  { _id: 'id-no', value: false },
];
const colours = [
  { _id: 'id-blue', value: '#00f', name: 'blue' },
  { _id: 'id-green', value: '#0f0', name: 'green' },
  { _id: 'id-red', value: '#f00', name: 'red' },
];

/** Puts the shares of a flag's variations, in percent, as somebody else would by hand. */
function put(flag: ServedFlag, on: boolean, shares: readonly number[]) {
  const { production } = flag.environments;
  if (!production) throw new Error('no production');
  const variations = shares.map((share, variation) => ({ variation, weight: share * 1_000 }));
  const become = { on, fallthrough: { rollout: { variations, contextKind: 'user' } } };
  Object.assign(production, become, { version: production.version + 1 });
}

function contractFor(title: string, flag: ServedFlag, moves: 'boolean' | 'multivariate') {
  flagsContract(title, async () => {
    const server = await startLaunchDarklyServer(token);
    server.flags.set(`shop/${flag.key}`, flag);
    const proxy = await startFaultyProxy(server.url);
    const flags = createLaunchDarkly({ name: 'ld', url: proxy.url, token, timeoutMs: 500 });
    const become = (fault: WayFault) => () => {
      proxy.fault = fault;
    };
    const isBoolean = moves === 'boolean';
    return {
      flags,
      flag: { ...names, flag: flag.key },
      moves: isBoolean
        ? [
            [true, false],
            [100, 12.5],
            [
              { on: true, percentage: 100 },
              { on: false, percentage: 5 },
            ],
          ]
        : [
            [false, true],
            ['blue', 'green'],
            [
              { on: true, variants: { blue: 33.333, green: 66.667 } },
              { on: true, variant: 'blue' },
            ],
          ],
      third: isBoolean ? 33 : 'red',
      async put(value) {
        const { on = true, percentage = 100, variants = { blue: 100 } } = flagStateOf(value);
        const { blue = 0, green = 0, red = 0 } = variants;
        put(flag, on, isBoolean ? [percentage, 100 - percentage] : [blue, green, red]);
      },
      picture: async () => structuredClone([...server.flags]),
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
      async archive(archived) {
        flag.archived = archived;
      },
      secret: token,
      async close() {
        await flags.close();
        await proxy.close();
        await server.close();
      },
    };
  }, ['fence']);
}

contractFor("LaunchDarkly's wire format, true or false", flagOf('new-cart', yesNo, 'boolean'), 'boolean');
contractFor("LaunchDarkly's wire format, of many", flagOf('banner', colours, 'multivariate'), 'multivariate');

describe('LaunchDarkly', () => {
  let server: LaunchDarklyServer;
  let flags: ReturnType<typeof createLaunchDarkly>;
  beforeAll(async () => {
    server = await startLaunchDarklyServer(token);
    flags = createLaunchDarkly({ name: 'ld', url: server.url, token });
  });
  afterAll(async () => {
    await flags.close();
    await server.close();
  });

  const serve = (flag: ServedFlag) => {
    server.flags.set(`shop/${flag.key}`, flag);
    return flag;
  };
  const set = (flag: string, from: object, to: object) =>
    attemptUntilOver(flags.setFlag, { kind: 'set-flag', ...names, flag, from, to }, 'r7/2');

  it('is told in the comment which rollback it was, and leaves rules, buckets and other environments alone', async () => {
    const flag = serve(flagOf('rules', yesNo, 'boolean'));
    const rules = [{ _id: 'r', variation: 1 }];
    const variations = [
      { variation: 0, weight: 60_000 },
      { variation: 1, weight: 40_000 },
    ];
    const rollout = { variations, contextKind: 'organization', bucketBy: 'key' };
    flag.environments.production = environment({ rules, fallthrough: { rollout } });
    const attempts = await set('rules', { percentage: 60 }, { percentage: 5 });
    expect(attempts.at(-1)?.outcome.kind).toBe('applied');
    expect(flag.environments.production).toMatchObject({
      on: true,
      version: 2,
      rules,
      fallthrough: {
        rollout: {
          ...{ contextKind: 'organization', bucketBy: 'key' },
          variations: [
            { variation: 0, weight: 5_000 },
            { variation: 1, weight: 95_000 },
          ],
        },
      },
    });
    expect(flag.environments.test).toEqual(environment());
    expect(server.comments).toContain('Lastgood rollback r7/2');
  });

  it('looks again after a conflict', async () => {
    serve(flagOf('busy', yesNo, 'boolean'));
    server.conflictNext();
    const attempts = await set('busy', { on: true }, { on: false });
    expect(attempts.map(({ outcome }) => outcome.kind)).toEqual(['waiting', 'applied']);
  });

  it('sends nothing where another version than the one looked at is there, whatever it serves', async () => {
    const flag = serve(flagOf('edited', yesNo, 'boolean'));
    const seen = { value: { on: true }, version: 1, archived: false };
    flag.environments.production = environment({ version: 2, rules: [{}] });
    const step = { kind: 'set-flag', ...names, flag: 'edited', from: true, to: false } as const;
    const result = await flags.setFlag.apply(step, seen, { key: 'r1/0', epoch: 1 }, never);
    expect(result).toMatchObject({ kind: 'retry' });
    expect(flag.environments.production.on).toBe(true);
  });

  it.each<[string, ServedFlag, object, object, RegExp]>([
    [
      'a variation that is gone',
      flagOf('a', colours, 'multivariate'),
      { variant: 'blue' },
      { variant: 'old' },
      /no variation old/,
    ],
    [
      'two things at once',
      flagOf('b', yesNo, 'boolean'),
      { percentage: 100 },
      { percentage: 5, variants: { true: 50, false: 50 } },
      /say two things/,
    ],
    [
      'finer shares than it keeps',
      flagOf('c', yesNo, 'boolean'),
      { percentage: 100 },
      { variants: { true: 33.3333, false: 66.6664 } },
      /thousandths/,
    ],
    [
      'a percentage of many',
      flagOf('d', colours, 'multivariate'),
      { variant: 'blue' },
      { variant: 'blue', percentage: 5 },
      /no percentage|no variation|say two/,
    ],
  ])('refuses %s', async (_words, flag, from, to, words) => {
    serve(flag);
    const outcome = (await set(flag.key, from, to)).at(-1)?.outcome;
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(words) });
    expect(flag.environments.production?.version).toBe(1);
  });

  it('refuses to end an experiment', async () => {
    const flag = serve(flagOf('experiment', yesNo, 'boolean'));
    const variations = [{ variation: 0, weight: 100_000 }];
    const rollout = { variations, experimentAllocation: { defaultVariation: 0 } };
    flag.environments.production = environment({ fallthrough: { rollout } });
    expect((await set('experiment', { percentage: 100 }, { percentage: 0 })).at(-1)?.outcome).toMatchObject({
      reason: expect.stringContaining('an experiment runs'),
    });
  });

  it('tells variations by their ids where two are called the same', async () => {
    const twins = [
      { _id: 'id-1', value: 1, name: 'new' },
      { _id: 'id-2', value: 2, name: 'new' },
      { _id: 'id-3', value: { a: 1 } },
    ];
    serve(flagOf('twins', twins, 'multivariate'));
    expect(await flags.readFlag({ ...names, flag: 'twins' }, never)).toMatchObject({
      seen: { value: { variants: { 'id-1': 100, 'id-2': 0, 'id-3': 0 } } },
    });
  });

  it('waits as long as a limit says', async () => {
    const now = 1_700_000_000_000;
    const document = flagOf('limited', yesNo, 'boolean');
    const limited = await startLocalServer((request, response) => {
      if (request.method === 'GET') return void response.end(JSON.stringify(document));
      return void response.writeHead(429, { 'x-ratelimit-reset': String(now + 7_000) }).end('{}');
    });
    const one = createLaunchDarkly({ name: 'ld', url: limited.url, token }, () => now);
    const step = { kind: 'set-flag', ...names, flag: 'limited', from: true, to: false } as const;
    const seen = { value: { on: true }, version: 1, archived: false };
    const result = await one.setFlag.apply(step, seen, { key: 'r1/0', epoch: 1 }, never);
    expect(result).toMatchObject({ kind: 'retry', afterMs: 7_000 });
    await one.close();
    await limited.close();
  });
});
