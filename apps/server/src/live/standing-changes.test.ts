import type { FleetStanding, Standing } from '@lastgood/domain';
import { expect, test } from 'vitest';
import { createStandingChanges } from './standing-changes.ts';

const standing = (service: string, over: Partial<Standing> = {}): Standing => ({
  ...{ service, state: 'watched', meaning: 'quiet', word: 'Watched', lead: '', since: 0, next: null },
  ...{ restraints: [], actor: 'nobody', readAt: 0, sentence: 'Watched', ...over },
});
const all = (title: string, ...list: Standing[]) => ({
  ranked: () => list.map((one) => ({ standing: one })),
  fleet: (): FleetStanding => ({ meaning: 'quiet', title, actors: [], counts: [], groups: [] }),
});

test('tells what has changed, and only that', () => {
  const changes = createStandingChanges();
  expect(changes.changed(all('quiet', standing('a'), standing('b')))).toEqual([]);
  const worse = standing('b', { state: 'pending', lead: 'high_latency 6 s > 5 s' });
  expect(changes.changed(all('You: b', standing('a'), worse))).toMatchObject([
    { type: 'standing', standing: { service: 'b', state: 'pending' } },
    { type: 'fleet', fleet: { title: 'You: b' } },
  ]);
  expect(changes.changed(all('You: b', standing('a'), worse))).toEqual([]);
});

test('that it was read again, or that a countdown has gone on, is no change', () => {
  const changes = createStandingChanges();
  changes.changed(all('', standing('a')));
  expect(changes.changed(all('', standing('a', { readAt: 15_000, sentence: 'Watched for 0:15' })))).toEqual(
    [],
  );
});

test('a service that is new is told, and who begins to listen is told nothing that was asked for', () => {
  const changes = createStandingChanges();
  changes.changed(all('', standing('a')));
  expect(changes.changed(all('', standing('a'), standing('b')))).toHaveLength(1);
  changes.forget();
  expect(changes.changed(all('x', standing('a', { state: 'firing' })))).toEqual([]);
});
