import type { Plan } from '@lastgood/domain';
import type { AcceptedWrite } from '@lastgood/sandbox/kubernetes/index';
import pg from 'pg';
import type { ClusterProcess } from './cluster-process.ts';
import { until } from './replica-process.ts';

/** What became of runs, by the database's rows and the cluster's own record. */
export interface Outcome {
  /** Not done, or done without every step applied and verified. */
  lost: string[];
  /** Effects in the cluster, events or notifications that came true more than once. */
  doubled: string[];
  /** Steps or effects that did not follow the plan's order. */
  outOfOrder: string[];
}

export interface OutcomeSums {
  lost: number;
  doubled: number;
  outOfOrder: number;
}

export async function query<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // also rejects the query in hand
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined); // gone is gone
  }
}

/** Resolves when every one of the runs has ended, or after a while; what is missing then shows in the outcome. */
export async function untilEnded(databaseUrl: string, runIds: readonly string[], withinMs = 120_000) {
  const open = "select id from runs where id = any($1) and status in ('queued', 'running')";
  const deadline = Date.now() + withinMs;
  await until(
    'the runs to end',
    async () => Date.now() > deadline || (await query(databaseUrl, open, [runIds])).length === 0,
    withinMs + 10_000,
    50,
  );
}

export async function outcomeOf(
  databaseUrl: string,
  cluster: ClusterProcess,
  runIds: readonly string[],
  /** Where the same workloads were rolled back before: only what was written since then counts, epoch milliseconds. */
  since = 0,
): Promise<Outcome> {
  const effects = (await cluster.effects()).filter(({ at }) => at >= since);
  const outcome: Outcome = { lost: [], doubled: [], outOfOrder: [] };
  for (const runId of runIds) await settleOne(databaseUrl, effects, runId, outcome);
  return outcome;
}

export function faults(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ lost, doubled, outOfOrder }) => [...lost, ...doubled, ...outOfOrder]);
}

export function sums(outcomes: readonly Outcome[]): OutcomeSums {
  const sum = (of: (outcome: Outcome) => string[]) => outcomes.flatMap(of).length;
  return { lost: sum((a) => a.lost), doubled: sum((a) => a.doubled), outOfOrder: sum((a) => a.outOfOrder) };
}

interface RunRow {
  status: string;
  verdict: string | null;
  stop: unknown;
  plan: Plan | null;
}
interface EventRow {
  type: string;
  text: string;
}

async function settleOne(url: string, effects: AcceptedWrite[], runId: string, outcome: Outcome) {
  const [run] = await query<RunRow>(url, 'select status, verdict, stop, plan from runs where id = $1', [
    runId,
  ]);
  const steps = await query<{ status: string }>(url, 'select status from run_steps where run_id = $1', [
    runId,
  ]);
  const told = await query<EventRow>(url, 'select type, text from events where run_id = $1 order by id', [
    runId,
  ]);
  const events = withoutFailedSteps(told);
  const done = run?.status === 'done' && run.verdict === 'passed';
  if (!run || !done || steps.some(({ status }) => status !== 'applied'))
    outcome.lost.push(`${runId}: ${JSON.stringify({ run: { ...run, plan: null }, steps })}`);
  const planned = run?.plan?.steps ?? [];
  const sets = planned.flatMap(({ step }) => (step.kind === 'set-template' ? [step.workload.name] : []));
  const written = effects.filter(({ name }) => sets.includes(name)).map(({ name }) => name);
  if (written.length > sets.length) outcome.doubled.push(`${runId} wrote ${written.join(', ')}`);
  if (done && new Set(written).size < sets.length)
    outcome.lost.push(`${runId} wrote only ${written.join(', ')}`);
  if ([...new Set(written)].join() !== sets.slice(0, new Set(written).size).join())
    outcome.outOfOrder.push(`${runId} wrote ${written.join(', ')}`);
  const titles = planned.map(({ title }) => title);
  outcome.doubled.push(...repeated(runId, titles, events));
  if (!inOrder(titles, events))
    outcome.outOfOrder.push(`${runId}: ${events.map(({ text }) => text).join(' | ')}`);
}

/** What a step that failed had told since it was started: whoever resumes the run begins it again. */
function withoutFailedSteps(told: readonly EventRow[]): EventRow[] {
  const kept: EventRow[] = [];
  for (const event of told) {
    const start = kept.findLastIndex(
      ({ type, text }) => type === 'rollback.step-started' && event.text.startsWith(text),
    );
    if (event.type !== 'rollback.step-failed') kept.push(event);
    else if (start >= 0) kept.splice(start);
  }
  return kept;
}

const once = [
  'rollback.queued',
  'rollback.planned',
  'rollback.step-started',
  'rollback.step-applied',
  'rollback.check-passed',
  'rollback.passed',
  'rollback.stopped',
  'deployment.rolled-back',
];

/** What a step noted may differ between attempts; that it was applied is told once. */
function repeated(runId: string, titles: readonly string[], events: readonly EventRow[]): string[] {
  const seen = new Set<string>();
  return events.flatMap(({ type, text }) => {
    const about = titles.find((title) => text.startsWith(title)) ?? text.split(': ')[0];
    const key = type === 'rollback.queued' ? type : `${type} ${about}`;
    const again = once.includes(type) && seen.has(key);
    seen.add(key);
    return again ? [`${runId}: ${type} ${text}`] : [];
  });
}

/** Started and applied alternate, in the order of the plan. */
function inOrder(titles: readonly string[], events: readonly EventRow[]): boolean {
  const told = events.flatMap(({ type, text }) => {
    if (type === 'rollback.step-started') return [`started ${text}`];
    const title = titles.find((one) => text.startsWith(one));
    return type === 'rollback.step-applied' ? [`applied ${title}`] : [];
  });
  const wanted = titles.flatMap((title) => [`started ${title}`, `applied ${title}`]);
  return told.join() === wanted.slice(0, told.length).join();
}
