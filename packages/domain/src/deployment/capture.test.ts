import { aDeployment, anObserved, aSnapshot } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { ConfigurationState, RecordedConfiguration } from '../workload/configuration.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { captureAfter } from './capture.ts';
import type { DeploymentStatus } from './deployment.ts';

const recorded = (name: string, state: ConfigurationState): RecordedConfiguration => ({
  ...{ kind: 'ConfigMap', name, optional: false, state },
});
const held = (value: string): ConfigurationState => ({
  ...{ kind: 'there', digest: `hmac-sha256:k1:${value}`, keys: {} },
});
const unread: ConfigurationState = { kind: 'unread', reason: 'timed out' };
const looked = (a: ConfigurationState, b: ConfigurationState): WorkloadSnapshot =>
  aSnapshot('v2', { configuration: [recorded('a', a), recorded('b', b)] });
const target = { kind: 'Deployment' as const, name: 'web' };

/** What is recorded of the configuration after another look; null where nothing is new. */
function after(status: DeploymentStatus, known: WorkloadSnapshot, seen: WorkloadSnapshot) {
  const changes = [{ kind: 'workload' as const, target, before: aSnapshot('v1'), after: known }];
  const captured = captureAfter(aDeployment({ status, changes }), [anObserved(seen)]);
  const [change] = captured?.changes ?? [];
  if (change?.kind !== 'workload') return null;
  return change.after?.configuration?.map(({ state }) => state);
}

describe('another look at the configuration of a release', () => {
  it('that failed takes nothing away of what was seen', () =>
    expect(after('in_progress', looked(held('1'), held('1')), looked(unread, held('2')))).toEqual([
      ...[held('1'), held('2')],
    ]));

  it('tells what the first could not read, and changes nothing else once the release is complete', () =>
    expect(after('completed', looked(unread, held('1')), looked(held('2'), held('2')))).toEqual([
      ...[held('2'), held('1')],
    ]));

  it('that knows no more is nothing new', () =>
    expect(after('completed', looked(unread, held('1')), looked(unread, held('2')))).toBeNull());

  it.each(['in_progress', 'completed'] as const)(
    'that tells the same is nothing new, in whatever order and for whatever reason one is unread: %s',
    (status) => {
      expect(after(status, looked(held('1'), unread), looked(held('1'), unread))).toBeNull();
      const [a, b] = [recorded('a', held('1')), recorded('b', { ...unread, reason: 'no right' })];
      const turned = aSnapshot('v2', { configuration: [b, a] });
      expect(after(status, looked(held('1'), unread), turned)).toBeNull();
    },
  );

  it('is new while it is in progress and an object is gone, or another is named', () => {
    const fewer = aSnapshot('v2', { configuration: [recorded('a', held('1'))] });
    expect(after('in_progress', looked(held('1'), held('1')), fewer)).toEqual([held('1')]);
    expect(after('in_progress', looked(held('1'), held('1')), looked(held('1'), { kind: 'absent' }))).toEqual(
      [held('1'), { kind: 'absent' }],
    );
  });
});
