import { aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it, test } from 'vitest';
import type { Change, Deployment } from '../deployment/deployment.ts';
import type { Stood, StoodState } from '../deployment/stood.ts';
import type { DatabaseSeen } from './contracts/migrate-to.ts';
import { withIncluded } from './included.ts';
import type { Fact, NeedAnswer, NeedKind } from './need.ts';
import { asPlanned, closerNeed, isOfService, judgeSeen, keptOf } from './unregistered.ts';
import { leftWords } from './unregistered-words.ts';
import { allWays } from './ways/index.ts';
import { lookedAt, stateOf } from './what-stands.ts';

const rollback = {
  migration: { database: 'orders' },
  flag: {
    ...{ provider: 'unleash', environment: 'production' },
    flags: [{ flag: 'new-cart' }, { flag: 'fast', provider: 'flagd', environment: 'edge' }],
  },
  gitops: {
    ...{ repository: 'infra', branch: 'main', path: 'shop' },
    application: { kind: 'Application', namespace: 'argocd', name: 'orders' },
  },
};
const service = aService({ rollback });
const names = {
  schema: 'migration/orders',
  flag: 'flag/unleash/default/production/new-cart',
  git: 'gitops/argocd/orders',
};
const [k0, k1, k2] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

const seen = <T>(value: T) => ({ kind: 'seen' as const, seen: value });
const schema = (head: string, over: Partial<DatabaseSeen> = {}) =>
  seen({ head, dirty: false, running: null, path: null, ...over });
const flag = (value: unknown, archived = false) => seen({ value, version: 1, archived });
const revision = (commit: string) =>
  seen({ uid: 'u', revision: commit, synced: true, healthy: true, suspended: false, askedBy: null });
const lost = { kind: 'unreachable', reason: 'no route to host' } as const;

const known = (value: unknown): StoodState => ({ kind: 'known', value });
const release = (stood: Record<string, StoodState>, over: Partial<Deployment> = {}) =>
  aDeployment({
    ...over,
    stood: Object.entries(stood).map(
      ([name, state]): Stood => ({ kind: name.split('/')[0] as Stood['kind'], name, state }),
    ),
  });

/** What is said of a deployment when one thing stands as it is answered. */
function judged(deployment: Deployment, answer: object, including: string[] = []) {
  const kept = keptOf({ service, deployment }, allWays);
  return judgeSeen(
    { service, deployment, including },
    kept.map((one) => ({ ...one, fact: { ...one.look.need, answer } as Fact })),
  );
}

describe('what a service declares is looked at', () => {
  it('by the names that a command includes it by', () => {
    expect(lookedAt(service, allWays).map(({ name, need }) => [name, need.kind])).toEqual([
      [names.git, 'revision'],
      [names.flag, 'flag'],
      ['flag/flagd/default/edge/fast', 'flag'],
      [names.schema, 'database'],
    ]);
    expect(lookedAt(aService(), allWays)).toEqual([]);
  });

  const look = (name: string) => lookedAt(service, allWays).find((one) => one.name === name);
  test.each<[string, string, object, StoodState]>([
    ['a schema', names.schema, schema('0017'), known('0017')],
    [
      'a schema in the midst of a migration',
      names.schema,
      schema('0017', { running: 'ci' }),
      { kind: 'unknown', reason: 'it is being migrated by ci' },
    ],
    [
      'half a migration',
      names.schema,
      schema('0018', { dirty: true }),
      { kind: 'unknown', reason: 'it stands half way at 0018: a migration failed' },
    ],
    ['a flag', names.flag, flag({ on: true, percentage: 25 }), known({ on: true, percentage: 25 })],
    ['an archived flag', names.flag, flag(true, true), { kind: 'unknown', reason: 'it is archived' }],
    [
      'a flag of so many variants that nobody keeps it',
      names.flag,
      flag({ variants: Object.fromEntries([...Array(900)].map((_, n) => [`variant-${n}`, 0])) }),
      { kind: 'unknown', reason: 'what stands there is too large to be kept' },
    ],
    ['a commit', names.git, revision(k0), known(k0)],
    [
      'nothing brought out',
      names.git,
      revision(''),
      { kind: 'unknown', reason: 'it has brought out no commit yet' },
    ],
    [
      'a chart',
      names.git,
      revision('1.4.2'),
      { kind: 'unknown', reason: 'what it has brought out is no commit: 1.4.2' },
    ],
    ['what does not answer', names.schema, lost, { kind: 'unknown', reason: 'no route to host' }],
    [
      'what nothing reads',
      names.flag,
      { kind: 'not-configured' },
      { kind: 'unknown', reason: 'nothing that can read it is configured' },
    ],
    [
      'what is not there',
      names.flag,
      { kind: 'not-found', reason: 'there is no flag new-cart' },
      { kind: 'unknown', reason: 'there is no flag new-cart' },
    ],
  ])('%s', (_what, name, answer, state) => {
    const one = look(name);
    expect(one && stateOf(one, { ...one.need, answer: answer as NeedAnswer<NeedKind> } as Fact)).toEqual(
      state,
    );
  });
});

