import { aDeployment, aService, dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { messageOf } from '../notification/message.ts';
import type { PeopleKind } from '../notification/notification.ts';
import { withPartlyOver } from '../notification/partly-over.ts';
import { incidentOver, type OverBecause, overByNow } from './incident-over.ts';

const release = aDeployment({ id: 'd2', version: 'v42' });
const named = { ...release, release: 42 };
const words = 'As it was said.';

const nothing = 'Nothing is left to do.';

test.each<[OverBecause, string, PeopleKind | null, string]>([
  [
    { kind: 'recovered' },
    'web: what called for a rollback of v42 (release 42) is over',
    'rollback_waits',
    'Nothing for now: what fires again calls again.',
  ],
  [
    { kind: 'undeclared', triggers: [{ name: 'errors', isLogged: false }], isWatched: true },
    'web: errors fired for v42 (release 42) and is not declared any more',
    'rollback_waits',
    'Look yourself whether it is over. What fires of what is declared calls.',
  ],
  [
    { kind: 'undeclared', triggers: [{ name: 'errors', isLogged: true }], isWatched: false },
    'web: errors fired for v42 (release 42) and is only logged now',
    'rollback_waits',
    'Look yourself whether it is over. What fires of what is declared calls.',
  ],
  [
    { kind: 'ended', triggers: ['slower'] },
    'web: slower fired for v42 (release 42) and has ended',
    'rollback_waits',
    'Look yourself whether it is over. What fires again calls again.',
  ],
  [
    { kind: 'never-came', older: { release: 41, version: 'v41', commit: null, origin: 'pipeline' } },
    'web: v42 (release 42) never came, so it cannot be rolled back',
    'rollback_waits',
    'What fires calls for what is there.',
  ],
  [
    { kind: 'withdrawn' },
    'web: the rollback of v42 (release 42) is not wanted any more',
    'rollback_waits',
    'What its triggers still call for is told anew.',
  ],
  [{ kind: 'verified', words }, 'web: v42 (release 42) is verified after all', 'held_version_back', nothing],
  [
    { kind: 'unproven', words },
    'web: the watch of v42 (release 42) is over',
    'rollout_failed',
    'Nothing: at the end of its watch it served and nothing fired. That it is good is not proven.',
  ],
  [
    { kind: 'completed', words, watchEndsAt: dayZero },
    'web: v42 (release 42) is rolled out after all',
    'rollout_failed',
    'It is watched now, and its triggers may take it back. The watch ends at 2026-01-05 12:00:00 UTC.',
  ],
  [
    { kind: 'mended', words },
    'web: v42 (release 42) is rolled out after all',
    'rollout_failed',
    'Nothing: its watch has ended. That it is good is not proven.',
  ],
  [
    { kind: 'ready-again' },
    'web: v42 (release 42) can be taken back completely again',
    'readiness_lost',
    nothing,
  ],
  [
    { kind: 'released', by: 'ada' },
    'web: v42 (release 42) may stay',
    'held_version_back',
    'It is judged as any release: what fires of it calls, or takes it back.',
  ],
  [{ kind: 'deleted', by: 'ada' }, 'web was deleted', null, nothing],
  [
    { kind: 'superseded', newer: { ...named, release: 43, version: 'v43' } },
    'web: v43 (release 43) has replaced v42 (release 42)',
    null,
    nothing,
  ],
])('%j is said in one sentence', (because, title, ending, next) => {
  const told = incidentOver(named, aService(), because, dayZero);
  expect(told).toMatchObject({ kind: 'incident_over', urgency: 'info', deploymentId: 'd2', title });
  if (ending === null) expect(told.ends).toBeUndefined();
  else expect(told.ends).toContain(ending);
  const message = messageOf(told, null);
  expect(message.tone).toBe('plain');
  expect(message.text).toMatch(/\.$/);
  expect(message.facts).toEqual([
    { name: 'Version', value: 'v42 (release 42)' },
    { name: 'Next', value: next },
  ]);
});

test.each<[boolean, boolean, string]>([
  [
    false,
    true,
    'errors fired and is not declared any more: nobody looks at it, and whether what fired is over is not known. Nothing else of v42 (release 42) fires that calls for a rollback.',
  ],
  [
    false,
    false,
    'errors fired and is not declared any more: nobody looks at it, and whether what fired is over is not known. No other trigger of its service calls anybody: nothing watches v42 (release 42).',
  ],
  [
    true,
    true,
    'errors fired and is only logged now: whatever errors measures, it calls nobody. It may fire on. Nothing else of v42 (release 42) fires that calls for a rollback.',
  ],
])(
  'never says of what nobody looks at that it is over (logged %s, watched %s)',
  (isLogged, isWatched, text) => {
    const because = { kind: 'undeclared', triggers: [{ name: 'errors', isLogged }], isWatched } as const;
    const told = incidentOver(named, aService(), because, dayZero);
    expect(told.text).toBe(text);
    expect(messageOf(told, null).stage).toBe('Not looked at any more');
  },
);

test('that its service was deleted is said otherwise once that is declared again, and nothing else is', () => {
  const deleted = incidentOver(named, aService(), { kind: 'deleted', by: 'ada' }, dayZero);
  expect(overByNow(deleted, false)).toBe(deleted);
  expect(overByNow(deleted, true).title).toBe(
    'web was deleted and is declared again, and nobody was called for v42 (release 42) since',
  );
  const recovered = incidentOver(named, aService(), { kind: 'recovered' }, dayZero);
  expect(overByNow(recovered, true)).toBe(recovered);
});

test.each<[OverBecause, string | null]>([
  [{ kind: 'released', by: 'ada' }, 'It is judged as any release: what fires of it calls, or takes it back.'],
  [{ kind: 'withdrawn' }, 'What its triggers still call for is told anew.'],
  [
    { kind: 'completed', words, watchEndsAt: dayZero },
    'It is watched now, and its triggers may take it back. The watch ends.',
  ],
  [{ kind: 'recovered' }, null],
  [{ kind: 'ready-again' }, null],
])(
  'of %j that nothing happens by itself is said only where that is so, though it is over in part alone',
  (because, next) => {
    const [over, partly] = withPartlyOver(incidentOver(named, aService(), because, dayZero));
    expect(partly?.facts?.next?.text ?? null).toBe(next);
    for (const one of [over, partly]) expect(one).not.toHaveProperty('ifPartly');
  },
);
