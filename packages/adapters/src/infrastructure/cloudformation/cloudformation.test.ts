import {
  type InfrastructureAction,
  type InfrastructureChange,
  infrastructureActions,
  losesData,
} from '@lastgood/domain/rollback/infrastructure-change';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCloudformation } from './cloudformation.ts';
import { startStack } from './cloudformation-harness.ts';
import type { CloudformationSettings } from './settings.ts';
import type { ShownChange, StackServer } from './stack-server-harness.ts';

const never = () => new AbortController().signal;

/** Whatever happens to them was shown. */
const shown: InfrastructureChange[] = ['Queue', 'Database'].flatMap((address) =>
  infrastructureActions.map((action) => ({ address, type: 'any', action, keepsData: false })),
);

describe('a stack of CloudFormation, on its wire', () => {
  let server: StackServer;
  beforeEach(async () => {
    server = await startStack();
  });
  afterEach(() => server.close());

  const adapter = (settings: Partial<CloudformationSettings> = {}) =>
    createCloudformation({
      name: 'queues',
      region: server.region,
      endpoint: server.url,
      ...server.key,
      timeoutMs: 400,
      templateUrl: 'https://templates.example/queues/{version}.yaml',
      versionParameter: 'Version',
      ...settings,
    });
  const step = (over: Partial<StepOf<'apply-infrastructure'>> = {}): StepOf<'apply-infrastructure'> => ({
    kind: 'apply-infrastructure',
    stack: 'queues',
    lineage: server.stack.id,
    from: 'v42',
    to: 'v41',
    changes: shown,
    acceptedDestroys: [],
    ...over,
  });
  const attempt = async (over: Parameters<typeof step>[0] = {}, operation = 'r1/0', settings = {}) =>
    (await attemptStep(adapter(settings).applyInfrastructure, step(over), operation)).outcome;
  const plan = (to = 'v41', settings = {}) =>
    adapter(settings).readStack({ stack: 'queues', from: 'v42', to }, never());
  const sent = (action: string) => server.calls.filter((call) => call.action === action);
  /** Until the change set is made, and then what came of executing it. */
  async function toExecution(
    over: Parameters<typeof step>[0] = {},
    operation = 'r1/0',
    { applyInfrastructure } = adapter(),
  ) {
    for (let tries = 0; tries < 5; tries += 1) {
      const { outcome } = await attemptStep(applyInfrastructure, step(over), operation);
      if (outcome.kind !== 'waiting' || !outcome.note.includes('working out')) return outcome;
    }
    throw new Error('the change set is not made');
  }
  const change = (over: Partial<ShownChange>): ShownChange => ({
    Action: 'Modify',
    LogicalResourceId: 'Database',
    ResourceType: 'AWS::RDS::DBInstance',
    Replacement: 'False',
    ...over,
  });
  const goingBack = (...changes: ShownChange[]) => {
    server.templates.v41 = { parameters: ['Version', 'Size'], changes };
  };

  it('plans on a change set, and executes that one', async () => {
    server.looksUntilMade = 2;
    expect(await plan()).toEqual({
      kind: 'seen',
      seen: {
        lineage: server.stack.id,
        version: 'v42',
        serial: server.stack.updatedAt,
        lockedBy: null,
        drifted: [],
        changes: [{ address: 'Queue', type: 'AWS::SQS::Queue', action: 'update', keepsData: false }],
      },
    });
    expect(await attempt()).toMatchObject({ kind: 'waiting' });
    expect(sent('CreateChangeSet')).toHaveLength(1);
    expect(sent('CreateChangeSet')[0]?.params).toMatchObject({
      TemplateURL: 'https://templates.example/queues/v41.yaml',
      IncludeNestedStacks: 'true',
      Parameters: [
        { ParameterKey: 'Version', ParameterValue: 'v41' },
        { ParameterKey: 'Size', UsePreviousValue: 'true' },
      ],
    });
    expect(await attempt()).toMatchObject({ kind: 'waiting', note: 'applying' });
    server.settle();
    expect(await attempt()).toMatchObject({ kind: 'applied', note: 'queues is at v41' });
    expect(server.stack.parameters).toEqual({ Version: 'v41', Size: '3' });
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
  });

  it('is once after a reply that was lost, and for whoever comes with the same target', async () => {
    await plan();
    server.fault = { kind: 'lost-reply' };
    expect(await attempt()).toMatchObject({ kind: 'waiting' });
    server.settle();
    expect(await attempt()).toMatchObject({ kind: 'applied' });
    expect(await attempt({}, 'r2/0')).toMatchObject({ kind: 'applied' });
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
  });

  it('waits for an update of somebody else, and leaves what came of it', async () => {
    server.update('v43');
    expect(await attempt({ from: 'v43' })).toMatchObject({
      kind: 'waiting',
      note: expect.stringContaining('an update from elsewhere'),
    });
    expect(await plan()).toMatchObject({ seen: { lockedBy: expect.stringContaining('UPDATE_IN_PROGRESS') } });
    server.settle();
    expect(await attempt()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Somebody else'),
    });
    expect(server.stack.parameters.Version).toBe('v43');
    expect(sent('ExecuteChangeSet')).toHaveLength(0);
  });

  it('does not execute what an update between the look and the write has made obsolete', async () => {
    await plan();
    const { applyInfrastructure } = adapter();
    const { outcome } = await attemptStep(
      {
        observe: applyInfrastructure.observe,
        async apply(...given) {
          server.update('v43');
          server.settle();
          return applyInfrastructure.apply(...given);
        },
      },
      step(),
      'r1/0',
    );
    expect(outcome).toMatchObject({ kind: 'waiting' });
    expect(await attempt()).toMatchObject({ kind: 'failed', reason: expect.stringContaining('v43') });
    expect(server.stack.parameters.Version).toBe('v43');
  });

  it('makes another change set where the stack was away and has come back', async () => {
    await plan();
    for (const version of ['v43', 'v42']) {
      server.update(version);
      server.settle();
    }
    expect(await toExecution()).toMatchObject({ kind: 'waiting' });
    expect(sent('CreateChangeSet')).toHaveLength(2);
    expect(server.stack.parameters.Version).toBe('v41');
  });

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
    goingBack(one);
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
    goingBack(change({ ResourceType: type, Action: 'Remove' }));
    expect(await plan('v41', settings)).toMatchObject({ seen: { changes: [{ type, keepsData }] } });
  });

  it('looks into stacks inside and through every page, and takes what cannot be seen for destroyed', async () => {
    const inner = 'arn:aws:cloudformation:eu-central-1:123456789012:changeSet/inner/bbbb';
    const stack = { ResourceType: 'AWS::CloudFormation::Stack' };
    server.nested[inner] = [change({ LogicalResourceId: 'Table', Action: 'Remove' })];
    server.pageSize = 1;
    goingBack(
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

  it('refuses what was changed by hand, where it would be written', async () => {
    Object.assign(server.stack, { drift: 'DRIFTED', drifted: ['Queue', 'Untouched'] });
    expect(await plan()).toMatchObject({ seen: { drifted: ['Queue'] } });
    expect(await attempt()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('changed by hand'),
    });
  });

  it('says once why CloudFormation has undone it, sends nothing meanwhile, and tries again for whoever resumes', async () => {
    const port = adapter();
    await toExecution({}, 'r1/0', port);
    server.settle('Resource handler returned message: "quota exceeded"');
    expect(await toExecution({}, 'r1/0', port)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/undid the update.*Queue: .*quota exceeded.* updates Queue/),
      advice: expect.stringContaining('then resume'),
    });
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
    expect(await toExecution({}, 'r1/0', port)).toMatchObject({
      kind: 'waiting',
      note: expect.stringMatching(/^applying/),
    });
    server.settle('again');
    expect(await toExecution({}, 'r1/0', port)).toMatchObject({ reason: expect.stringContaining('again') });
    const tokens = sent('ExecuteChangeSet').map(({ params }) => String(params.ClientRequestToken));
    expect(new Set(tokens).size).toBe(2);
  });

  it('says it again after a start of its own, and not to another operation', async () => {
    await toExecution();
    server.settle('quota exceeded');
    for (const _start of [1, 2]) expect(await toExecution()).toMatchObject({ kind: 'failed' });
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
    await toExecution({}, 'r2/0');
    expect(sent('ExecuteChangeSet')).toHaveLength(2);
  });

  it('tells another rollback by Lastgood from its own', async () => {
    await toExecution();
    expect(await attempt({}, 'r1/01')).toMatchObject({
      kind: 'waiting',
      note: expect.stringMatching(
        /another rollback by Lastgood, lastgood-r1-0-\S+ \(UPDATE_IN_PROGRESS since 2026-01-02 00:01:00 UTC\)/,
      ),
    });
    expect(await attempt()).toMatchObject({ kind: 'waiting', note: 'applying' });
  });

  it.each(['UPDATE_ROLLBACK_FAILED', 'UPDATE_FAILED', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE'])(
    'takes a stack in %s neither for the target nor for what can be taken there, and says why it is so',
    async (status) => {
      await toExecution();
      server.settle('the disk is gone');
      server.stack.status = status;
      for (const Version of ['v41', 'v42']) {
        server.stack.parameters = { Version, Size: '3' };
        const reason = expect.stringMatching(new RegExp(`${status}.*by hand.*Queue: the disk is gone`));
        expect(await attempt()).toMatchObject({ kind: 'failed', reason });
        expect(await plan()).toMatchObject({ kind: 'not-found', reason });
      }
      expect(sent('ExecuteChangeSet')).toHaveLength(1);
    },
  );

  it('refuses what the plan did not show', async () => {
    const found = await plan();
    if (found.kind !== 'seen') throw new Error(found.reason);
    const { changes } = found.seen;
    goingBack(
      change({ LogicalResourceId: 'Queue', ResourceType: 'AWS::SQS::Queue' }),
      change({ LogicalResourceId: 'Topic', ResourceType: 'AWS::SNS::Topic', Action: 'Add' }),
    );
    for (const version of ['v43', 'v42']) {
      server.update(version);
      server.settle();
    }
    expect(await toExecution({ changes })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('now also creates Topic'),
    });
    expect(sent('ExecuteChangeSet')).toHaveLength(0);
  });

  it('says which version cannot be gone to, and asks for none that is no version', async () => {
    expect(await plan('v7')).toMatchObject({
      kind: 'not-found',
      reason: expect.stringContaining('S3 error'),
    });
    server.templates.v40 = { parameters: ['Size'], changes: [] };
    expect(await plan('v40')).toMatchObject({ reason: expect.stringContaining('has no parameter Version') });
    for (const to of ['../v41', 'v41?x', '..', ''])
      expect(await plan(to)).toMatchObject({ kind: 'not-found' });
    expect(sent('CreateChangeSet')).toHaveLength(0);
  });

  it('leaves out parameters that the older template does not know', async () => {
    server.templates.v41 = { parameters: ['Version'], changes: [] };
    await toExecution();
    expect(server.stack.parameters).toEqual({ Version: 'v41' });
  });

  it('does not know another stack under the name, nor one that is not there or says no version', async () => {
    expect(await attempt({ lineage: 'another' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('created again'),
    });
    expect(await plan('v41', { stackName: 'nothing' })).toMatchObject({
      kind: 'not-found',
      reason: expect.stringContaining('does not exist'),
    });
    server.stack.parameters = { Size: '3' };
    expect(await plan()).toMatchObject({
      kind: 'not-found',
      reason: expect.stringContaining('no parameter Version'),
    });
  });

  it.each(['unreachable', 'hangs', 'garbage'] as const)('waits while CloudFormation is: %s', async (kind) => {
    server.fault = { kind };
    expect(await attempt()).toMatchObject({ kind: 'waiting', note: expect.stringMatching(/\w/) });
    server.fault = null;
    await toExecution();
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
  });

  it('waits where it is asked too often, and is called off at once', async () => {
    server.fault = {
      kind: 'refuses',
      refusal: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
    };
    expect(await attempt()).toMatchObject({
      kind: 'waiting',
      note: expect.stringContaining('Rate exceeded'),
    });
    server.fault = { kind: 'hangs' };
    const called = new AbortController();
    const read = adapter({ timeoutMs: 20_000 }).readStack(
      { stack: 'queues', from: 'v42', to: 'v41' },
      called.signal,
    );
    called.abort();
    expect(await read).toMatchObject({ kind: 'unreachable' });
  });
});
