import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCloudformation } from './cloudformation.ts';
import { startStack } from './cloudformation-harness.ts';
import type { CloudformationSettings } from './settings.ts';
import type { ShownChange, StackServer } from './stack-server-harness.ts';

const never = () => new AbortController().signal;

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
    acceptedDestroys: [],
    ...over,
  });
  const attempt = async (over: Parameters<typeof step>[0] = {}, operation = 'r1/0', settings = {}) =>
    (await attemptStep(adapter(settings).applyInfrastructure, step(over), operation)).outcome;
  const plan = (to = 'v41', settings = {}) => adapter(settings).readStack({ stack: 'queues', to }, never());
  const sent = (action: string) => server.calls.filter((call) => call.action === action);
  /** Until the change set is made, and then what came of executing it. */
  async function toExecution(over: Parameters<typeof step>[0] = {}, operation = 'r1/0') {
    for (let tries = 0; tries < 5; tries += 1) {
      const outcome = await attempt(over, operation);
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
        destroys: [],
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

  it.each<[string, ShownChange, boolean]>([
    ['is removed', change({ Action: 'Remove' }), true],
    ['is removed from the stack and kept', change({ Action: 'Remove', PolicyAction: 'Retain' }), false],
    ['is replaced', change({ Replacement: 'True' }), true],
    [
      'is replaced by an empty one and kept',
      change({ Replacement: 'True', PolicyAction: 'ReplaceAndRetain' }),
      true,
    ],
    ['may be replaced', change({ Replacement: 'Conditional' }), true],
    ['is changed in some way', change({ Action: 'Dynamic' }), true],
    ['is added', change({ Action: 'Add' }), false],
    ['is changed in place', change({}), false],
    [
      'holds nothing and is replaced',
      change({ ResourceType: 'AWS::ECS::TaskDefinition', Replacement: 'True' }),
      false,
    ],
  ])('a resource that %s', async (_words, one, destroyed) => {
    goingBack(one);
    expect(await plan()).toMatchObject({ seen: { destroys: destroyed ? ['Database'] : [] } });
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
    expect(await plan()).toMatchObject({ seen: { destroys: ['Storage/Table', 'Dark/*', 'Last'] } });
  });

  it('refuses what was changed by hand, where it would be written', async () => {
    Object.assign(server.stack, { drift: 'DRIFTED', drifted: ['Queue', 'Untouched'] });
    expect(await plan()).toMatchObject({ seen: { drifted: ['Queue'] } });
    expect(await attempt()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('changed by hand'),
    });
  });

  it('does not send again what CloudFormation has undone, and says why it did', async () => {
    await toExecution();
    server.settle('Resource handler returned message: "quota exceeded"');
    expect(await toExecution()).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/undid the update.*Queue: .*quota exceeded/),
      advice: expect.stringContaining('ask for the rollback again'),
    });
    expect(sent('ExecuteChangeSet')).toHaveLength(1);
    await toExecution({}, 'r2/0');
    expect(sent('ExecuteChangeSet')).toHaveLength(2);
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
    const read = adapter({ timeoutMs: 20_000 }).readStack({ stack: 'queues', to: 'v41' }, called.signal);
    called.abort();
    expect(await read).toMatchObject({ kind: 'unreachable' });
  });
});
