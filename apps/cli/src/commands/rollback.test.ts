import type { CheckView, Run } from '@lastgood/api-client';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { describe, expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';
import { aRunView, run } from '../wire-samples.ts';

function following(...states: Partial<Run>[]) {
  return serveApi({
    rollbackDeployment: async () => run,
    async runView() {
      const state = states.shift();
      if (!state) throw new Error('asked after the end');
      return aRunView(state);
    },
  });
}

describe('rollback', () => {
  test('asks for the run and prints its id', async () => {
    const seen: unknown[] = [];
    const url = await serveApi({
      rollbackDeployment: async ({ params, body, operation }) => {
        seen.push(params.id, body, operation);
        return run;
      },
    });
    const played = await play(url, ['rollback', 'd-2', '--to', 'd-0', '--reason', 'slow', '--key', 'k']);
    expect(played).toEqual({
      code: 0,
      answers: ['run-1'],
      said: ['prod/shop/web: v2 (release 2) goes back to v1 (release 1).'],
      sleptMs: 0,
    });
    expect(seen).toMatchObject(['d-2', { target: 'd-0', reason: 'slow' }, { key: 'k' }]);
  });

  test('--with-dependents asks for whoever has to go back too, and says who that is', async () => {
    let asked: unknown;
    const { from, target } = run;
    const of = (serviceName: string) => ({
      ...{ service: `prod/shop/${serviceName}`, serviceName, deploymentId: 'd', from, target },
      status: 'queued' as const,
    });
    const url = await serveApi({
      async rollbackDeployment({ body }) {
        asked = body;
        return { ...run, members: [of('checkout'), of('web')] };
      },
    });
    const { code, said } = await play(url, ['rollback', 'd-2', '--with-dependents', '--keep-going']);
    expect([code, asked]).toMatchObject([0, { group: 'with-dependents', stopCondition: 'continue-others' }]);
    expect(said).toEqual([
      'prod/shop/web: v2 (release 2) goes back to v1 (release 1).',
      'prod/shop/checkout: v2 (release 2) goes back to v1 (release 1) with it.',
    ]);
  });

  test('--keep-going alone says nothing, and is refused', async () => {
    const { code, said } = await play('http://127.0.0.1:9', ['rollback', 'd-2', '--keep-going']);
    expect(code).toBe(2);
    expect(said.join()).toContain('only with --with-dependents');
  });

  test('--accepting names what may be lost, once for each, and --including what goes back unregistered', async () => {
    const bodies: unknown[] = [];
    const url = await serveApi({
      rollbackDeployment: async ({ body }) => {
        bodies.push(body);
        return run;
      },
    });
    const queue = 'shop/aws_sqs_queue.q["a, b"]';
    const named = ['--accepting', 'orders/coupons', '--accepting', queue, '--including', 'migration/orders'];
    expect(await play(url, ['rollback', 'd-2', ...named])).toMatchObject({ code: 0 });
    expect(bodies).toMatchObject([{ accepting: ['orders/coupons', queue], including: ['migration/orders'] }]);
  });

  test('--wait follows it until the release before is back and verified', async () => {
    const url = await following(
      { status: 'running', sentence: '2 of 3 replicas available' },
      { status: 'running', sentence: '2 of 3 replicas available' },
      { status: 'done', verdict: 'passed', sentence: 'rolled back to release 1 and verified in 21 s' },
    );
    const played = await play(url, ['rollback', 'd-2', '--wait']);
    expect(played).toMatchObject({ code: 0, answers: ['run-1'], sleptMs: 4000 });
    expect(played.said.slice(1)).toEqual([
      '2 of 3 replicas available',
      'rolled back to release 1 and verified in 21 s',
    ]);
  });

  test('--wait says what the plan warns of, and what each check saw', async () => {
    const check: CheckView = {
      ...{ name: 'trigger errors', type: 'trigger', verdict: 'passed', expected: 'not > 5 %' },
      ...{ actual: '0.2 %', reason: null, passesInARow: 3, passesNeeded: 3, attempts: 9 },
      ...{ lastAttemptAt: null, deadlineAt: run.createdAt },
    };
    const zero: CheckView = {
      ...{ ...check, name: 'web serves release 1' },
      ...{ verdict: 'nothing_serves', reason: 'nothing serves: it is scaled to zero replicas' },
    };
    const warnings = ['Goes back past 4 releases to release 1.'];
    const ended = {
      ...aRunView({ status: 'stopped', sentence: 'stopped: x' }),
      warnings,
      checks: [check, zero],
    };
    const url = await serveApi({ rollbackDeployment: async () => run, runView: async () => ended });
    expect((await play(url, ['rollback', 'd-2', '--wait'])).said.slice(1)).toEqual([
      'Goes back past 4 releases to release 1.',
      'stopped: x',
      'trigger errors: passed, 0.2 % where not > 5 % is wanted',
      'web serves release 1: nothing serves: it is scaled to zero replicas',
    ]);
  });

  test('a run that stopped is a no, with what it leaves behind and what to do', async () => {
    const stop = {
      ordinal: 1,
      reason: 'x',
      endState: '1 of 3 steps are done.',
      advice: 'Resume it.',
      refusals: [],
    };
    const url = await following({ status: 'stopped', sentence: 'stopped: x', stop });
    const played = await play(url, ['rollback', 'd-2', '--wait', '--json']);
    expect(played.code).toBe(1);
    expect(played.said.slice(1)).toEqual(['stopped: x', '1 of 3 steps are done. Resume it.']);
    expect(JSON.parse(played.answers.join('\n'))).toMatchObject({ id: 'run-1', status: 'stopped' });
  });

  test('one that was undone is a no', async () => {
    const url = await following({ status: 'cancelled', sentence: 'undone before it began' });
    expect(await play(url, ['rollback', 'd-2', '--wait'])).toMatchObject({ code: 1 });
  });

  test('a run in the way is a no, in the words of the server', async () => {
    const url = await serveApi({
      rollbackDeployment: async () => {
        throw new ProblemError(409, 'run-active', 'Run run-0 is rolling this service back.', {
          runId: 'run-0',
        });
      },
    });
    expect(await play(url, ['rollback', 'd-2'])).toEqual({
      code: 1,
      answers: [],
      said: ['Another rollback is under way: Run run-0 is rolling this service back.'],
      sleptMs: 0,
    });
  });
});

describe('undo', () => {
  test('takes a run back that has not started', async () => {
    const url = await serveApi({
      undoRun: async () => ({ ...run, status: 'cancelled', sentence: 'undone before it began' }),
    });
    const said = ['prod/shop/web: the rollback to v1 (release 1) is undone before it began.'];
    expect(await play(url, ['undo', 'run-1'])).toEqual({ code: 0, answers: [], said, sleptMs: 0 });
  });

  test('of one that has started is a no', async () => {
    const url = await serveApi({
      undoRun: async () => {
        throw new ProblemError(409, 'conflict', 'It has started.', { runId: 'run-1' });
      },
    });
    expect(await play(url, ['undo', 'run-1'])).toMatchObject({ code: 1, sleptMs: 0 });
  });
});

describe('hurry', () => {
  test('sends the traffic back at once, or is a no where no stage is left', async () => {
    const url = await serveApi({ hurryRun: async () => run });
    const said = ['prod/shop/web: the traffic goes back to v1 (release 1) at once.'];
    expect(await play(url, ['hurry', 'run-1'])).toEqual({ code: 0, answers: [], said, sleptMs: 0 });
    const none = await serveApi({
      hurryRun: async () => {
        throw new ProblemError(409, 'conflict', 'No traffic is left that would go back in stages.');
      },
    });
    expect(await play(none, ['hurry', 'run-1'])).toMatchObject({ code: 1 });
  });
});
