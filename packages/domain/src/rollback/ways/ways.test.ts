import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../deployment/deployment.ts';
import { composePlan } from '../compose-plan.ts';
import { stepContracts } from '../contracts/index.ts';
import type { Fact } from '../need.ts';
import { neededFacts } from '../needed-facts.ts';
import type { Step } from '../step.ts';
import { type ChangeOf, changesOf } from './change-schemas.ts';
import { allWays, isServed } from './index.ts';
import { declaredFor, type Phase, phases, type Way, type WayStep } from './way.ts';

const flagChange = {
  kind: 'flag',
  target: Type.Object({ flag: Type.String() }),
  before: Type.Boolean(),
  after: Type.Boolean(),
} as const;
const declares = Type.Object({ provider: Type.String() });

/** Takes flags back at the provider that the service declares. */
const flags: Way<'flag', typeof declares, ChangeOf<typeof flagChange>> = {
  name: 'flags',
  change: flagChange,
  declares,
  takesBack: ({ deployment }) => changesOf(flagChange, deployment.changes),
  needs: ({ declared, changes, service }) =>
    changes.map(({ target }) => ({
      kind: 'flag',
      ask: {
        provider: declared?.provider ?? 'none',
        project: service.name,
        environment: 'test',
        flag: target.flag,
      },
    })),
  plan: ({ changes }, facts) => ({
    kind: 'steps',
    warnings: facts.flatMap(({ answer }) => (answer.kind === 'seen' ? [] : [answer.reason])),
    steps: facts.map(({ ask }, index) => ({
      phase: 'flags',
      step: { kind: 'set-flag', ...ask, from: true, to: changes[index]?.before ?? false },
      title: `Set ${ask.flag}`,
    })),
  }),
};

/** Serves rolling deployments with one step in each of the given phases. */
const inPhases = (name: string, given: readonly Phase[], takes: (change: Change) => boolean): Way => ({
  name,
  strategies: ['rolling'],
  takesBack: ({ deployment }) => deployment.changes.filter(takes),
  needs: () => [],
  plan: () => ({ kind: 'steps', steps: given.map((phase) => said(name, phase)), warnings: [] }),
});

const said = (name: string, phase: Phase): WayStep => {
  const title = `${name} ${phase}`;
  const step: Step = { kind: 'start-writers', writers: [], database: null };
  return { phase, step, title };
};

const code = inPhases('code', ['code'], ({ kind }) => kind === 'workload');
const checkout: Change = { kind: 'flag', target: { flag: 'checkout' }, before: false, after: true };
const deployment = aDeployment({ changes: [...aDeployment().changes, checkout] });
const service = aService({ rollback: { flags: { provider: 'unleash' } } });
const nothing = {
  stepDurations: { service: {}, environment: {} },
  at: 0,
  between: [],
  furtherBack: null,
  triggers: [],
};
const frame = { service, deployment, target: aBaseline() };
const ask = { provider: 'unleash', project: 'web', environment: 'test', flag: 'checkout' };
const known = (answer: Fact<'flag'>['answer']): Record<string, Fact[]> => ({
  flags: [{ kind: 'flag', ask, answer }],
});
const on = { kind: 'seen', seen: { value: true, version: 1, archived: false } } as const;
const allKinds = new Set(stepContracts.map(({ kind }) => kind));
const verifies = expect.stringContaining('Verify');
const compose = (ways: readonly Way[], over: object = {}) =>
  composePlan({ ...frame, ...nothing, known: {}, ...over }, allKinds, ways);
const titles = (result: ReturnType<typeof compose>) =>
  result.kind === 'plan' ? result.plan.steps.map(({ title }) => title) : result;

