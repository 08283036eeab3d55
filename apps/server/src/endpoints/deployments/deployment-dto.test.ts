import { aBaseline, aDeployment, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { toDeploymentDto } from './deployment-dto.ts';
import type { Deployment } from './deployment-schema.ts';

/** The DeploymentState of the published rollback procedures, as they have it. */
interface DeploymentState {
  deploymentId: string;
  serviceName: string;
  namespace: string;
  startedAt: Date;
  previousRevision: string;
  currentRevision: string;
  strategy: 'rolling' | 'blue-green' | 'canary';
  status: 'in_progress' | 'completed' | 'rolled_back' | 'failed';
  rolledBackAt?: Date;
  rollbackReason?: string;
}

function toState(deployment: Deployment): DeploymentState {
  const [, namespace = '', serviceName = ''] = deployment.service.split('/');
  const { previousRevision, currentRevision, rolledBackAt, rollbackReason } = deployment;
  if (previousRevision === null || currentRevision === null) throw new Error('a revision is missing');
  return {
    deploymentId: deployment.id,
    serviceName,
    namespace,
    startedAt: new Date(deployment.startedAt),
    previousRevision,
    currentRevision,
    strategy: deployment.strategy,
    status: deployment.status,
    ...(rolledBackAt === null ? {} : { rolledBackAt: new Date(rolledBackAt) }),
    ...(rollbackReason === null ? {} : { rollbackReason }),
  };
}

test('holds every field of the published DeploymentState', () => {
  const startedAt = Date.UTC(2026, 0, 5, 12);
  const deployment = aDeployment({
    startedAt,
    status: 'rolled_back',
    rolledBackAt: startedAt + 90_000,
    rollbackReason: 'error-rate 9 % > 5 %',
    changes: [
      { kind: 'config', target: { name: 'limits' }, before: null, after: null },
      {
        kind: 'workload',
        target: { kind: 'Deployment', name: 'web' },
        before: aSnapshot(imageOf('v1'), { revision: '6' }),
        after: aSnapshot(imageOf('v2'), { revision: '7' }),
      },
    ],
  });
  expect(toState(toDeploymentDto(deployment))).toEqual({
    deploymentId: 'd2',
    serviceName: 'web',
    namespace: 'shop',
    startedAt: new Date('2026-01-05T12:00:00Z'),
    previousRevision: '6',
    currentRevision: '7',
    strategy: 'rolling',
    status: 'rolled_back',
    rolledBackAt: new Date('2026-01-05T12:01:30Z'),
    rollbackReason: 'error-rate 9 % > 5 %',
  });
});

test('names the release before, and no revision where none was seen', () => {
  expect(toDeploymentDto(aDeployment()).previousDeploymentId).toBe('d1');
  expect(toDeploymentDto(aBaseline())).toMatchObject({ previousDeploymentId: null, previousRevision: null });
});
