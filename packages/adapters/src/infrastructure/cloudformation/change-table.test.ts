import { type InfrastructureAction, losesData } from '@lastgood/domain/rollback/infrastructure-change';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStack } from './cloudformation-harness.ts';
import { change, goingBackOf } from './going-back-harness.ts';
import type { CloudformationSettings } from './settings.ts';
import type { ShownChange, StackServer } from './stack-server-harness.ts';

describe('what going back changes, by the change set', () => {
  let server: StackServer;
  beforeEach(async () => {
    server = await startStack();
  });
  afterEach(() => server.close());
  const { attempt, changes, plan, sent, toExecution } = goingBackOf(() => server);

  const taskDefinition = { ResourceType: 'AWS::ECS::TaskDefinition' };
  it.each<[string, ShownChange, InfrastructureAction, boolean]>([
    ['is removed', change({ Action: 'Remove' }), 'destroy', true],
    [
      'is removed from the stack and kept',
      change({ Action: 'Remove', PolicyAction: 'Retain' }),
      'update',
      false,
    ],
    ['is removed, with a snapshot', change({ Action: 'Remove', PolicyAction: 'Snapshot' }), 'destroy', true],
    ['is replaced', change({ Replacement: 'True' }), 'replace', true],
    [
      'is replaced by an empty one and kept',
      change({ Replacement: 'True', PolicyAction: 'ReplaceAndRetain' }),
      'replace',
      true,
    ],
    ['may be replaced', change({ Replacement: 'Conditional' }), 'replace', true],
    ['is changed in some way', change({ Action: 'Dynamic' }), 'replace', true],
    ['is added', change({ Action: 'Add' }), 'create', false],
    ['is changed in place', change({}), 'update', false],
    ['holds nothing and is replaced', change({ ...taskDefinition, Replacement: 'True' }), 'replace', false],
    ['holds nothing and is removed', change({ ...taskDefinition, Action: 'Remove' }), 'destroy', false],
    [
      'others than AWS have made, and is removed',
      change({ ResourceType: 'Custom::Users', Action: 'Remove' }),
      'destroy',
      true,
    ],
  ])('a resource that %s', async (_words, one, action, destroyed) => {
    changes(one);
    const keeps = !one.ResourceType.includes('ECS');
    expect(await plan()).toMatchObject({
      seen: { changes: [{ address: 'Database', type: one.ResourceType, action, keepsData: keeps }] },
    });
    const outcome = await attempt();
    if (!destroyed) return expect(outcome).toMatchObject({ kind: 'waiting' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('would destroy Database'),
    });
    expect(sent('ExecuteChangeSet')).toHaveLength(0);
    expect(await attempt({ acceptedDestroys: ['Database'] })).toMatchObject({ kind: 'waiting' });
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
  });

  it.each<[string, Partial<CloudformationSettings>, boolean]>([
    ['AWS::S3::Bucket', {}, true],
    ['AWS::DynamoDB::Table', {}, true],
    ['AWS::KMS::Key', {}, true],
    ['AWS::CloudFormation::Stack', {}, true],
    ['AWS::SQS::Queue', {}, false],
    ['AWS::SQS::Queue', { stateful: ['AWS::SQS::Queue'] }, true],
    ['Custom::BucketDeployment', {}, true],
    ['Custom::BucketDeployment', { stateless: ['Custom::BucketDeployment'] }, false],
  ])('whether a %s keeps data, by its type and by %j', async (type, settings, keepsData) => {
    changes(change({ ResourceType: type, Action: 'Remove' }));
    expect(await plan('v41', settings)).toMatchObject({ seen: { changes: [{ type, keepsData }] } });
  });

  it('looks into stacks inside and through every page, and takes what cannot be seen for destroyed', async () => {
    const inner = 'arn:aws:cloudformation:eu-central-1:123456789012:changeSet/inner/bbbb';
    const stack = { ResourceType: 'AWS::CloudFormation::Stack' };
    server.nested[inner] = [change({ LogicalResourceId: 'Table', Action: 'Remove' })];
    server.pageSize = 1;
    changes(
      change({ ...stack, LogicalResourceId: 'Storage', ChangeSetId: inner }),
      change({ ...stack, LogicalResourceId: 'Dark' }),
      change({ LogicalResourceId: 'Last', Action: 'Remove' }),
    );
    const found = await plan();
    if (found.kind !== 'seen') throw new Error(found.reason);
    expect(found.seen.changes.map(({ address, action }) => `${action} ${address}`)).toEqual([
      ...['update Storage', 'destroy Storage/Table', 'update Dark', 'replace Dark/*', 'destroy Last'],
    ]);
    expect(found.seen.changes.filter(losesData).map(({ address }) => address)).toEqual([
      ...['Storage/Table', 'Dark/*', 'Last'],
    ]);
  });

  it('refuses what the plan did not show', async () => {
    const found = await plan();
    if (found.kind !== 'seen') throw new Error(found.reason);
    const { changes: before } = found.seen;
    changes(
      change({ LogicalResourceId: 'Queue', ResourceType: 'AWS::SQS::Queue' }),
      change({ LogicalResourceId: 'Topic', ResourceType: 'AWS::SNS::Topic', Action: 'Add' }),
    );
    for (const version of ['v43', 'v42']) {
      server.update(version);
      server.settle();
    }
    expect(await toExecution({ changes: before })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('now also creates Topic'),
    });
    expect(sent('ExecuteChangeSet')).toHaveLength(0);
  });
});
