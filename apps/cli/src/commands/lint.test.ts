import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '@lastgood/api-client';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { play, serveApi } from '../cli-harness.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const trigger =
  '{ name: errors, query: up, threshold: 1, comparison: less_than, forDuration: 60, severity: log_only }';
const service = `kind: Service\nname: prod/shop/web\nstrategy: canary\ntriggers: [${trigger}]\n`;

const doubt: Finding = {
  ...{ path: '/triggers/0/query', code: 'unknown-metric', severity: 'warning', message: 'Nobody has up.' },
  place: { offset: 0, line: 1, column: 1, length: 2 },
  fix: { title: 'Write ups', text: 'ups', split: null },
};
const fault: Finding = {
  ...{ path: '/triggers/0/query', code: 'empty-when-healthy', severity: 'error', message: 'It compares.' },
  place: null,
  fix: {
    ...{ title: 'Take them apart', text: null },
    split: { query: 'up', threshold: 1, comparison: 'less_than', onNoData: null },
  },
};

async function linting(findings: Finding[]) {
  const asked: unknown[] = [];
  const url = await serveApi({
    async lintTriggers({ body }) {
      asked.push(body);
      return { at: '2026-01-01T00:00:00.000Z', services: [], findings };
    },
  });
  return { url, asked };
}

describe('lint', () => {
  test('tells each finding at its place with how to mend it; doubts alone are no failure', async () => {
    const { url, asked } = await linting([doubt]);
    const name = await file('web.yaml', service);
    expect(await play(url, ['lint', name])).toMatchObject({
      code: 0,
      answers: [`${name}: trigger errors, query (line 1, column 1): warning: Nobody has up.`, '  Write ups'],
    });
    expect(asked).toMatchObject([{ service: 'prod/shop/web', triggers: [{ name: 'errors' }] }]);
  });

  test('ends with 1 where something is wrong, with the declaration that would do', async () => {
    const { url } = await linting([fault]);
    const name = await file('set.yaml', `kind: TriggerSet\nname: web\ntriggers: [${trigger}]\n`);
    expect(await play(url, ['lint', name])).toMatchObject({
      code: 1,
      answers: [
        `${name}: trigger errors, query: error: It compares.`,
        '  Take them apart:',
        '    query: "up"',
        '    threshold: 1',
        '    comparison: "less_than"',
      ],
    });
  });

  test('says so where nothing is found, and answers JSON', async () => {
    const { url } = await linting([]);
    const name = await file('web.yaml', service);
    expect((await play(url, ['lint', name])).answers).toEqual([`${name}: prod/shop/web: nothing found`]);
    const { answers } = await play(url, ['lint', name, '--json']);
    expect(JSON.parse(answers.join('\n'))).toMatchObject([{ name: 'prod/shop/web', findings: [] }]);
  });
});

describe('import-rules', () => {
  const triggers = [
    {
      ...{ name: 'web_errors', query: 'sum(errors)', threshold: 5, comparison: 'greater_than' as const },
      ...{ forDuration: 120, severity: 'log_only' as const },
    },
  ];

  async function importing() {
    const asked: unknown[] = [];
    const url = await serveApi({
      async importRules({ body }) {
        asked.push(body);
        if (body.file === 'a: 1')
          throw new ProblemError(422, 'invalid-declaration', '/file: It is no rule file.');
        const left = {
          group: 'g',
          name: 'a:b',
          outcome: 'left_out' as const,
          triggers: [],
          notes: ['It records.'],
        };
        const same = { group: 'g', name: 'WebErrors', outcome: 'same' as const, triggers, notes: [] };
        return { notes: ['Nothing rolls back.'], alerts: body.serviceLabel ? [same] : [same, left] };
      },
    });
    return { url, asked };
  }

  test('prints a trigger set that apply takes, and reports beside it', async () => {
    const { url } = await importing();
    const { code, answers, said } = await play(url, [
      'import-rules',
      await file('r.yaml', 'groups: []'),
      '--set',
      'web',
    ]);
    expect(code).toBe(1);
    expect(parse(answers.join('\n'))).toEqual({
      ...{ kind: 'TriggerSet', name: 'web' },
      triggers: triggers.map((one) => ({ kind: 'threshold', ...one })),
    });
    expect(said).toEqual([
      'Nothing rolls back.',
      'g/a:b is left out: It records.',
      '2 rules: 1 translate, 0 with a difference, 1 left out',
    ]);
  });

  test('narrows by a label', async () => {
    const { url, asked } = await importing();
    const rules = await file('r.yaml', 'groups: []');
    expect((await play(url, ['import-rules', rules, '--service-label', 'app'])).code).toBe(0);
    expect(asked).toEqual([{ file: 'groups: []', serviceLabel: 'app' }]);
  });

  test('says what is wrong with a file', async () => {
    const { url } = await importing();
    const played = await play(url, ['import-rules', await file('r.yaml', 'a: 1')]);
    expect(played).toMatchObject({ code: 1, answers: [] });
    expect(played.said.join()).toContain('no rule file');
    expect((await play(url, ['import-rules', join(folder, 'none')])).code).toBe(2);
  });
});
