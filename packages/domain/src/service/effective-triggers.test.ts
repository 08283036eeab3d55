import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { effectiveTriggers } from './service.ts';

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
