import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { appliedOverrides, effectiveTriggers } from './effective-triggers.ts';

const byHash = aTrigger({ name: 'pods_not_ready', workloadKinds: ['Deployment'] });
const byName = aTrigger({ name: 'pods_not_ready_by_name', workloadKinds: ['StatefulSet', 'DaemonSet'] });
const web = { kind: 'Deployment', name: 'web' } as const;
const store = { kind: 'StatefulSet', name: 'store' } as const;

it.each([
  ['a Deployment', [web], ['errors', 'pods_not_ready']],
  ['a StatefulSet', [store], ['errors', 'pods_not_ready_by_name']],
  ['a Deployment and a StatefulSet', [web, store], ['errors', 'pods_not_ready']],
  ['a StatefulSet and a Deployment', [store, web], ['errors', 'pods_not_ready_by_name']],
])(
  '%s is watched by the triggers of the kind of its first workload, which they ask of',
  (_words, workloads, names) => {
    const service = aService({ workloads, triggers: [aTrigger({ name: 'errors' }), byHash, byName] });
    expect(effectiveTriggers(service, []).map(({ name }) => name)).toEqual(names);
  },
);

describe('what a service overrides of its sets', () => {
  const of = (threshold: number, over = {}) =>
    aTrigger({ name: 'errors', threshold, unit: 'ratio', ...over });
  const sets = (web: number, names = ['errors']) => [
    { name: 'base', description: '', triggers: [of(0.01), aTrigger({ name: 'latency' })] },
    { name: 'web', description: '', triggers: names.map((name) => ({ ...of(web), name })) },
  ];
  const service = (over: Partial<Parameters<typeof effectiveTriggers>[0]> = {}) =>
    aService({
      ...{ triggers: [], triggerSets: ['base', 'web'] },
      ...{ triggerOverrides: [{ trigger: 'errors', threshold: 0.1 }] },
      ...over,
    });
  const limits = (...given: Parameters<typeof effectiveTriggers>) =>
    effectiveTriggers(...given).map(({ name, threshold }) => [name, threshold]);
  const latency = ['latency', aTrigger().threshold];

  it('is put over the last set that has the trigger, and stays as that set changes', () => {
    expect(limits(service(), sets(0.05))).toEqual([['errors', 0.1], latency]);
    expect(limits(service(), sets(0.2))).toEqual([['errors', 0.1], latency]);
    const changed = sets(0.05).map((set) => ({
      ...set,
      triggers: set.triggers.map((one) => ({ ...one, forMs: 1000 })),
    }));
    expect(effectiveTriggers(service(), changed)[0]).toMatchObject({ threshold: 0.1, forMs: 1000 });
    expect(appliedOverrides(service(), sets(0.05))).toEqual([
      { trigger: 'errors', effect: 'changed', words: ['threshold 10 % (set web says 5 %)'] },
    ]);
  });

  it('takes a trigger away', () => {
    const off = service({ triggerOverrides: [{ trigger: 'errors', off: true }] });
    expect(limits(off, sets(0.05))).toEqual([latency]);
    expect(appliedOverrides(off, sets(0.05))).toEqual([
      { trigger: 'errors', effect: 'off', words: ['off (set web has it)'] },
    ]);
  });

  it.each<[string, Parameters<typeof service>[0], Parameters<typeof sets>, unknown[], RegExp]>([
    [
      'a trigger that no set has any more',
      { triggerSets: ['web'] },
      [0.05, ['error_ratio']],
      [['error_ratio', 0.05]],
      /no set of the service has errors\. They have error_ratio\./,
    ],
    [
      'what its trigger does not let be overridden any more',
      { triggerOverrides: [{ trigger: 'errors', objective: 0.9 }] },
      [0.05],
      [['errors', 0.05], latency],
      /objective is nothing that errors, of the kind threshold/,
    ],
    [
      'a trigger that the service has of its own',
      { triggers: [of(0.3)] },
      [0.05],
      [['errors', 0.3], latency],
      /a trigger of the service's own/,
    ],
  ])('does nothing to %s, and says so', (_words, over, given, expected, words) => {
    expect(limits(service(over), sets(...given))).toEqual(expected);
    expect(appliedOverrides(service(over), sets(...given))).toEqual([
      { trigger: 'errors', effect: 'none', words: [expect.stringMatching(words)] },
    ]);
  });
});
