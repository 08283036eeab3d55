import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort, play, serveApi } from '../cli-harness.ts';
import { aServiceView, aTriggerSet } from '../wire-samples.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const baseline = 'release 1: v1, serving with 3 of 3 ready pods (Deployment web)';

/** The API with a memory of what was declared, in order. */
async function recording() {
  const puts: unknown[] = [];
  const url = await serveApi({
    async applyService({ params, body }) {
      puts.push([params, body]);
      if (params.name === 'bad')
        throw new ProblemError(422, 'invalid-declaration', 'Two members are wrong.', {
          errors: [{ path: '/dependencies/0', message: 'is itself' }],
        });
      return { ...aServiceView, baseline, warnings: ['It has no checks.'] };
    },
    async applyTriggerSet({ params, body }) {
      puts.push([params.name, body]);
      return aTriggerSet;
    },
  });
  return { url, puts };
}

const service = `kind: Service
name: prod/shop/web
strategy: canary
policy: { watchWindow: 600 }
`;
const set = JSON.stringify({ kind: 'TriggerSet', name: 'web', triggers: [] });

describe('a set that services override otherwise', () => {
  const both = `kind: TriggerSet
name: web
triggers: []
---
kind: Service
name: prod/shop/web
triggerOverrides: [{ trigger: errors, threshold: 0.1 }]
`;
  /** A set that fits once the service has been applied so often. */
  async function refusing(fitsAfter: number) {
    const asked: unknown[] = [];
    let services = 0;
    const url = await serveApi({
      async applyService({ body }) {
        services += 1;
        asked.push(body);
        return aServiceView;
      },
      async applyTriggerSet({ query }) {
        asked.push(query);
        if (query.overrides === 'leave' || services >= fitsAfter) return aTriggerSet;
        throw new ProblemError(422, 'invalid-declaration', 'old is overridden by prod/shop/web.');
      },
    });
    return { url, asked };
  }
  const overridden = { triggerOverrides: [{ trigger: 'errors', threshold: 0.1 }] };

  test('is applied after them where they are in the same files', async () => {
    const { url, asked } = await refusing(1);
    const played = await play(url, ['apply', await file('both.yaml', both)]);
    expect(played).toMatchObject({
      ...{ code: 0, said: [] },
      answers: ['Service prod/shop/web applied', 'TriggerSet web applied'],
    });
    expect(asked).toEqual([{}, overridden, {}]);
  });

  test('is refused once, in words, where they do not help', async () => {
    const { url } = await refusing(9);
    const played = await play(url, ['apply', await file('both.yaml', both)]);
    expect(played).toMatchObject({ code: 1, answers: ['Service prod/shop/web applied'] });
    expect(played.said).toEqual([expect.stringContaining('old is overridden by prod/shop/web.')]);
  });

  test('is applied all the same with --leave-overrides', async () => {
    const { url, asked } = await refusing(9);
    const played = await play(url, ['apply', '--leave-overrides', await file('both.yaml', both)]);
    expect(played.code).toBe(0);
    expect(asked).toEqual([{ overrides: 'leave' }, overridden]);
  });
});

describe('apply', () => {
  test('reads merge keys', async () => {
    const { url, puts } = await recording();
    const text = `kind: TriggerSet
name: shop
description: Of the shop.
triggers:
  - &base { name: a, query: up, threshold: 1, comparison: less_than, forDuration: 60, severity: log_only }
  - { <<: *base, name: b }
`;
    expect((await play(url, ['apply', await file('merged.yaml', text)])).code).toBe(0);
    const base = {
      // What no kind says is a threshold.
      ...{ kind: 'threshold', query: 'up', threshold: 1, comparison: 'less_than' },
      ...{ forDuration: 60, severity: 'log_only' },
    };
    expect(puts).toEqual([
      [
        'shop',
        {
          description: 'Of the shop.',
          triggers: [
            { name: 'a', ...base },
            { name: 'b', ...base },
          ],
        },
      ],
    ]);
  });

  test('puts trigger sets first, then services, from YAML and JSON, and says what was presumed good', async () => {
    const { url, puts } = await recording();
    const yaml = await file('services.yaml', service);
    const json = await file('sets.json', set);
    expect(await play(url, ['apply', yaml, json])).toEqual({
      code: 0,
      answers: ['TriggerSet web applied', `Service prod/shop/web applied: ${baseline}`],
      said: [`${yaml}: warning: It has no checks.`],
      sleptMs: 0,
    });
    expect(puts).toEqual([
      ['web', { triggers: [] }],
      [
        { cluster: 'prod', namespace: 'shop', name: 'web' },
        { strategy: 'canary', policy: { watchWindow: 600 } },
      ],
    ]);
  });

  test('says what is refused and applies the rest', async () => {
    const { url, puts } = await recording();
    const both = await file('both.yaml', `kind: Service\nname: prod/shop/bad\n---\n${service}---\n`);
    const played = await play(url, ['apply', both]);
    expect(played).toMatchObject({ code: 1, answers: [`Service prod/shop/web applied: ${baseline}`] });
    expect(played.said).toEqual([
      `${both}, document 1: Service prod/shop/bad: The declaration is not valid: Two members are wrong.`,
      '  /dependencies/0: is itself',
      `${both}, document 2: warning: It has no checks.`,
    ]);
    expect(puts).toHaveLength(2);
  });

  test('a typo in a member is the server to refuse', async () => {
    const { url, puts } = await recording();
    const played = await play(url, ['apply', await file('typo.yaml', `${service}stratgy: rolling\n`)]);
    expect(played).toMatchObject({ code: 1, answers: [] });
    expect(played.said.at(-1)).toContain('/stratgy: is not a known member; known are environment, team,');
    expect(puts).toEqual([]);
  });

  test.each([
    ['kind: Service\nname: web\n', '"web" is not a service; write cluster/namespace/name'],
    ['kind: Service\n', 'name is missing'],
    ['name: web\n', 'kind is missing; it is Service or TriggerSet'],
    ['kind: Trigger\nname: web\n', 'kind is "Trigger"; it is Service or TriggerSet'],
    ['- 1\n', 'a declaration has members, kind and name among them'],
    ['kind: Service\nkind: Service\n', 'Map keys must be unique at line 2, column 1'],
    ['kind: *nobody\n', 'Unresolved alias'],
    ['# nothing\n', 'nothing is declared there'],
    [`# ${'x'.repeat(1_048_576)}`, 'more than 1048576: split it'],
  ])('sends nothing of any file when one of them is %j', async (text, sentence) => {
    // Whatever was sent would end as unreachable, not as a wrong file.
    const url = `http://127.0.0.1:${await freePort()}`;
    const good = await file('good.yaml', service);
    const wrong = await file('wrong.yaml', text);
    const files = text.startsWith('#') ? [wrong] : [good, wrong];
    const played = await play(url, ['apply', ...files]);
    expect(played).toMatchObject({ code: 2, answers: [] });
    expect(played.said[0]).toContain(sentence);
    expect(played.said[0]).toContain('wrong.yaml');
  });

  test('a file that is not there is named', async () => {
    const played = await play('http://127.0.0.1:1', ['apply', join(folder, 'none.yaml')]);
    expect(played).toMatchObject({ code: 2 });
    expect(played.said[0]).toContain('none.yaml cannot be read: ENOENT');
  });
});