describe('what moved and was not registered', () => {
  test.each<[string, string, unknown, object, unknown, string, string]>([
    [
      ...['a schema', names.schema, '0017', schema('0018'), '0018'],
      'The schema of orders moved from 0017 to 0018 after release 2 was registered.',
      'Take the schema of orders back to 0017',
    ] as never,
    [
      ...[
        'a flag',
        names.flag,
        { on: false },
        flag({ on: true, percentage: 50 }),
        { on: true, percentage: 50 },
      ],
      'Flag new-cart in production moved from off to on, 50 % after release 2 was registered.',
      'Take flag new-cart in production back to off',
    ] as never,
    [
      ...['a synced commit', names.git, k0, revision(k2), k2],
      `What Argo CD brings out as Application argocd/orders moved from ${k0.slice(0, 12)} to ${k2.slice(0, 12)} after release 2 was registered.`,
      `Take what Argo CD brings out as Application argocd/orders back to ${k0.slice(0, 12)}`,
    ] as never,
  ])('%s is told with its name, and stays', (_what, name, before, answer, after, words, act) => {
    const { moved, ...said } = judged(release({ [name]: known(before) }, { version: null }), answer);
    expect(moved.map(asPlanned)).toMatchObject([{ name, before, after, words, act, included: false }]);
    expect(said).toEqual({ warnings: [], refusals: [] });
    const [one] = moved;
    expect(one && leftWords(one, release({}, { version: null }))).toBe(
      `Changed since, and not registered with release 2: ${words} It stays as it is unless you include ${name}.`,
    );
  });

  test('what stands as it did is not told, whatever form it is told in', () => {
    for (const [name, before, answer] of [
      [names.schema, '0017', schema('0017')],
      [names.flag, true, flag({ on: true })],
      [names.git, k0, revision(k0)],
    ] as const)
      expect(judged(release({ [name]: known(before) }), answer)).toEqual({
        ...{ moved: [], warnings: [], refusals: [] },
      });
  });

  const change = (kind: 'flag' | 'gitops' | 'migration', target: object, after: unknown): Change => ({
    ...{ kind, target: { ...target }, before: null, after },
  });
  test('what the release registered is left to its own way', () => {
    const place = { provider: 'unleash', project: 'default', environment: 'production', flag: 'new-cart' };
    for (const [name, before, answer, over] of [
      [
        names.schema,
        '0017',
        schema('0018'),
        { changes: [change('migration', { database: 'orders' }, '0018')] },
      ],
      [names.flag, false, flag(true), { changes: [change('flag', place, true)] }],
      [
        names.git,
        k0,
        revision(k1),
        { changes: [change('gitops', { repository: 'infra', branch: 'main' }, k1)] },
      ],
      [names.git, k0, revision(k1), { commit: k1.slice(0, 12) }],
    ] as const)
      expect(judged(release({ [name]: known(before) }, over as Partial<Deployment>), answer).moved).toEqual(
        [],
      );
    const other = { commit: k1 };
    expect(judged(release({ [names.git]: known(k0) }, other), revision(k2)).moved).toHaveLength(1);
  });

  test('what could not be read, then or now, is unknown and never unchanged', () => {
    const then: StoodState = { kind: 'unknown', reason: 'timed out' };
    expect(judged(release({ [names.schema]: then }, { version: null }), schema('0018'))).toEqual({
      ...{ moved: [], refusals: [] },
      warnings: [
        'How the schema of orders stands could not be read when release 2 was registered: timed out. So whether it changed is unknown; it stays as it is.',
      ],
    });
    expect(judged(release({ [names.schema]: known('0017') }), lost).warnings).toEqual([
      'How the schema of orders stands could not be read now: no route to host. So whether it changed is unknown; it stays as it is.',
    ]);
  });

  test('nobody goes back to what is unknown: to include that is refused', () => {
    const then: StoodState = { kind: 'unknown', reason: 'timed out' };
    const codes = (deployment: Deployment, answer: object) =>
      judged(deployment, answer, [names.schema]).refusals.map(({ code }) => code);
    expect(codes(release({ [names.schema]: then }), schema('0018'))).toEqual(['before-unknown']);
    // A run waits for what does not answer, and asks again.
    expect(codes(release({ [names.schema]: known('0017') }), lost)).toEqual(['source-unreachable']);
    expect(codes(release({ [names.schema]: known('0017') }), schema('0018', { dirty: true }))).toEqual([
      'state-unknown',
    ]);
  });

  test('to include what has not moved adds nothing, and says so', () => {
    const { moved, warnings } = judged(release({ [names.schema]: known('0017') }), schema('0017'), [
      names.schema,
    ]);
    expect([moved, warnings]).toEqual([
      [],
      [expect.stringMatching(/^Including migration\/orders adds nothing:/)],
    ]);
  });
});

