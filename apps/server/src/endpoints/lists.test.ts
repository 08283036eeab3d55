import { beforeAll, describe, expect, test } from 'vitest';
import { useEndpoints, web } from './endpoints-harness.ts';

const { ask, rollout, sources } = useEndpoints();

beforeAll(async () => {
  rollout.cluster.create(web, { app: 'registry/web:v1' });
  await ask('PUT', '/services/main/shop/web', {});
});

test('a thousand requests at once over ten keys make ten deployments', async () => {
  const before = (await ask('GET', '/deployments?limit=200')).json().items.length;
  const register = async (n: number): ReturnType<typeof ask> => {
    const answer = await ask(
      'POST',
      '/deployments',
      { service: 'main/shop/web', version: `k${n}` },
      `many-${n}`,
    );
    // A busy machine has not a connection for each in time: it is asked again with the same key, as the answer says.
    return answer.statusCode === 503 ? register(n) : answer;
  };
  const answers = await Promise.all(Array.from({ length: 1_000 }, (_, index) => register(index % 10)));
  const made = new Set(answers.filter(({ statusCode }) => statusCode === 201).map((one) => one.json().id));
  const others = answers.filter(({ statusCode }) => statusCode !== 201 && statusCode !== 409);
  expect(others.map(({ body }) => body)).toEqual([]);
  expect(made.size).toBe(10);
  const after = (await ask('GET', '/deployments?limit=200')).json().items.length;
  expect(after - before).toBe(10);
}, 120_000);

describe('lists', () => {
  test('are paged by cursor without a gap or a repetition', async () => {
    const all = (await ask('GET', '/events?limit=200')).json().items;
    const ids: number[] = [];
    let cursor = '';
    do {
      const page = (await ask('GET', `/events?limit=3${cursor ? `&cursor=${cursor}` : ''}`)).json();
      ids.push(...page.items.map((event: { id: number }) => event.id));
      cursor = page.next;
    } while (cursor);
    expect(ids).toEqual(all.map((event: { id: number }) => event.id));
    expect((await ask('GET', '/events?cursor=garbage')).statusCode).toBe(400);
    const releases: number[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: { items: { release: number }[]; next: string | null } = (
        await ask('GET', `/deployments?limit=1${next ? `&cursor=${next}` : ''}`)
      ).json();
      releases.push(...page.items.map((item) => item.release));
      next = page.next;
    }
    const whole: { items: { release: number }[] } = (await ask('GET', '/deployments?limit=200')).json();
    expect(releases).toEqual(whole.items.map((item) => item.release));
  });

  test('answer 404 for what is not there, saying where to look', async () => {
    for (const path of ['/runs/x', '/deployments/x', '/services/a/b/c', '/trigger-sets/x', '/sandbox']) {
      const answer = await ask('GET', path);
      expect(answer.statusCode, path).toBe(404);
      expect(answer.json().detail.length, path).toBeGreaterThan(10);
    }
    expect((await ask('POST', '/holds/x/release')).statusCode).toBe(404);
    expect((await ask('POST', '/holds/x/undo-release')).statusCode).toBe(404);
  });
});

describe('a service nobody needs any more', () => {
  const path = '/services/main/shop/old';
  const declared = { workloads: [{ kind: 'Deployment', name: 'old' }] };

  test('is deleted in words, its deployments stay readable, and declaring it again brings it back', async () => {
    rollout.cluster.create({ ...web, name: 'old' }, { app: 'r.example/old:v1' });
    expect((await ask('PUT', path, declared)).statusCode).toBe(200);
    const { current } = (await ask('GET', path)).json().summary;
    expect(current).toMatchObject({ release: 1 });
    const deleted = await ask('DELETE', path);
    expect(deleted.statusCode).toBe(200);
    expect(deleted.json().sentence).toMatch(/^main\/shop\/old is deleted: .* history stays/);
    expect((await ask('GET', path)).statusCode).toBe(404);
    expect((await ask('DELETE', path)).json().detail).toMatch(/no service main\/shop\/old/);
    expect((await ask('GET', `/deployments/${current.deploymentId}`)).statusCode).toBe(200);
    const register = { service: 'main/shop/old', version: 'v2' };
    expect((await ask('POST', '/deployments', register)).json().detail).toMatch(/main\/shop\/old/);
    expect((await ask('PUT', path, declared)).json().summary.current).toMatchObject({ release: 1 });
  });

  test('says of one whose workloads are gone that they are, since when', async () => {
    const since = Date.UTC(2026, 10, 28, 12, 30);
    const reasons = ['Deployment old: Deployment shop/old does not exist in cluster main'];
    sources.reportServices(new Map([['main/shop/old', { kind: 'gone', reasons, since }]]));
    const { summary, trouble } = (await ask('GET', path)).json();
    expect(summary.standing).toMatchObject({
      state: 'gone',
      sentence: expect.stringMatching(/^none of its workloads is in its cluster since .*12:30:00 UTC$/),
    });
    expect(trouble).toEqual(reasons);
    const now = (await ask('GET', '/now')).json();
    sources.reportServices(new Map());
    const counted = now.fleet.counts.map(({ state, count }: { state: string; count: number }) => [
      state,
      count,
    ]);
    expect(counted).toContainEqual(['gone', 1]);
    expect(Object.values<number>(Object.fromEntries(counted)).reduce((a, b) => a + b)).toBe(now.services);
  });
});
