import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BacktestDeployment, BacktestLine, BacktestResult } from '@lastgood/api-client';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { play, serve, serveApi } from '../cli-harness.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const instant = '2026-01-02T12:00:00.000Z';
const deployment: BacktestDeployment = {
  ...{
    type: 'deployment',
    deploymentId: 'd3',
    service: 'prod/shop/web',
    serviceName: 'web',
    release: 3,
    version: 'v3',
  },
  ...{ startedAt: instant, until: instant, label: 'bad', labelWords: 'rolled back by ada', badAt: instant },
  ...{
    outcome: 'fired',
    words: 'fires 6 min after it began',
    counts: true,
    isPartlyRead: false,
    leadSeconds: 180,
    unread: [],
  },
  trigger: { kind: 'threshold', threshold: 1, comparison: 'less_than', unit: '', limit: '< 1' },
  ...{ firings: [], slots: { due: 40, read: 40, answered: 40 }, slotsPerPoint: 1, points: [] },
};
const result: BacktestResult = {
  ...{ type: 'result', from: instant, to: instant, intervalSeconds: 15, services: ['prod/shop/web'] },
  ...{
    deployments: 1,
    isCut: false,
    words: 'It would have fired on 1 of 1 bad deployment.',
    notes: ['A note.'],
  },
  score: {
    ...{ caught: 1, missed: 0, falselyAccused: 0, leftAlone: 0, falseAlarms: 0, falseAlarmsPerWeek: null },
    ...{ falseAlarmsPerWeekAsked: null, falseAlarmWords: null },
    ...{ judgedSeconds: 0, precision: 1, recall: 1, medianLeadSeconds: 180 },
  },
};
const progress = (done: number): BacktestLine => ({
  type: 'progress',
  done,
  of: 1,
  words: `${done} of 1 deployment`,
});

async function answering(last: BacktestLine = result) {
  const asked: unknown[] = [];
  const url = await serveApi({
    async backtestTriggers({ body }) {
      asked.push(body);
      return (async function* () {
        for (const line of [progress(0), deployment, progress(1), last]) yield line;
      })();
    },
  });
  return { url, asked };
}

const trigger = (name: string) =>
  `{ name: ${name}, query: up, threshold: 1, comparison: less_than, forDuration: 60, severity: log_only }`;

describe('backtest', () => {
  test('prints each deployment and the score, and says the rest on standard error', async () => {
    const { url, asked } = await answering();
    expect(
      await play(url, ['backtest', 'errors', '--service', 'prod/shop/web', '--deployments', '7']),
    ).toEqual({
      ...{ code: 0, sleptMs: 0 },
      answers: [
        '2026-01-02T12:00:00Z  prod/shop/web  v3 (release 3)  bad, rolled back by ada: fires 6 min after it began',
        'It would have fired on 1 of 1 bad deployment.',
        'precision 100 %, recall 100 %',
      ],
      said: ['1 of 1 deployment', 'A note.'],
    });
    expect(asked).toEqual([{ name: 'errors', services: ['prod/shop/web'], deployments: 7 }]);
  });

  test('tries a trigger of a file, on whom the file is about', async () => {
    const { url, asked } = await answering();
    const set = await file(
      'set.yaml',
      `kind: TriggerSet\nname: web\ntriggers: [${trigger('a')}, ${trigger('b')}]\n`,
    );
    const service = await file(
      'web.yaml',
      `kind: Service\nname: prod/shop/web\nstrategy: canary\ntriggers: [${trigger('a')}]\n`,
    );
    await play(url, ['backtest', set, '--trigger', 'b', '--since', '1970-01-01T00:00:00Z']);
    await play(url, ['backtest', service]);
    await play(url, ['backtest', service, '--service', 'prod/shop/cart']);
    expect(asked).toMatchObject([
      { trigger: { name: 'b' }, set: 'web', since: '1970-01-01T00:00:00.000Z' },
      { trigger: { name: 'a' }, services: ['prod/shop/web'] },
      { trigger: { name: 'a' }, services: ['prod/shop/cart'] },
    ]);
    for (const [argv, words] of [
      [[set], /has 2 triggers: say which with --trigger \(a, b\)/],
      [[set, '--trigger', 'c'], /no trigger c is declared there/],
      [['errors', '--trigger', 'c'], /--trigger is for a FILE/],
      [['errors', '--since', 'soon'], /--since is "soon"/],
      [['errors', '--deployments', 'all'], /--deployments is "all"/],
    ] as const) {
      const played = await play(url, ['backtest', ...argv]);
      expect([played.code, played.said[0]]).toEqual([2, expect.stringMatching(words)]);
    }
    expect(asked).toHaveLength(3);
  });

  test('false alarms are told by the time watched and by the calendar, never by the one as if it were the other', async () => {
    const words = '1 false alarm in 2 h of good deployments watched (0.23 a week over the time asked for)';
    const rates = { falseAlarms: 1, falseAlarmsPerWeek: 84, falseAlarmsPerWeekAsked: 0.23 };
    const { url } = await answering({
      ...result,
      score: { ...result.score, ...rates, falseAlarmWords: words },
    });
    const { answers } = await play(url, ['backtest', 'errors']);
    expect(answers.at(-1)).toBe(`precision 100 %, recall 100 %, ${words}`);
  });

  test('ends with 1 where it would have been wrong, and prints all of it as JSON', async () => {
    const { url } = await answering({ ...result, score: { ...result.score, falselyAccused: 1 } });
    const played = await play(url, ['backtest', 'errors', '--json']);
    expect(played.code).toBe(1);
    expect(JSON.parse(played.answers.join(''))).toMatchObject({
      ...{ score: { falselyAccused: 1 }, tested: [{ deploymentId: 'd3' }] },
    });
  });

  test('what fails on the way, or is cut off, is no result', async () => {
    const problem = { type: 'x', title: 'It broke', status: 500, detail: 'The log has it.' };
    const failing = await answering({ type: 'failed', problem });
    expect(await play(failing.url, ['backtest', 'errors'])).toMatchObject({
      ...{ code: 3, said: ['1 of 1 deployment', 'It broke: The log has it.'] },
    });
    const cut = await serve((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/x-ndjson' })
        .end(`${JSON.stringify(progress(0))}\n`),
    );
    expect(await play(cut, ['backtest', 'errors'])).toMatchObject({
      ...{ code: 3, said: [expect.stringContaining('cut off')] },
    });
    const refusing = await serveApi({
      async backtestTriggers() {
        throw new ProblemError(422, 'invalid-declaration', 'No service has it.');
      },
    });
    expect((await play(refusing, ['backtest', 'errors'])).code).toBe(1);
  });
});
