import type { NotificationFacts } from './facts.ts';
import type { MadeNotification } from './notification.ts';

/** Of whom a sample says that it is; of nobody that there is where no service was named. */
export interface SampleOf {
  /** `cluster/namespace/name` */
  key: string;
  name: string;
  environment: string;
  team: string | null;
}

export const nobody: SampleOf = { key: 'test/test/sample', name: 'sample', environment: 'test', team: null };

/** What is sent as a test. */
export interface SampleIncident {
  begins: MadeNotification;
  ends: MadeNotification;
}

/**
 * A small incident that nothing is behind: a page, or where none goes a rollback that begins, and what ends it, so that nobody is left
 * with one that is open. Each says that it is a test. @param id of this test: another one is another incident @param noPages only what is quiet goes where it is sent
 */
export function sampleIncident(service: SampleOf, id: string, at: number, noPages = false): SampleIncident {
  const about = { at, service: service.key, deploymentId: `test-${id}`, runId: null, test: true } as const;
  const known = 'This is a test that somebody asked for: nothing has happened.';
  const facts = factsOf(service, at, null);
  const quiet: MadeNotification = {
    ...{ ...about, key: `test/${id}/began`, kind: 'rolling_back', urgency: 'info' },
    title: `Test: ${service.name} is rolled back to v1 (release 1)`,
    text: `${known} A rollback that begins looks like this; its end follows.`,
    facts,
  };
  const page: MadeNotification = {
    ...{ ...about, key: `test/${id}/suggested`, kind: 'rollback_suggested', urgency: 'page' },
    title: `Test: ${service.name}: a rollback of v2 (release 2) is suggested`,
    text: `${known} A suggestion looks like this; what ends it follows.`,
    facts,
  };
  return {
    begins: noPages ? quiet : page,
    ends: {
      ...{ ...about, key: `test/${id}/rolled_back`, kind: 'rolled_back', urgency: 'info' },
      title: `Test: ${service.name} is back on v1 (release 1), verified.`,
      text: known,
      facts: factsOf(service, at, 94_000),
    },
  };
}

function factsOf(
  { name, environment, team }: SampleOf,
  at: number,
  durationMs: number | null,
): NotificationFacts {
  return {
    service: { name, environment, team },
    from: { release: 2, version: 'v2', commit: null },
    to: { release: 1, version: 'v1', commit: null },
    versions: 'v2 → v1 (release 2 → 1)',
    trigger: {
      ...{ name: 'high_error_rate', value: 0.082, threshold: 0.05, comparison: 'greater_than' },
      ...{ unit: 'ratio', words: null, since: at - 120_000 },
    },
    next: { text: 'Nothing: it is a test.', at: null },
    plan: [],
    durationMs,
  };
}
