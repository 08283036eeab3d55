import type { NowView } from '@lastgood/api-client';
import { describe, expect, test } from 'vitest';
import { freePort, play, serveApi } from '../cli-harness.ts';
import { anEvaluator, aServiceView, aStanding, noActions, run } from '../wire-samples.ts';

const at = '2026-01-01T00:00:00.000Z';

const now: NowView = {
  at,
  fleet: {
    meaning: 'act',
    title: 'You: web firing · nobody: 4 quiet',
    actors: [
      { actor: 'you', count: 1, text: 'web firing', next: null, more: null },
      { actor: 'nobody', count: 4, text: '4 quiet', next: null, more: null },
    ],
    counts: [
      { state: 'firing', meaning: 'act', count: 1, text: '1 firing' },
      { state: 'quiet', meaning: 'quiet', count: 4, text: '4 quiet' },
    ],
    groups: [],
  },
  status: {
    at,
    version: '0.1.0',
    sandbox: false,
    replica: 'one',
    evaluator: anEvaluator,
    sources: [
      {
        kind: 'metrics',
        title: 'Prometheus',
        name: 'main',
        up: false,
        reason: 'timed out',
        since: at,
        missingRights: [],
        note: null,
      },
      {
        kind: 'cluster',
        title: 'Cluster',
        name: 'prod',
        up: true,
        reason: null,
        since: null,
        missingRights: ['Lastgood may not patch.'],
        note: 'asked every 15 s',
      },
    ],
    undelivered: 0,
  },
  runs: [{ run, steps: [], holder: null, actions: noActions }],
  attention: [
    {
      deploymentId: 'd-2',
      service: 'prod/shop/web',
      serviceName: 'web',
      environment: 'production',
      release: 2,
      version: 'v2',
      origin: 'pipeline',
      startedAt: at,
      watchEndsAt: null,
      beyondWindow: null,
      worst: null,
      standing: aStanding,
      target: null,
      activeRunId: null,
      links: [],
      spark: [],
    },
  ],
  watched: [],
  more: { runs: 0, watched: 0 },
  services: 5,
};

describe('status', () => {
  test('of everything: itself, what is down, runs, what is watched', async () => {
    const url = await serveApi({ nowView: async () => now });
    expect(await play(url, ['status'])).toEqual({
      code: 0,
      answers: [
        'You: web firing · nobody: 4 quiet',
        'Lastgood 0.1.0: Evaluating every 15 s.',
        'down: Prometheus main: timed out',
        'warning: Lastgood may not patch.',
        'limited: Cluster prod: asked every 15 s',
        'rollback  prod/shop/web  waiting for a worker  run-1',
        'firing  prod/shop/web  v2 (release 2)  5xx 8.2 % > 5 %, firing  d-2',
        '5 services: 1 firing, 4 quiet',
      ],
      said: [],
      sleptMs: 0,
    });
  });

  test('of one service', async () => {
    const asked: unknown[] = [];
    const url = await serveApi({
      async serviceView({ params }) {
        asked.push(params);
        return aServiceView;
      },
    });
    expect((await play(url, ['status', 'prod/shop/web'])).answers).toEqual([
      'prod/shop/web (production, rolling): firing',
      '5xx 8.2 % > 5 %, firing',
      'current:         v2 (release 2), pending  d-2',
      'last known good: v1 (release 1), verified  d-1',
      'practised last:  Never.',
    ]);
    expect(asked).toEqual([{ cluster: 'prod', namespace: 'shop', name: 'web' }]);
  });

  test('of a service whose practice is overdue', async () => {
    const drills = { ...aServiceView.drills, everyDays: 90, state: 'overdue' as const };
    const url = await serveApi({ serviceView: async () => ({ ...aServiceView, drills }) });
    const { answers } = await play(url, ['status', 'prod/shop/web']);
    const { last, due, how } = drills.words;
    expect(answers.slice(4)).toEqual([
      `practised last:  ${last}`,
      `practice:        ${due}`,
      `                 ${how}`,
    ]);
  });

  test('of a service that fires does not call it verified', async () => {
    const { summary } = aServiceView;
    const current = summary.current && { ...summary.current, proof: 'verified' as const };
    const view = { ...aServiceView, summary: { ...summary, current, lastKnownGood: current } };
    const url = await serveApi({ serviceView: async () => view });
    const { answers } = await play(url, ['status', 'prod/shop/web']);
    expect(answers.filter((line) => line.includes('verified'))).toEqual([
      'current:         v2 (release 2), was verified, breaches  d-2',
      'last known good: v2 (release 2), was verified, breaches  d-2',
    ]);
  });

  test('does not wait for a server that is away', async () => {
    const played = await play(`http://127.0.0.1:${await freePort()}`, ['status']);
    expect(played).toMatchObject({ code: 3, answers: [], sleptMs: 0 });
  });
});
