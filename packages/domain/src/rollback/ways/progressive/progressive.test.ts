import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  aTrigger,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change, Deployment } from '../../../deployment/deployment.ts';
import type { Service } from '../../../service/service.ts';
import type { Reading } from '../../../trigger/reading.ts';
import { composePlan } from '../../compose-plan.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { Fact, SeenOf } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { aWorkloadFact, plannedFrom } from '../planned-harness.ts';

const old = { kind: 'Deployment' as const, name: 'web-blue' };
const bad = { kind: 'Deployment' as const, name: 'web-green' };
const [v1, v2, idle] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2')), aSnapshot(imageOf('v0'))];
const errors = { query: 'rate(errors{w="$WORKLOAD"}[10s])', atMost: 0.05 };
const route = { kind: 'HTTPRoute', name: 'web' };
const declaredBy = {
  'blue-green': { route, slots: { blue: old, green: bad } },
  canary: {
    route,
    stable: { destination: 'blue', workload: old },
    canary: { destination: 'green', workload: bad },
  },
};

type Strategy = keyof typeof declaredBy;
interface Given {
  strategy?: Strategy;
  progressive?: object;
  weights?: Record<string, number>;
  ready?: Record<string, number>;
  wanted?: [number, number];
  reading?: Reading;
  looksBackMs?: number;
  selects?: string;
  scaledTo?: number;
  registered?: Change[];
  service?: Partial<Service>;
  stableRuns?: typeof v1;
}

function given({ strategy = 'blue-green', progressive = { errors }, service = {}, registered = [] }: Given) {
  const changes = (before: typeof v1 | null, after = v2): Change[] => [
    { kind: 'workload', target: old, before, after: v1 },
    { kind: 'workload', target: bad, before: before && idle, after },
  ];
  const frame = {
    service: aService({
      ...{ strategy, workloads: [old, bad] as Service['workloads'], triggers: [] },
      rollback: { [strategy]: declaredBy[strategy], progressive },
      ...service,
    }),
    target: aBaseline({ strategy, changes: changes(null, idle) }),
    deployment: aDeployment({ strategy, changes: [...changes(v1), ...registered] }) as Deployment,
  };
  return frame;
}

function plan(asked: Given = {}) {
  const frame = given(asked);
  const { wanted = [3, 3], ready = { blue: wanted[0], green: wanted[1] }, stableRuns = v1 } = asked;
  const seen: SeenOf<'route'> = {
    ...{ uid: 'u', weights: asked.weights ?? { blue: 0, green: 100 }, accepted: true, ready },
  };
  const known = (neededFacts(frame).progressive ?? []).map((need): Fact => {
    if (need.kind === 'route') return { ...need, answer: { kind: 'seen', seen } };
    if (need.kind === 'copies') {
      const { reading = { kind: 'value', value: 0.04 }, looksBackMs = 10_000 } = asked;
      const copies = { blue: { kind: 'no-data' } as const, green: reading };
      const seen = Object.entries(copies).map(([name, one]) => [name, { reading: one, looksBackMs }]);
      return { ...need, answer: { kind: 'seen', seen: Object.fromEntries(seen) } };
    }
    if (need.kind === 'selector') {
      const seen = { ...{ uid: 'u', value: asked.selects ?? 'green' }, readyPods: ready, endpoints: ready };
      return { ...need, answer: { kind: 'seen', seen } };
    }
    if (need.kind !== 'workload') throw new Error(need.kind);
    const isOld = need.ask.workload.name === 'web-blue';
    const fact = aWorkloadFact(
      need.ask.workload,
      { snapshot: isOld ? stableRuns : v2, desiredReplicas: wanted[isOld ? 0 : 1] },
      need.ask.to,
    );
    if (!isOld || asked.scaledTo === undefined || fact.answer.kind !== 'seen') return fact;
    const scaler = { kind: 'HorizontalPodAutoscaler' as const, name: 'web', most: asked.scaledTo };
    return { ...fact, answer: { kind: 'seen', seen: { ...fact.answer.seen, scaler } } };
  });
  return plannedFrom(
    composePlan,
    frame,
    { progressive: known },
    new Set(stepContracts.map(({ kind }) => kind)),
  );
}

