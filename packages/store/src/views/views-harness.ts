import { type Reading, type ReadingRow, rollbackDeploymentId, type SlotCommit } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { beforeEach } from 'vitest';
import type { Store } from '../store.ts';
import { deployment, endAllRuns, given, query, t0, type twoReleases, useStores } from '../store-harness.ts';

export const interval = 15_000;
export const postgres = usePostgres();
const open = useStores(postgres);
/** A store at an hour past `t0`, anew for each test: no run is active and no deployment is watched. */
export let store: Store;

beforeEach(async () => {
  store = open({ now: () => t0 + 3_600_000 });
  await endAllRuns(postgres.url);
  await query(
    postgres.url,
    'update deployments set watch_closed_at = started_at where watch_closed_at is null',
  );
});

type Said = Partial<Omit<SlotCommit, 'readings'>> & { readings?: ReadingRow[] };

/** Judges a slot, with whatever else is said of it. */
export async function judge(slot: number, { readings = [], ...commit }: Said) {
  const claim = await store.slots.claim(slot, 0, 'a', interval);
  if (!claim) throw new Error('the slot was not free');
  await store.slots.commit(claim, [], () => ({
    states: [],
    readings: readings.map((row) => ({ ...row, ...given(row.trigger) })),
    asks: [],
    tripped: [],
    lateMs: 40,
    ...commit,
  }));
}

export function reading(deploymentId: string, slot: number, value: number, name = 'errors'): ReadingRow {
  const said: Reading = { kind: 'value', value };
  return {
    deploymentId,
    trigger: name,
    slot,
    reading: said,
    threshold: 0.05,
    phase: 'pending',
    heldMs: 5,
    lateMs: 7,
  };
}

/** Claims the run that is due and writes the deployment that its rollback of `bad` is. */
export async function beginsWork({ svc, bad }: Awaited<ReturnType<typeof twoReleases>>, startedAt: number) {
  const claimed = await store.runs.claim('a', 60_000, []);
  if (!claimed) throw new Error('nothing is due');
  const id = rollbackDeploymentId(claimed.run);
  const row = deployment(svc, { id, origin: 'rollback', previousDeploymentId: bad.id, startedAt });
  await store.runs.commit(claimed.lease, { run: { status: 'running' }, newDeployments: [row] });
  return { id, lease: claimed.lease };
}
