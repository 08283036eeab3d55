import { expect, it } from 'vitest';
import { type MigrationSeen, migrateTo } from './migrate-to.ts';

const step = { database: 'orders', from: '0018', to: '0017', acceptedLoss: [] };
const seen = (over: Partial<MigrationSeen> = {}): MigrationSeen => ({
  ...{ head: '0018', dirty: false, running: 'r0/1', sessions: 0, sessionsHint: 'its list' },
  ...{ irreversible: null, undeclared: [], loss: {} },
  ...over,
});

it('tells of sessions that are opened while it migrates, as somebody has started a writer', () => {
  expect(migrateTo.waitsFor(step, seen(), 'r0/1')).toBe('migrating, at 0018 now');
  expect(migrateTo.waitsFor(step, seen({ sessions: 2 }), 'r0/1')).toBe(
    'migrating, at 0018 now; 2 sessions of the application are open meanwhile (its list)',
  );
  expect(migrateTo.inWords(step, seen({ head: '0017', sessions: 1 }))).toBe(
    'orders is at 0017; 1 session of the application is open meanwhile (its list)',
  );
});
