import type { Deployment, OtherChange } from '../deployment/deployment.ts';
import { workloadChanges } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import { workloadInWords } from '../workload/workload.ts';
import { contractOf } from './contract-of.ts';
import { listedInWords } from './listed-in-words.ts';
import { type Loss, lossSentence } from './loss.ts';
import type { Step } from './step.ts';

/** Something that a rollback leaves as it is, and why; null where that needs no word. */
export interface Stays {
  what: string;
  why: string | null;
}

/** What really goes back with a plan and what does not, made of its steps and of what the deployment has changed. */
export interface Outcome {
  goesBack: string[];
  stays: Stays[];
  /** Data that a fix-up changes. */
  repaired: string[];
  lost: Loss[];
  /** Whether rows stay but for those that are lost: for certain, as far as they were counted, or nobody can tell. */
  rowsStay: 'certain' | 'counted' | 'unknown';
}

interface OutcomeOf {
  service: Pick<Service, 'name' | 'workloads'>;
  deployment: Pick<Deployment, 'changes'>;
  steps: readonly Step[];
  /** What ways know to stay. */
  stays: readonly Stays[];
  lost: readonly Loss[];
}

export function outcomeOf({ service, deployment, steps, stays, lost }: OutcomeOf): Outcome {
  const returned = steps.flatMap((step) => contractOf(step).goesBack?.(step) ?? []);
  const code = codeInWords(service, workloadsBack(deployment, steps));
  return {
    goesBack: [...new Set([...code, ...returned])],
    stays: [...stays, ...untouched(deployment, steps)],
    repaired: [...new Set(steps.flatMap((step) => contractOf(step).repairs?.(step) ?? []))],
    lost: [...lost],
    rowsStay: weakest(steps.map((step) => contractOf(step).keepsRows?.(step) ?? 'certain')),
  };
}

/** Of several members, in the order in which they go back. */
export function outcomeTogether(outcomes: readonly Outcome[]): Outcome {
  return {
    goesBack: outcomes.flatMap(({ goesBack }) => goesBack),
    stays: outcomes.flatMap(({ stays }) => stays),
    repaired: outcomes.flatMap(({ repaired }) => repaired),
    lost: outcomes.flatMap(({ lost }) => lost),
    rowsStay: weakest(outcomes.map(({ rowsStay }) => rowsStay)),
  };
}

function weakest(said: readonly Outcome['rowsStay'][]): Outcome['rowsStay'] {
  if (said.includes('unknown')) return 'unknown';
  return said.includes('counted') ? 'counted' : 'certain';
}

/** So many are named of each part before the rest is only counted: it is one sentence. */
const named = 6;

/**
 * "Goes back: the code of checkout and flag new-checkout in production. Stays: ConfigMap shop-config (owned by Helm); rows
 * written since."
 */
export function outcomeInWords({ goesBack, stays, repaired, lost, rowsStay }: Outcome): string {
  const left = stays.map(({ what, why }) => (why === null ? what : `${what} (${why})`));
  const rows = lost.length === 0 ? 'rows written since' : 'all other rows';
  const asCounted = rowsStay === 'counted' ? ', as far as can be counted beforehand' : '';
  const kept = [
    ...(left.length > 0 ? [listedInWords(left, named)] : []),
    ...(rowsStay === 'unknown' ? [] : [`${rows}${asCounted}`]),
  ].join('; ');
  return [
    `Goes back: ${goesBack.length === 0 ? 'nothing' : listedInWords(withCodeAsOne(goesBack), named)}.`,
    ...(kept === '' ? [] : [`Stays: ${kept}.`]),
    ...(repaired.length > 0 ? [`Repaired: ${listedInWords(repaired, named)}.`] : []),
    ...(lost.length > 0 ? [`Lost for good: ${listedInWords(lost.map(lossSentence), named)}.`] : []),
  ].join(' ');
}

const codeOf = 'the code of ';

/** "the code of edge and catalog" */
function withCodeAsOne(goesBack: readonly string[]): string[] {
  const code = goesBack.filter((one) => one.startsWith(codeOf)).map((one) => one.slice(codeOf.length));
  const others = goesBack.filter((one) => !one.startsWith(codeOf));
  return code.length === 0 ? others : [`${codeOf}${listedInWords(code, named)}`, ...others];
}

type Key = string;
const keyOf = ({ kind, name }: { kind: string; name: string }): Key => `${kind}/${name}`;

/**
 * The workloads that get other code: those that a step sets, and those that have to serve another template than the one that
 * the deployment brought, whoever sets it.
 */
function workloadsBack(deployment: Pick<Deployment, 'changes'>, steps: readonly Step[]): Set<Key> {
  const brought = new Map(
    workloadChanges(deployment).map(({ target, after }) => [keyOf(target), after?.templateDigest]),
  );
  return new Set(
    steps.flatMap((step) => {
      const { sets, proves } = contractOf(step);
      const set = sets?.(step);
      if (set) return [keyOf(set.workload)];
      const proven = proves?.(step);
      if (!proven) return [];
      const key = keyOf(proven.workload);
      return brought.has(key) && brought.get(key) !== proven.templateDigest ? [key] : [];
    }),
  );
}

function codeInWords({ name, workloads }: OutcomeOf['service'], back: ReadonlySet<Key>): string[] {
  if (back.size === 0) return [];
  if (workloads.every((one) => back.has(keyOf(one)))) return [`${codeOf}${name}`];
  return [...back].map((key) => `${codeOf}${key.replace('/', ' ')}`);
}

/** What the deployment changed and no step takes back. */
function untouched(deployment: Pick<Deployment, 'changes'>, steps: readonly Step[]): Stays[] {
  const back = workloadsBack(deployment, steps);
  const records = steps.flatMap((step) => contractOf(step).record?.(step, deployment as Deployment, 0) ?? []);
  const isLed = records.some(({ kind }) => kind === 'traffic');
  const workloads = workloadChanges(deployment)
    .filter(({ target, before, after }) => {
      const isSame = before !== null && before.templateDigest === after?.templateDigest;
      return !isSame && !back.has(keyOf(target));
    })
    .map(({ target }) => ({
      what: workloadInWords(target),
      why: isLed ? 'it runs on, and traffic is led away from it' : null,
    }));
  const others = deployment.changes.filter((change): change is OtherChange => change.kind !== 'workload');
  return [
    ...workloads,
    ...others
      .filter((change) => !records.some((record) => isOf(record, change)))
      .map((change) => ({ what: placeInWords(change), why: 'no step changes it' })),
  ];
}

/** What one of them does not name, as a cluster, is no difference. */
function isOf(record: { kind: string; target: object }, { kind, target }: OtherChange): boolean {
  if (record.kind !== kind) return false;
  const told = new Map<string, unknown>(Object.entries(record.target));
  return Object.entries(target).every(
    ([key, value]) => value == null || told.get(key) == null || told.get(key) === value,
  );
}

const kindInWords: Record<OtherChange['kind'], string> = {
  config: 'configuration',
  flag: 'flag',
  traffic: 'traffic of',
  migration: 'the schema of',
  infrastructure: 'stack',
  gitops: 'the commits in',
};

function placeInWords({ kind, target }: OtherChange): string {
  const { flag, name, database, stack, repository } = target;
  const told = [flag, name, database, stack, repository].find((one) => typeof one === 'string');
  return `${kindInWords[kind]} ${told ?? 'unnamed'}`;
}
