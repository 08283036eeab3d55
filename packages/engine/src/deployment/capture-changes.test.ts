import {
  type FlagSeen,
  noContracts,
  type Observed,
  type OtherChange,
  type UnfitChange,
  type Way,
  type WayResult,
} from '@lastgood/domain';
import { aService } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { Type } from 'typebox';
import { beforeEach, expect, test } from 'vitest';
import { registerDeployment } from './register.ts';

const Target = Type.Object({ provider: Type.String(), flag: Type.String() }, { additionalProperties: false });
const Declared = Type.Object({ provider: Type.String() });

/** A way that takes flags back, and asks their provider how they stand. */
const flags: Way<'flag', typeof Declared> = {
  name: 'flags',
  change: { kind: 'flag', target: Target, before: Type.Boolean(), after: Type.Boolean() },
  declares: Declared,
  registers: {
    given: Type.Object({ flag: Type.String() }),
    complete: (target, declared) =>
      declared
        ? { kind: 'complete', target: { ...declared, ...target } }
        : { kind: 'missing', reason: 'names no provider; declare one under rollback.flags' },
    reading: {
      need: ({ target }) => ({
        kind: 'flag',
        ask: {
          provider: String(target.provider),
          project: 'shop',
          environment: 'prod',
          flag: String(target.flag),
        },
      }),
      before: ({ answer }) => (answer.kind === 'seen' && !answer.seen.archived ? answer.seen.value : null),
      isInPlace: (read, after) => read === after,
    },
  },
  takesBack: () => null,
  needs: () => [],
  plan: (): WayResult => ({ kind: 'steps', steps: [], warnings: [] }),
};

let engine: ReturnType<typeof createTestEngine>;
let answer: (signal: AbortSignal) => Promise<Observed<FlagSeen>>;
const seen =
  (value: FlagSeen['value'], archived = false) =>
  async () => ({
    kind: 'seen' as const,
    seen: { value, version: 1, archived },
  });

beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin({ service: { rollback: { flags: { provider: 'unleash' } } } });
  answer = seen(false);
});

const turnedOn: OtherChange = { kind: 'flag', target: { flag: 'new-checkout' }, before: null, after: true };

async function register(change: OtherChange, configured = true) {
  const { rollout, workloads } = engine;
  const notAsked = () => Promise.reject(new Error('nothing is set while a deployment is registered'));
  const port = {
    readFlag: (_ask: unknown, signal: AbortSignal) => answer(signal),
    setFlag: { observe: notAsked, apply: notAsked },
  };
  const result = await registerDeployment(
    {
      deployments: engine.store.deployments,
      ports: { rollout, workloads, ...(configured ? { flags: port } : {}) },
      ...{ clock: engine.time.clock, newId: engine.newId, deadlineMs: 5_000, ways: [flags as Way] },
    },
    {
      ...{ service: 'main/shop/web', idempotencyKey: null, version: 'v3', commit: null, author: null },
      ...{ pipelineUrl: null, images: {}, changes: [change], contracts: noContracts },
    },
    engine.forever,
  );
  if (result.kind !== 'registered') return result;
  const { changes, notices } = result.deployment;
  const warnings = notices.map(({ words }) => words).join();
  return { change: changes.find(({ kind }) => kind === 'flag'), warnings };
}

test('what stands before a change is read, and its target is filled in from the declaration', async () => {
  expect(await register(turnedOn)).toEqual({
    change: {
      kind: 'flag',
      target: { provider: 'unleash', flag: 'new-checkout' },
      before: false,
      after: true,
    },
    warnings: expect.not.stringContaining('new-checkout'),
  });
});

test('what the pipeline says was before counts, and nobody is asked', async () => {
  answer = () => Promise.reject(new Error('asked'));
  expect(await register({ ...turnedOn, before: false })).toMatchObject({ change: { before: false } });
});

test.each<[string, () => void, RegExp, boolean?]>([
  [
    'was changed already',
    () => (answer = seen(true)),
    /has been changed already.*Register before changing it/,
  ],
  ['cannot be told', () => (answer = seen(false, true)), /how it stands could not be told/],
  [
    'cannot be read',
    () => (answer = async () => ({ kind: 'unreachable', reason: 'no answer' })),
    /could not be read before it is changed \(no answer\)/,
  ],
  ['is not configured', () => undefined, /nothing that could be asked is configured here/, false],
])(
  'one that %s stays unknown, with a warning that says what that means',
  async (_words, given, words, configured) => {
    given();
    const result = await register(turnedOn, configured);
    expect(result).toMatchObject({ change: { before: null } });
    expect(result).toHaveProperty('warnings', expect.stringMatching(words));
    expect(result).toHaveProperty(
      'warnings',
      expect.stringContaining('only if the registration says what it was'),
    );
  },
);

test('one that is not said to be changed to anything stays unknown, for what stands there may be the change', async () => {
  answer = seen(true);
  expect(await register({ ...turnedOn, after: null })).toEqual({
    change: {
      kind: 'flag',
      target: { provider: 'unleash', flag: 'new-checkout' },
      before: null,
      after: null,
    },
    warnings: expect.stringMatching(/without what it is changed to \(`after`\).*Register it with `after`/),
  });
});

test('an outside that hangs delays the registration by its deadline and no more', async () => {
  answer = (signal) =>
    new Promise((resolve) =>
      signal.addEventListener('abort', () =>
        resolve({ kind: 'unreachable', reason: 'no answer within 5 s' }),
      ),
    );
  const began = engine.time.now();
  const registering = register(turnedOn);
  await engine.time.pass(5_000);
  expect(await registering).toMatchObject({ change: { before: null } });
  expect(engine.time.now() - began).toBe(5_000);
});

test.each<[string, OtherChange, Partial<UnfitChange>]>([
  ['a value of another type', { ...turnedOn, after: 'on' }, { member: 'after', index: 0 }],
  ['a member nobody knows', { ...turnedOn, target: { flag: 'a', color: 'red' } }, { member: 'target' }],
])('%s is refused before anything is recorded', async (_words, change, unfit) => {
  expect(await register(change)).toMatchObject({ kind: 'unfit-change', unfit });
});

test('what nobody declared is said to be missing', async () => {
  await engine.store.services.apply(aService({ rollback: {} }), 'test', engine.time.now());
  expect(await register(turnedOn)).toMatchObject({
    kind: 'unfit-change',
    unfit: { member: 'target', reason: expect.stringContaining('declare one under rollback.flags') },
  });
});
