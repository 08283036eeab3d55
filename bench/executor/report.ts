import { type Goal, round } from '../goal.ts';
import { median, percentile } from '../statistics.ts';
import { outcomes, type Pass } from './measure/measure.ts';
import { patienceMs } from './measure/takeover.ts';

interface Line {
  what: string;
  of(pass: Pass): number;
}

const lost = (pass: Pass) => outcomes(pass).flatMap((outcome) => outcome.lost).length;
const doubled = (pass: Pass) => outcomes(pass).flatMap((outcome) => outcome.doubled).length;

const lines = {
  pickUpP50: { what: 'pick-up p50, ms', of: ({ idle }) => percentile(idle.pickUpMs, 0.5) },
  pickUpP95: { what: 'pick-up p95, ms', of: ({ idle }) => percentile(idle.pickUpMs, 0.95) },
  stepP50: { what: 'overhead per step p50, ms', of: ({ idle }) => percentile(idle.stepMs, 0.5) },
  stepP95: { what: 'overhead per step p95, ms', of: ({ idle }) => percentile(idle.stepMs, 0.95) },
  rate: { what: 'plans of 3 steps per second', of: ({ throughput }) => throughput.plansPerSecond },
  workerCpu: { what: 'CPU of the workers per plan, ms', of: ({ throughput }) => throughput.workerCpuMs },
  serverCpu: { what: 'CPU of Postgres per plan, ms', of: ({ throughput }) => throughput.serverCpuMs },
  transactions: { what: 'writing transactions per plan', of: ({ throughput }) => throughput.transactions },
  takeover: { what: 'takeover by itself, median ms', of: ({ takeover }) => median(takeover.byItselfMs) },
  takeoverMax: {
    what: 'takeover by itself, slowest ms',
    of: ({ takeover }) => Math.max(...takeover.byItselfMs),
  },
  never: {
    what: `owners killed, no peer within ${patienceMs / 1_000} s`,
    of: ({ takeover }) => takeover.never,
  },
  told: { what: 'takeover once told, median ms', of: ({ takeover }) => median(takeover.onceToldMs) },
  inFlight: { what: 'Postgres killed: plans in flight', of: ({ postgresKill }) => postgresKill.inFlight },
  back: {
    what: 'Postgres killed: all ended, ms after its return',
    of: ({ postgresKill }) => postgresKill.doneAfterMs,
  },
  lost: { what: 'plans lost', of: lost },
  doubled: { what: 'effects doubled at the receiver', of: doubled },
} satisfies Record<string, Line>;

type Figure = keyof typeof lines;

/** Median over the passes, with the smallest and the largest. */
export function table(passes: readonly Pass[]): string {
  const names = [...new Set(passes.map(({ executor }) => executor))].toSorted().toReversed();
  const rows = Object.values(lines).map((line: Line) => [
    line.what,
    ...names.map((name) => cell(passes.filter((pass) => pass.executor === name).map(line.of))),
  ]);
  const all = [['', ...names], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

function cell(values: readonly number[]): string {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return '-';
  const [low, high] = [round(Math.min(...known)), round(Math.max(...known))];
  return low === high ? String(low) : `${round(median(known))} (${low}-${high})`;
}

export function goalsOf(passes: readonly Pass[]): Goal[] {
  const all = (name: Pass['executor'], figure: Figure) =>
    passes.filter((pass) => pass.executor === name).map(lines[figure].of);
  const ours = (figure: Figure) => median(all('Lastgood', figure));
  const theirs = (figure: Figure) => median(all('DBOS', figure));
  const total = (figure: Figure) => all('Lastgood', figure).reduce((sum, one) => sum + one, 0);
  return [
    {
      id: 'E1',
      what: "pick-up p50 in ms, at most DBOS's",
      value: ours('pickUpP50'),
      bound: theirs('pickUpP50'),
      keep: 'at-most',
    },
    {
      id: 'E2',
      what: "plans of 3 steps per second, at least DBOS's",
      value: ours('rate'),
      bound: theirs('rate'),
      keep: 'at-least',
    },
    { id: 'E3', what: 'plans lost', value: total('lost'), bound: 0, keep: 'at-most' },
    { id: 'E4', what: 'effects doubled at the receiver', value: total('doubled'), bound: 0, keep: 'at-most' },
    {
      id: 'E5',
      what: 'slowest takeover by itself in ms; one that never came counts as short',
      value: total('never') > 0 ? Number.NaN : Math.max(...all('Lastgood', 'takeoverMax')),
      bound: 3_000,
      keep: 'at-most',
    },
  ];
}
