import { eventAbout } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aService, dayZero } from '@lastgood/testkit/scenario/builders';
import { beforeAll, describe, expect, test } from 'vitest';
import { useStoredApp } from './stored-app-harness.ts';

interface Page {
  items: { key: string; service: string; state: string; type: string }[];
  next: string | null;
}

const app = useStoredApp(usePostgres(), { now: Date.now() });
const list = async (path: string) => (await app.get<Page>(path)).body;
const names = ({ items }: Page) => items.map(({ key, service }) => (key ?? service).split('/').at(-1));

/** Ten services; the odd ones have been seen, and nothing watches them. */
beforeAll(async () => {
  for (let n = 0; n < 10; n += 1) {
    const team = n < 3 ? 'Checkout crew' : null;
    const dependencies = n === 0 ? [] : [`main/shop/s${n - 1}`];
    const labels = { tier: `t${n % 2}` };
    const unwatched = n % 2 === 1 ? { triggers: [], triggerSets: [] } : {};
    const service = aService({ name: `s${n}`, team, labels, dependencies, ...unwatched });
    await app.store.services.apply(service, 'ada', dayZero);
    const seen = aBaseline({ id: `d${n}`, service: service.key });
    if (n % 2 === 1) await app.store.deployments.commit({ newDeployments: [seen] });
  }
  await app.store.events.append(
    (['trigger.fired', 'trigger.resolved', 'rollback.stopped'] as const).map((type, n) =>
      eventAbout({ type, at: dayZero + n * 60_000, service: 'main/shop/s1', text: type }),
    ),
  );
});

describe('services', () => {
  test('in a state are found whatever their place in the list, page after page', async () => {
    const pages: Page[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`/services?state=unseen&limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(page);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(pages.flatMap(names)).toEqual(['s1', 's3', 's5', 's7', 's9']);
    expect(pages[0]?.items).toHaveLength(2);
    expect(names(await list('/services?state=starting&team=crew'))).toEqual(['s0', 's2']);
    expect(await list('/services?state=firing')).toEqual({ items: [], next: null });
  });

  test.each([
    ['search=S1', ['s1']],
    ['label=tier%3Dt1&team=CREW', ['s1']],
    ['near=main/shop/s4', ['s3', 's4', 's5']],
  ])('by %s', async (query, expected) => {
    expect(names(await list(`/services?${query}`))).toEqual(expected);
  });

  test('an unknown state is refused with the known ones', async () => {
    const { status, body } = await app.get<{ detail: string }>('/services?state=happy');
    expect(status).toBe(400);
    expect(body.detail).toMatch(/state: must be one of stopped, .*quiet/);
  });
});

describe('the log', () => {
  const types = ({ items }: Page) => items.map(({ type }) => type);

  test.each([
    ['urgency=act', ['rollback.stopped', 'trigger.fired']],
    ['kind=trigger', ['trigger.resolved', 'trigger.fired']],
    ['kind=trigger&urgency=act', ['trigger.fired']],
    ['kind=hold&urgency=act', []],
    [`from=${new Date(dayZero + 60_000).toISOString()}&kind=trigger&team=crew`, ['trigger.resolved']],
  ])('by %s', async (query, expected) => {
    expect(types(await list(`/events?${query}`))).toEqual(expected);
  });

  test.each(['/events', '/runs'])('%s with an end before the beginning says what to change', async (path) => {
    const range = 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z';
    const { status, body } = await app.get<{ detail: string }>(`${path}?${range}`);
    expect(status).toBe(400);
    expect(body.detail).toMatch(/^`to` is not after `from`, .*Give a later instant/);
  });
});
