import { createHash } from 'node:crypto';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { describe, expect, test } from 'vitest';
import { freePort, losingAnswers, play, serve, serveApi } from '../cli-harness.ts';
import { deployment } from '../wire-samples.ts';

const words = ['register', '--service', 'prod/shop/web', '--version', 'v2'];

describe('register', () => {
  test('sends what the pipeline knows and prints the id alone on standard output', async () => {
    const seen: unknown[] = [];
    const url = await serveApi({
      registerDeployment: async ({ body, operation }) => {
        seen.push(body, operation.key);
        const away = { code: 'workload-unread', words: 'the cluster did not answer', noWayBack: false };
        const none = { code: 'no-way-back', words: 'nobody knows its commit', noWayBack: true };
        return { ...deployment, notices: [none, away] };
      },
    });
    const more = ['--commit', 'abc', '--author', 'Ada', '--pipeline-url', 'https://ci/1', '--key', 'job-7'];
    const images = ['--image', 'web=registry/web:v2@sha256:ab', '--image', 'worker/side=registry/side?x=1'];
    const played = await play(url, [...words, ...more, ...images]);
    expect(played).toMatchObject({ code: 0, answers: ['d-2'] });
    expect(played.said).toEqual([
      'no way back: nobody knows its commit',
      'warning: the cluster did not answer',
      'prod/shop/web v2 (release 2) is registered.',
    ]);
    expect(seen).toEqual([
      {
        service: 'prod/shop/web',
        version: 'v2',
        commit: 'abc',
        author: 'Ada',
        pipelineUrl: 'https://ci/1',
        images: { web: 'registry/web:v2@sha256:ab', 'worker/side': 'registry/side?x=1' },
      },
      'job-7',
    ]);
  });

  test('is understood by a Lastgood before it told of notices', async () => {
    const { notices: _, ...older } = deployment;
    const url = await serve((_asked, answer) => {
      answer.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(older));
    });
    expect(await play(url, words)).toMatchObject({ code: 0, answers: ['d-2'] });
  });

  test('says what else it changes, and leaves what was before to Lastgood', async () => {
    let changes: unknown;
    const kept: unknown[] = [];
    const url = await serveApi({
      async registerDeployment({ body }) {
        ({ changes, provides: kept[0], needs: kept[1] } = body);
        return deployment;
      },
    });
    const flags = ['--flag', 'new-checkout=on', '--flag', 'shop/production/limit=25', '--flag', 'price=b=2'];
    const others = [
      '--migration',
      'orders=20260101_rename',
      '--commit-of',
      'git@infra@abcdef0',
      '--stack',
      'net=c3..d4',
    ];
    const contracts = ['--provides', 'catalog-api=4', '--needs', 'search-api=>=3 <5'];
    expect(await play(url, [...words, ...flags, ...others, ...contracts])).toMatchObject({ code: 0 });
    expect(kept).toEqual([{ 'catalog-api': '4' }, { 'search-api': '>=3 <5' }]);
    expect(changes).toEqual([
      { kind: 'flag', target: { flag: 'new-checkout' }, after: true },
      { kind: 'flag', target: { project: 'shop', environment: 'production', flag: 'limit' }, after: 25 },
      { kind: 'flag', target: { flag: 'price=b' }, after: 2 },
      { kind: 'migration', target: { database: 'orders' }, after: '20260101_rename' },
      { kind: 'gitops', target: { repository: 'git@infra' }, after: 'abcdef0' },
      { kind: 'infrastructure', target: { stack: 'net' }, before: 'c3', after: 'd4' },
    ]);
  });

  test.each([
    ['--flag', 'new-checkout'],
    ['--flag', 'a/b/c/d/e=on'],
    ['--flag', '/checkout=on'],
    ['--migration', 'orders='],
    ['--commit-of', '@abc'],
    ['--stack', '=abc'],
  ])('refuses %s %s and says how it is written', async (option, value) => {
    const { code, said } = await play('http://127.0.0.1:9', [...words, option, value]);
    expect(code).toBe(2);
    expect(said.join()).toContain(`${option} "${value}" is not `);
  });

  test('refuses a change that is given twice', async () => {
    const twice = ['--migration', 'orders=1', '--migration', 'orders=1'];
    const { code, said } = await play('http://127.0.0.1:9', [...words, ...twice]);
    expect(code).toBe(2);
    expect(said.join()).toContain('--migration "orders=1" is given twice');
  });

  test('prints the whole deployment with --json', async () => {
    const url = await serveApi({ registerDeployment: async () => deployment });
    const { answers } = await play(url, [...words, '--json']);
    expect(JSON.parse(answers.join('\n'))).toMatchObject({ id: 'd-2', release: 2 });
  });

  test('registers once although the first answers are lost', async () => {
    let registered = 0;
    const keys = new Set<string | null>();
    const api = await serveApi({
      async registerDeployment({ operation }) {
        registered += 1;
        keys.add(operation.key);
        return deployment;
      },
    });
    const url = await losingAnswers(api, 2);
    const played = await play(url, words);
    expect(played).toMatchObject({ code: 0, answers: ['d-2'] });
    expect(registered).toBe(1);
    expect([...keys]).toEqual(['key-1']);
  });

  test.each(['86400', '1e20'])(
    'waits for no longer than it sees fit when told to wait for %s s',
    async (wait) => {
      let answers = 0;
      const url = await serve((_request, response) => {
        answers += 1;
        if (answers > 2)
          response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(deployment));
        else response.writeHead(503, { 'retry-after': wait }).end();
      });
      const played = await play(url, words);
      expect(played).toMatchObject({ code: 0, answers: ['d-2'], sleptMs: 40_000 });
    },
  );

  test('waits for a server that is not there yet', async () => {
    const port = await freePort();
    let sleeps = 0;
    const played = await play(`http://127.0.0.1:${port}`, words, {
      async meanwhile() {
        if (++sleeps !== 3) return;
        await serve((_request, response) => {
          response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(deployment));
        }, port);
      },
    });
    expect(played).toMatchObject({ code: 0, answers: ['d-2'] });
    expect(played.said[0]).toMatch(/^Lastgood cannot be reached \(ECONNREFUSED.*Asking again in 0.5 s\.$/);
  });

  test('gives up on a server that stays away, and says what it waited for', async () => {
    const played = await play(`http://127.0.0.1:${await freePort()}`, words);
    expect(played).toMatchObject({ code: 3, answers: [] });
    expect(played.sleptMs).toBeGreaterThan(30_000);
    expect(played.sleptMs).toBeLessThanOrEqual(60_000);
    expect(played.said.at(-1)).toMatch(/^Lastgood cannot be reached \(ECONNREFUSED/);
  });

  test('waits as long as a starting server asks for', async () => {
    let waits = 1;
    const url = await serveApi(
      { registerDeployment: async () => deployment },
      { preparing: () => (waits-- > 0 ? 'the database is brought up to date' : null) },
    );
    const played = await play(url, words);
    expect(played).toMatchObject({ code: 0, sleptMs: 2000 });
    expect(played.said[0]).toContain('the database is brought up to date');
  });

  test('a held version has its own exit code', async () => {
    const url = await serveApi({
      registerDeployment: async () => {
        throw new ProblemError(409, 'held', 'This version was taken back and is held: 5xx.', {
          holdId: 'h-1',
        });
      },
    });
    expect(await play(url, words)).toMatchObject({
      code: 4,
      answers: [],
      said: ['This version is held: This version was taken back and is held: 5xx.'],
      sleptMs: 0,
    });
  });

  test('a refusal names every wrong member', async () => {
    const url = await serveApi({ registerDeployment: async () => deployment });
    const played = await play(url, [...words, '--commit', 'c'.repeat(101), '--author', 'a'.repeat(201)]);
    expect(played.code).toBe(1);
    expect(played.said[0]).toMatch(/^The request is not valid: body\/commit: .* 1 more in errors\.$/);
    expect(played.said.slice(1)).toEqual([
      expect.stringMatching(/^ {2}\/commit: /),
      expect.stringMatching(/^ {2}\/author: /),
    ]);
  });

  test('shows its token, and is told when one is missing', async () => {
    const sha256 = createHash('sha256').update('secret').digest('hex');
    const tokens = [{ name: 'ci', sha256 }];
    const url = await serveApi(
      { registerDeployment: async () => deployment },
      { tokens, tokensRequired: true },
    );
    expect(await play(url, words, { token: 'secret\n' })).toMatchObject({ code: 0 });
    const without = await play(url, words);
    expect(without.code).toBe(1);
    expect(without.said[0]).toMatch(/^A token is needed: /);
  });

  test.each([
    [['register', '--version', 'v2'], '--service is missing'],
    [['register', '--service', 's', '--version', ''], '--version is missing'],
    [[...words, '--image', 'web'], '--image "web" is not [[KIND/]WORKLOAD/]CONTAINER=REFERENCE'],
    [[...words, '--image', 'a=1', '--image', 'a=2'], '--image names the container a twice'],
    [[...words, 'more'], '"more" is one word too many'],
  ])('refuses %j before anything is sent', async (argv, sentence) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const said = [sentence, 'See lastgood register --help.'];
    expect(await play(url, argv)).toEqual({ code: 2, answers: [], said, sleptMs: 0 });
  });
});
