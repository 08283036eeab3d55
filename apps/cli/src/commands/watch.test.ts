import type { DeploymentView } from '@lastgood/api-client';
import { notFound, ProblemError } from '@lastgood/server/problems/problem-error';
import { describe, expect, test } from 'vitest';
import { play, serve, serveApi } from '../cli-harness.ts';
import { aDeploymentView, anEvent } from '../wire-samples.ts';

/** Answers the views one after the other; asking once more than that fails the test. */
function served(...views: (DeploymentView | Error)[]) {
  return serveApi({
    async deploymentView() {
      const view = views.shift();
      if (!view) throw new Error('asked after the end');
      if (view instanceof Error) throw view;
      return view;
    },
  });
}

const out = { status: 'completed', completedAt: '2026-01-01T00:01:00.000Z' } as const;

describe('watch', () => {
  test('follows until the deployment is verified, and says every event once', async () => {
    const [first, second] = [anEvent(7, 'v2 was registered.'), anEvent(9, 'Release 2 completed.')];
    const url = await served(
      aDeploymentView({}, { timeline: [first] }),
      aDeploymentView(out, { timeline: [first, second], trouble: ['prometheus is away.'] }),
      aDeploymentView(out, { timeline: [first, second], trouble: ['prometheus is away.'] }),
      aDeploymentView({ ...out, proof: 'verified' }, { timeline: [first, second] }),
    );
    expect(await play(url, ['watch', 'd-2'])).toEqual({
      code: 0,
      answers: ['verified'],
      said: [
        'Watching prod/shop/web v2 (release 2).',
        `${first.at}  v2 was registered.`,
        `${second.at}  Release 2 completed.`,
        'cannot see: prometheus is away.',
        'Everything can be seen again.',
      ],
      sleptMs: 6000,
    });
  });

  test('says once why it goes on after its window', async () => {
    const beyondWindow = 'watched beyond its window: high_latency still breaches';
    const url = await served(
      aDeploymentView(out, { beyondWindow }),
      aDeploymentView(out, { beyondWindow }),
      aDeploymentView({ ...out, proof: 'verified' }),
    );
    expect((await play(url, ['watch', 'd-2'])).said).toEqual([
      'Watching prod/shop/web v2 (release 2).',
      beyondWindow,
    ]);
  });

  test('one that is presumed good is not called verified', async () => {
    const url = await served(aDeploymentView({ ...out, proof: 'presumed_good' }));
    expect(await play(url, ['watch', 'd-2'])).toMatchObject({ code: 0, answers: ['presumed_good'] });
  });

  test('an unproven one is a no', async () => {
    const url = await served(aDeploymentView({ ...out, proof: 'unproven' }));
    expect(await play(url, ['watch', 'd-2'])).toMatchObject({ code: 1, answers: ['unproven'] });
  });

  test('a rollback under way is waited for: only its end says what became of the deployment', async () => {
    const during = aDeploymentView({ ...out, proof: 'unproven' }, { activeRunId: 'run-1' });
    const back = aDeploymentView(
      { ...out, proof: 'unproven', status: 'rolled_back' },
      { lastRunId: 'run-1' },
    );
    const url = await served(during, during, back);
    expect(await play(url, ['watch', 'd-2'])).toMatchObject({
      code: 5,
      answers: ['rolled_back'],
      sleptMs: 4000,
    });
  });

  test('prints the last view with --json and keeps the exit code', async () => {
    const url = await served(aDeploymentView({ status: 'rolled_back', proof: 'unproven' }));
    const { code, answers } = await play(url, ['watch', 'd-2', '--json']);
    expect(code).toBe(5);
    expect(JSON.parse(answers.join('\n'))).toMatchObject({ deployment: { status: 'rolled_back' } });
  });

  test('outlives a database that is away for a moment', async () => {
    const away = new ProblemError(503, 'database-down', 'Ask again.', { retryAfter: 2 });
    const url = await served(away, away, aDeploymentView({ ...out, proof: 'verified' }));
    const played = await play(url, ['watch', 'd-2']);
    expect(played).toMatchObject({ code: 0, answers: ['verified'] });
    expect(played.said.filter((line) => line.startsWith('The database cannot be used'))).toHaveLength(2);
  });

  test('a deployment that does not exist is a no at once', async () => {
    const url = await served(notFound('There is no deployment d-9.'));
    const said = ['Not found: There is no deployment d-9.'];
    expect(await play(url, ['watch', 'd-9'])).toEqual({ code: 1, answers: [], said, sleptMs: 0 });
  });

  test('what a person types stays one part of the address', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    });
    expect((await play(url, ['watch', '../runs?x=1#y'])).code).toBe(1);
    expect(asked).toEqual(['/api/v1/deployments/..%2Fruns%3Fx%3D1%23y']);
    expect(await play(url, ['watch', '..'])).toMatchObject({ code: 2 });
    expect(await play(url, ['watch', ''])).toMatchObject({ code: 2 });
    expect(asked).toHaveLength(1);
  });
});
