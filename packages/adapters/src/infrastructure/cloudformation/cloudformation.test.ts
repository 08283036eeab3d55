import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStack } from './cloudformation-harness.ts';
import { goingBackOf } from './going-back-harness.ts';
import type { StackServer } from './stack-server-harness.ts';

describe('a stack of CloudFormation, on its wire', () => {
  let server: StackServer;
  beforeEach(async () => {
    server = await startStack();
  });
  afterEach(() => server.close());
  const { adapter, attempt, plan, sent, step, toExecution } = goingBackOf(() => server);

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

  it('refuses what was changed by hand, where it would be written', async () => {
    Object.assign(server.stack, { drift: 'DRIFTED', drifted: ['Queue', 'Untouched'] });
    expect(await plan()).toMatchObject({ seen: { drifted: ['Queue'] } });
    expect(await attempt()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('changed by hand'),
    });
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
