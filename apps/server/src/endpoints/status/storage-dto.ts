import type { StatusRows } from '@lastgood/store/views/status-rows';
import type { StatusDetails } from './status-details-schema.ts';

type Rule = (retentionDays: number) => number | null;

const byRetention: Rule = (days) => days;
const forGood: Rule = () => null;

/** What each table is to people, and how long it is kept. Tables that are not here are small and counted as the rest. */
const parts: Record<string, { name: string; kept: Rule }> = {
  readings: { name: 'Readings in which something happened', kept: byRetention },
  packed_readings: { name: 'Readings at rest', kept: byRetention },
  reading_series: { name: 'Readings at rest', kept: byRetention },
  asks: { name: 'Questions to metric sources', kept: byRetention },
  packed_asks: { name: 'Questions to metric sources', kept: byRetention },
  asked_queries: { name: 'Questions to metric sources', kept: byRetention },
  slots: { name: 'Slots', kept: byRetention },
  trips: { name: 'Slots', kept: byRetention },
  idempotency_keys: { name: 'Idempotency keys', kept: () => 1 },
  events: { name: 'Event log', kept: forGood },
  runs: { name: 'Rollbacks', kept: forGood },
  run_steps: { name: 'Rollbacks', kept: forGood },
  run_members: { name: 'Rollbacks', kept: forGood },
  check_states: { name: 'Rollbacks', kept: forGood },
  deployments: { name: 'Deployments', kept: forGood },
  deployment_changes: { name: 'Deployments', kept: forGood },
  trigger_states: { name: 'Deployments', kept: forGood },
  trigger_definitions: { name: 'Declarations', kept: forGood },
  services: { name: 'Declarations', kept: forGood },
  trigger_sets: { name: 'Declarations', kept: forGood },
  decisions: { name: 'Decisions', kept: forGood },
  outbox: { name: 'Notifications', kept: forGood },
};

export function toStorage(storage: StatusRows['storage'], retentionDays: number): StatusDetails['storage'] {
  const rest = { name: 'Everything else', kept: forGood };
  const found = Map.groupBy(storage.tables, ({ name }) => (parts[name] ?? rest).name);
  const rows = [...found].map(([name, tables]) => {
    const [{ name: first } = { name: '' }] = tables;
    const days = tables.map(({ oldestDay }) => oldestDay).filter((day) => day !== null);
    return {
      name,
      bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
      keptDays: (parts[first] ?? rest).kept(retentionDays),
      oldestDay: days.length === 0 ? null : dayText(days.toSorted()[0] ?? ''),
    };
  });
  const yesterday = storage.tables.map(({ yesterday: bytes }) => bytes).filter((bytes) => bytes !== null);
  return {
    databaseBytes: storage.bytes,
    retentionDays,
    bytesYesterday: yesterday.length === 0 ? null : yesterday.reduce((sum, bytes) => sum + bytes, 0),
    parts: rows.toSorted((a, b) => b.bytes - a.bytes),
  };
}

/** 20260105 as 2026-01-05. */
const dayText = (day: string): string => day.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