describe('a repository of many services', () => {
  const closer = (answer: object) => {
    const [one] = judged(release({ [names.git]: known(k0) }), revision(k2)).moved;
    if (!one) throw new Error('nothing moved');
    const need = closerNeed(one);
    return [need, isOfService(one, { ...need, answer } as Fact)];
  };
  const branch = (over: object) =>
    seen({ head: k2, contains: true, reverted: false, conflicts: [], ...over });

  test('moved for this one only when something under its path changed', () => {
    const ask = { repository: 'infra', branch: 'main', path: 'shop', since: k0, commit: k2 };
    expect(closer(branch({ files: 2 }))).toEqual([{ kind: 'branch', ask }, true]);
    expect(closer(branch({ files: 0 }))[1]).toBe(false);
    expect(closer(branch({ files: 2, reverted: true }))[1]).toBe(false);
    // What cannot be told is not left out.
    expect(closer(lost)[1]).toBe(true);
    expect(closer(branch({ files: 0, contains: false }))[1]).toBe(true);
  });
});

test('what is included is planned as if it had been registered', () => {
  const deployment = release({ [names.schema]: known('0017') });
  const of = (including: string[]) => judged(deployment, schema('0018'), including).moved.map(asPlanned);
  const change = { kind: 'migration', target: { database: 'orders' }, before: '0017', after: '0018' };
  expect(withIncluded(deployment, of([names.schema])).changes).toEqual([...deployment.changes, change]);
  expect(withIncluded(deployment, of([]))).toBe(deployment);
  const others = of([names.schema]).map((one) => ({ ...one, service: 'main/shop/other' as const }));
  expect(withIncluded(deployment, others)).toBe(deployment);
});
