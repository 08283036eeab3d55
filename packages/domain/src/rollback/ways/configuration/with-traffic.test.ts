import { aBaseline, aDeployment, aService, aSnapshot } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { HeldConfiguration } from '../../../workload/configuration.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import { composePlan } from '../../compose-plan.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { Fact } from '../../need.ts';
import { aWorkloadFact } from '../planned-harness.ts';

const place = { cluster: 'main', namespace: 'shop' };
const [blue, green] = [
  { kind: 'Deployment' as const, name: 'web-blue' },
  { kind: 'Deployment' as const, name: 'web-green' },
];
const service = aService({
  strategy: 'blue-green',
  workloads: [blue, green],
  rollback: { 'blue-green': { service: { name: 'web', key: 'slot' }, slots: { blue, green } } },
});
const held = (value: string): HeldConfiguration => ({
  ...{ kind: 'there', digest: `hmac-sha256:k1:${value}`, keys: { LEVEL: value } },
});
/** Both slots read one ConfigMap as their pods start. */
const slot = (version: string, level: string): WorkloadSnapshot =>
  aSnapshot(version, {
    template: {
      spec: {
        containers: [{ name: 'app', image: version, envFrom: [{ configMapRef: { name: 'shop' } }] }],
      },
    },
    templateDigest: `sha256:${version}`,
    configuration: [{ kind: 'ConfigMap', name: 'shop', optional: false, state: held(level) }],
  });
const target = aBaseline({
  strategy: 'blue-green',
  changes: [
    { kind: 'workload', target: blue, before: null, after: slot('v1', 'info') },
    { kind: 'workload', target: green, before: null, after: slot('v0', 'info') },
  ],
});
const deployment = aDeployment({
  strategy: 'blue-green',
  previousDeploymentId: target.id,
  changes: [
    { kind: 'workload', target: blue, before: slot('v1', 'info'), after: slot('v1', 'debug') },
    { kind: 'workload', target: green, before: slot('v0', 'info'), after: slot('v2', 'debug') },
  ],
});

/** The release put v2 into green and changed what both read; `pods` of blue are wanted and ready. */
function plan(pods: number) {
  const known: Record<string, Fact[]> = {
    configuration: [
      {
        kind: 'configuration',
        ask: { ...place, objects: [{ kind: 'ConfigMap', name: 'shop' }], workloads: [blue, green] },
        answer: {
          kind: 'seen',
          seen: [
            {
              ...{ kind: 'ConfigMap', name: 'shop', owner: { kind: 'nobody' }, usedBy: [] },
              seen: { uid: 'c', resourceVersion: '7', beingDeleted: false, state: held('debug') },
            },
          ],
        },
      },
    ],
    'blue-green': [
      {
        kind: 'selector',
        ask: { service: { ...place, kind: 'Service', name: 'web' }, key: 'slot' },
        answer: {
          kind: 'seen',
          seen: { uid: 'u', value: 'green', readyPods: { blue: pods, green: 3 }, endpoints: { green: 3 } },
        },
      },
      aWorkloadFact({ ...place, ...blue }, { snapshot: slot('v1', 'debug'), desiredReplicas: pods }),
      aWorkloadFact({ ...place, ...green }, { snapshot: slot('v2', 'debug') }),
    ],
  };
  const nothing = { stepDurations: { service: {}, environment: {} }, at: 0, between: [], furtherBack: null };
  const result = composePlan(
    { service, deployment, target, triggers: [], known, ...nothing },
    new Set(stepContracts.map(({ kind }) => kind)),
  );
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result));
  return result.plan;
}
const warned = ({ warnings }: ReturnType<typeof plan>) => warnings.filter((one) => one.includes('web-blue'));

describe('configuration that both slots read', () => {
  it('goes back before the slot is brought up and gets the traffic: its pods read it as they start', () => {
    const made = plan(0);
    expect(made.steps.map(({ step }) => step.kind)).toEqual([
      ...['set-config', 'ensure-replicas', 'switch-selector', 'wait-until-stable', 'verify'],
    ]);
    expect(warned(made)).toEqual([]);
    expect(made.outcome?.goesBack).toEqual(['ConfigMap shop', 'the traffic of Service web']);
  });

  it('is not read again by pods that run, and nothing else is promised', () => {
    const made = plan(3);
    expect(made.steps.map(({ step }) => step.kind).slice(0, 2)).toEqual(['set-config', 'switch-selector']);
    expect(warned(made)).toEqual([expect.stringMatching(/no step starts it anew: .* restart it by hand/)]);
  });
});