describe('the list of ways', () => {
  it('names each way once and describes each kind of change once', () => {
    const names = allWays.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const kinds = allWays.flatMap(({ change }) => change?.kind ?? []);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
  it('serves the delivery strategies of its ways and no others', () =>
    expect((['rolling', 'blue-green', 'canary'] as const).map((one) => isServed(one, [code, flags]))).toEqual(
      [true, false, false],
    ));
});

describe('a plan of several ways', () => {
  it('asks what each way needs, with what the service declares for it', () =>
    expect(neededFacts(frame, [code, flags])).toEqual({ code: [], flags: [{ kind: 'flag', ask }] }));

  it('goes phase by phase, whatever the order of the ways, and verifies once at the end', () => {
    expect(titles(compose([code, flags], { known: known(on) }))).toEqual([
      'Set checkout',
      'code code',
      verifies,
    ]);
    const inOrder = phases.filter((phase) => phase !== 'traffic');
    const backwards = inPhases('a', inOrder.toReversed(), () => true);
    expect(titles(compose([backwards]))).toEqual([...inOrder.map((phase) => `a ${phase}`), verifies]);
  });

  it('sets configuration before traffic is led to what reads it as it starts, and after the schema', () => {
    const leading = inPhases('a', ['code', 'configuration', 'traffic', 'schema'], () => true);
    expect(titles(compose([leading]))).toEqual([
      ...['a configuration', 'a traffic', 'a schema', 'a code', verifies],
    ]);
    const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'jobs' } as const;
    const writers = [{ workload, uid: 'u', replicas: 1 }];
    const schema: [Phase, Step][] = [
      ['writers-started', { kind: 'start-writers', writers, database: null }],
      ['schema', { kind: 'migrate-to', database: 'd', from: '2', to: '1', acceptedLoss: [] }],
      ['writers-stopped', { kind: 'stop-writers', writers, database: null }],
    ];
    const leads: Phase[] = ['code', 'configuration', 'traffic'];
    const steps = [
      ...schema.map(([phase, step]) => ({ ...said('a', phase), step })),
      ...leads.map((phase) => said('a', phase)),
    ];
    const moving: Way = { ...leading, plan: () => ({ kind: 'steps', steps, warnings: [] }) };
    expect(titles(compose([moving]))).toEqual([
      ...['a writers-stopped', 'a schema', 'a configuration', 'a traffic', 'a code', 'a writers-started'],
      verifies,
    ]);
  });

  it('keeps the order of the ways within a phase', () => {
    const none = inPhases('second', ['code'], () => false);
    const first = inPhases('first', ['code'], () => true);
    expect(titles(compose([first, none]))).toEqual(['first code', 'second code', verifies]);
    expect(titles(compose([none, first]))).toEqual(['second code', 'first code', verifies]);
  });

  it('gives a change to the first way that claims it; one that is left with nothing has no part', () => {
    const greedy = inPhases('greedy', ['infrastructure'], () => true);
    expect(titles(compose([greedy, flags]))).toEqual(['greedy infrastructure', verifies]);
  });

  it('is refused for the reasons of every way at once, and for what could not be asked', () => {
    const refusal = { code: 'image-moved', reason: 'It moved.', advice: 'Push it.' } as const;
    const refusing: Way = { ...code, plan: () => ({ kind: 'refused', refusals: [refusal] }) };
    const result = compose([refusing, flags], { known: known({ kind: 'unreachable', reason: 'no route' }) });
    expect(result).toEqual({
      kind: 'refused',
      refusals: [
        refusal,
        {
          code: 'source-unreachable',
          reason: 'Flag checkout in test could not be read: no route.',
          advice: 'Check the connection to the flag provider; the run can be started again at any moment.',
        },
      ],
    });
  });

  it('is refused when steps of a way would break a rule of every plan', () => {
    const migrating: Way = {
      ...code,
      plan: () => ({
        kind: 'steps',
        steps: [
          {
            phase: 'schema',
            step: { kind: 'migrate-to', database: 'shop', from: '2', to: '1', acceptedLoss: [] },
            title: 'Migrate',
          },
        ],
        warnings: [],
      }),
    };
    expect(compose([migrating, flags], { known: known(on) })).toMatchObject({
      refusals: [{ code: 'unsafe-plan' }, { code: 'unsafe-plan' }],
    });
  });
});

describe('what was stored', () => {
  it('of a change that does not read as its way describes it now is taken back by nobody', () => {
    const free: Change = { kind: 'flag', target: { name: 'checkout' }, before: null, after: null };
    const result = compose([code, flags], { deployment: aDeployment({ changes: [free] }) });
    expect(result).toMatchObject({ refusals: [{ code: 'unsupported-change' }] });
    expect(changesOf(flagChange, [checkout, free, { ...checkout, before: null }])).toHaveLength(2);
  });

  it('of a declaration that does not read as its way describes it now is as if it were not declared', () => {
    expect(declaredFor(flags, service)).toEqual({ provider: 'unleash' });
    expect(declaredFor(flags, aService({ rollback: { flags: { provider: 7 } } }))).toBeNull();
    expect(declaredFor(flags, aService())).toBeNull();
    expect(declaredFor(code, service)).toBeNull();
  });
});
