import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStack } from './cloudformation-harness.ts';
import { goingBackOf } from './going-back-harness.ts';
import type { StackServer } from './stack-server-harness.ts';

describe('what CloudFormation has undone, or ended half way', () => {
  let server: StackServer;
  beforeEach(async () => {
    server = await startStack();
  });
  afterEach(() => server.close());
  const { adapter, attempt, plan, sent, toExecution } = goingBackOf(() => server);

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
});