const kindsOf = (asked: Given) => plan(asked).steps.map(({ kind }) => kind);
const sharesOf = (asked: Given) =>
  plan(asked).steps.flatMap((step) => (step.kind === 'reach-stage' ? [step.stages[step.stage]?.blue] : []));
const staged = ['reach-stage', 'hold-stage'];

describe('traffic that goes back in stages', () => {
  it('goes by gates of time, endpoints, errors and latency, and its plan says how long that is', () => {
    const latency = { query: 'latency{w="$WORKLOAD"}', atMost: 1 };
    const { titles, warnings, steps } = plan({ progressive: { errors, latency, soakSeconds: 60 } });
    expect(titles).toEqual([
      'Compare blue with green: the healthier one keeps the traffic',
      'Lead 25 % of the traffic of HTTPRoute web back to blue',
      'Hold 25 % at blue for 1 min at least: enough of blue is ready for the next stage, its errors are at most 5 %, it answers within 1 s; all of it at once if errors of green rise above 8 %',
      ...['Lead 50 % of the traffic of HTTPRoute web back to blue', expect.stringContaining('Hold 50 %')],
      ...['Lead 75 % of the traffic of HTTPRoute web back to blue', expect.stringContaining('Hold 75 %')],
      'Lead 100 % of the traffic of HTTPRoute web back to blue',
      ...[expect.stringContaining('See every replica'), expect.stringContaining('Verify')],
    ]);
    expect(warnings).toContain(
      'The traffic goes back in stages (25 %, 50 %, 75 %, all of it): 3 min at least. A gate that does not open within 10 min stops the rollback there and pages; who cannot wait sends all of it at once.',
    );
    expect(steps[1]).toMatchObject({
      enough: 3,
      before: { blue: 0, green: 100 },
      to: { variables: { WORKLOAD: 'web-blue' } },
    });
  });

  it.each<Strategy>(['blue-green', 'canary'])('takes a %s release over, whole', (strategy) => {
    expect(Object.keys(neededFacts(given({ strategy })))).toEqual(['progressive']);
    expect(kindsOf({ strategy, weights: { blue: 40, green: 60 } })).toEqual([
      ...['compare-copies', ...staged, ...staged, 'reach-stage', 'wait-until-stable', 'verify'],
    ]);
  });

  it.each<[string, Given, (number | undefined)[]]>([
    ['the declared stages, in order and once', { progressive: { stages: [60, 10, 60] } }, [10, 60, 100]],
    ['only what is more than the old version has', { weights: { blue: 50, green: 50 } }, [75, 100]],
    ['the scale of the route', { weights: { blue: 0, green: 200 } }, [50, 100, 150, 200]],
    [
      'a scale of its own where that of the route is too coarse',
      { weights: { blue: 0, green: 1 } },
      [25, 50, 75, 1],
    ],
    ['who else had a share', { weights: { blue: 0, green: 80, red: 20 } }, [25, 50, 75, 100]],
    ['everything at the end, whatever is declared', { progressive: { stages: [100] } }, [100]],
  ])('keeps %s', (_what, asked, shares) => expect(sharesOf(asked)).toEqual(shares));

  it('brings the old version up to what the other one has, before it gets anything', () => {
    for (const strategy of ['blue-green', 'canary'] as const) {
      const { steps, titles } = plan({ strategy, wanted: [1, 4], ready: { blue: 1, green: 4 } });
      expect(steps[0]).toMatchObject({ kind: 'ensure-replicas', from: 1, replicas: 4 });
      expect(titles[0]).toBe('Scale Deployment web-blue from 1 to 4, and wait until 4 of its pods are ready');
      expect(steps.find(({ kind }) => kind === 'reach-stage')).toMatchObject({ enough: 4 });
    }
    const none = plan({ strategy: 'canary', wanted: [0, 4], ready: { green: 4 } });
    expect(none.steps[0]).toMatchObject({ kind: 'ensure-replicas', from: 0, replicas: 4 });
  });

  it('does not bring the stable side up to more than what scales it makes', () => {
    const asked: Given = { strategy: 'canary', wanted: [1, 4], ready: { blue: 1, green: 4 } };
    expect(plan({ ...asked, scaledTo: 2 }).refused).toEqual(['not-enough-pods']);
    expect(plan({ ...asked, scaledTo: 9 }).warnings.join()).toMatch(/may scale it down again/);
    expect(plan({ ...asked, wanted: [4, 4], scaledTo: 2 }).refused).toEqual([]);
  });

  it('counts as the route counts: a router may have one server for all pods', () => {
    const { steps } = plan({ ready: { blue: 1, green: 1 } });
    expect(steps.find(({ kind }) => kind === 'reach-stage')).toMatchObject({ enough: 1 });
  });

  it.each<[string, Given, number | null]>([
    ['twice what they are', { reading: { kind: 'value', value: 0.2 } }, 0.4],
    ['half way to all of them', { reading: { kind: 'value', value: 0.6 } }, 0.8],
    ['nothing where all requests fail already', { reading: { kind: 'value', value: 1 } }, null],
    ['nothing where it is declared out of reach', { progressive: { errors, jumpAbove: 1.2 } }, null],
    ['never less than what is well', { reading: { kind: 'value', value: 0.001 } }, 0.05],
    ['what is declared', { progressive: { errors, jumpAbove: 0.15 } }, 0.15],
    ['nothing where they cannot be read now', { reading: { kind: 'unreachable', reason: 'refused' } }, null],
  ])('jumps above %s', (_what, asked, jumpAbove) =>
    expect(plan(asked).steps.find(({ kind }) => kind === 'hold-stage')).toMatchObject({ jumpAbove }),
  );

  it('says why nothing sends everything at once by itself', () => {
    const said = (asked: Given) => plan(asked).warnings.join();
    const unread: Reading = { kind: 'unreachable', reason: 'refused' };
    expect(said({ reading: unread })).toMatch(/errors of green could not be read now/);
    expect(said({ reading: { kind: 'value', value: 1 } })).toMatch(/errors cannot rise above the limit/);
    expect(said({ progressive: { errors, jumpAbove: 1.2 } })).toMatch(/errors cannot rise above the limit/);
    expect(said({})).not.toMatch(/only a person/);
  });

  it('takes its measures from what is declared alone, and says so where nothing is', () => {
    const saturation = aTrigger({ query: 'cpu{w="$WORKLOAD"}', threshold: 0.9, unit: 'ratio' });
    const queue = aTrigger({ name: 'queue', query: 'age{w="$WORKLOAD"}', threshold: 60, unit: 's' });
    const triggered = plan({ progressive: {}, service: { triggers: [saturation, queue] } });
    expect(triggered.steps.find(({ kind }) => kind === 'hold-stage')).toMatchObject({
      ...{ errors: null, latency: null },
    });
    const base = { ...declaredBy['blue-green'], errors: { ...errors, atMost: 0.02 } };
    const told = plan({ service: { rollback: { 'blue-green': base, progressive: {} } } });
    expect(told.steps.find(({ kind }) => kind === 'hold-stage')).toMatchObject({ errors: { atMost: 0.02 } });
    const blind = plan({ progressive: {} });
    expect(blind.steps[0]?.kind).toBe('reach-stage');
    expect(blind.warnings.join()).toMatch(
      /Nothing tells the errors of each copy.*Declare `rollback.progressive.errors`/,
    );
    expect(plan({ progressive: { errors: { ...errors, query: 'errors' } } }).warnings.join()).toMatch(
      /put \$WORKLOAD into it/,
    );
  });

  it('holds a stage until what is measured lies within it, and says so', () => {
    const progressive = { errors, soakSeconds: 60 };
    const { titles, warnings, steps } = plan({ progressive, looksBackMs: 300_000 });
    expect(titles.join()).toMatch(/Hold 25 % at blue for 5 min at least/);
    expect(warnings.join()).toMatch(/in stages \(25 %, 50 %, 75 %, all of it\): 15 min at least/);
    expect(steps.find(({ kind }) => kind === 'hold-stage')).toMatchObject({ soakMs: 300_000 });
    expect(warnings.join()).not.toMatch(/No gate can open/);
    const latency = { query: 'latency{w="$WORKLOAD"}', atMost: 1 };
    const slow = plan({ progressive: { latency, soakSeconds: 60 }, looksBackMs: 300_000 });
    expect(slow.titles.join()).toMatch(/Hold 25 % at blue for 5 min at least/);
  });

  it('warns that no gate can open where it may not wait as long as is looked back, or as it lasts', () => {
    const said = (asked: Given) => plan(asked).warnings.join();
    expect(said({ looksBackMs: 600_000 })).toMatch(
      /No gate can open: a stage is measured by a query that looks back 10 min, and is waited for no longer than 10 min\. The rollback stops at 25 %/,
    );
    expect(said({ progressive: { errors, soakSeconds: 90, pauseAtMostSeconds: 60 } })).toMatch(
      /No gate can open: a stage lasts 1 min 30 s as declared.*lower `soakSeconds`/,
    );
  });

  it('says of a selector that it cannot be split, unless it is switched already', () => {
    const selector = { service: { name: 'web', key: 'slot' }, slots: declaredBy['blue-green'].slots };
    const service = { rollback: { 'blue-green': selector, progressive: { errors } } };
    const { steps, warnings } = plan({ service });
    expect(steps.map(({ kind }) => kind)).toContain('switch-selector');
    expect(warnings.join()).toMatch(
      /Service web cannot be split in shares.*goes back at once, not in stages.*Declare a route/,
    );
    expect(plan({ service, selects: 'blue' }).warnings.join()).not.toMatch(/not in stages/);
  });

  it('says of recorded weights of several copies that they go back at once', () => {
    const other = { kind: 'HTTPRoute', name: 'other' };
    const before = { blue: 50, green: 50 };
    const registered: Change[] = [{ kind: 'traffic', target: other, before, after: { blue: 0, green: 100 } }];
    const asked: Given = { strategy: 'canary', registered };
    expect(plan(asked).warnings).toContain(
      'HTTPRoute other goes back to shares of more than one copy, as they were recorded: all of it goes at once, not in stages.',
    );
    expect(plan({ ...asked, weights: before }).warnings.join()).not.toMatch(/not in stages/);
  });

  it('leaves a switch of another strategy, or weights of another route, to the way at once', () => {
    const slot = { kind: 'Service', name: 'web', key: 'slot' };
    const switched: Change = { kind: 'traffic', target: slot, before: 'blue', after: 'green' };
    expect(Object.keys(neededFacts(given({ strategy: 'canary', registered: [switched] }))).sort()).toEqual([
      ...['blue-green', 'progressive'],
    ]);
    const target = { kind: 'HTTPRoute', name: 'other' };
    const weighed: Change = { kind: 'traffic', target, before: { blue: 1 }, after: { green: 1 } };
    expect(Object.keys(neededFacts(given({ registered: [weighed] }))).sort()).toEqual([
      ...['canary', 'progressive'],
    ]);
  });

  it('is as it was where nothing of this is declared, or what is declared does not read', () => {
    for (const progressive of [undefined, { stages: [0] }])
      expect(
        Object.keys(
          neededFacts(
            given({
              progressive: progressive as object,
              service: {
                rollback: { 'blue-green': declaredBy['blue-green'], ...(progressive ? { progressive } : {}) },
              },
            }),
          ),
        ),
      ).toEqual(['blue-green']);
  });

  it('goes back as a whole where the old version runs nowhere', () => {
    const promoted = plan({ strategy: 'canary', stableRuns: v2 });
    expect(promoted.refused.length > 0 || promoted.steps.every(({ kind }) => !staged.includes(kind))).toBe(
      true,
    );
  });

  it('refuses what the way at once refuses', () => {
    expect(plan({ stableRuns: v2 }).refused).toEqual(['slot-overwritten']);
  });
});
