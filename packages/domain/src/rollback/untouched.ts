import type { Deployment, OtherChange, WorkloadChange } from '../deployment/deployment.ts';
import { changeOf, workloadChanges } from '../deployment/deployment.ts';
import { releaseName } from '../deployment/release-words.ts';
import { configurationInWords } from '../workload/configuration.ts';
import { sameTemplate } from '../workload/same-template.ts';
import { type WorkloadRef, workloadInWords } from '../workload/workload.ts';
import { commitsGoBack } from './commits-go-back.ts';
import { contractOf } from './contract-of.ts';
import { keyOf, type OutcomeStep, setOrProven } from './set-or-proven.ts';
import type { Stays } from './stays.ts';
import { isConfigurationChange } from './ways/configuration/change.ts';

/** A workload from which the steps of a way lead the traffic away, and how it is left. */
export interface LeftWithoutTraffic {
  workload: WorkloadRef;
  /** After its name, within brackets: "it runs on, and traffic is led away from it". */
  why: string;
}

interface Untouched {
  deployment: Pick<Deployment, 'changes' | 'version' | 'release'>;
  target: Pick<Deployment, 'changes' | 'version' | 'release' | 'origin'>;
  steps: readonly OutcomeStep[];
  led: readonly LeftWithoutTraffic[];
}

/** What the deployment changed and no step takes back. */
export function untouched(about: Untouched): Stays[] {
  const { deployment, led } = about;
  const records = recordsOf(about);
  const others = deployment.changes.filter((change): change is OtherChange => change.kind !== 'workload');
  const workloads = workloadsLeft(about).map((change) => ({
    what: workloadInWords(change.target),
    why:
      led.find(({ workload }) => keyOf(workload) === keyOf(change.target))?.why ??
      (isByCommits(about) ? null : `it ${runsOn(about, change)}`),
  }));
  return [
    ...workloads,
    ...others
      .filter((change) => !records.some((record) => isOf(record, change)))
      .map((change) => ({ what: placeInWords(change), why: 'no step changes it' })),
  ];
}

/** Workloads that go on serving what the target did not, which nothing in the plan's steps says. */
export function untouchedWarnings(about: Untouched): string[] {
  if (isByCommits(about)) return [];
  return workloadsLeft(about)
    .filter(({ target: ref }) => !about.led.some(({ workload }) => keyOf(workload) === keyOf(ref)))
    .map(
      (change) =>
        `${workloadInWords(change.target)} ${runsOn(about, change)}. Take it back by hand where it must go back, too.`,
    );
}

/**
 * What has the template that the target served already is none that is left behind, nor is what was not seen to change, or not yet.
 * What was there before the deployment tells only where that is unknown: a rollback that stopped has found what is taken back.
 */
function workloadsLeft({ deployment, target, steps }: Untouched): WorkloadChange[] {
  const back = setOrProven(deployment, steps);
  return workloadChanges(deployment).filter(({ target: ref, before, after }) => {
    if (after === null || back.has(keyOf(ref))) return false;
    const there = changeOf(target.changes, ref)?.after ?? before;
    return there === null || !sameTemplate(there, after);
  });
}

function isByCommits({ deployment, steps }: Untouched): boolean {
  return commitsGoBack(
    steps.map(({ step }) => step),
    deployment,
  );
}

/** What the deployment only found there bears no name of its own. */
function runsOn({ deployment, target }: Untouched, { before, after }: WorkloadChange): string {
  const isFound = before !== null && after !== null && sameTemplate(before, after);
  const what = isFound ? `something else than ${releaseName(target)} served` : broughtBy(deployment);
  return `goes on running ${what}: no step changes it`;
}

function broughtBy({ version, release }: Untouched['deployment']): string {
  return version ?? `release ${release}`;
}

function recordsOf({ deployment, steps }: Untouched) {
  return steps.flatMap(({ step }) => contractOf(step).record?.(step, deployment as Deployment, 0) ?? []);
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

function placeInWords(change: OtherChange): string {
  const { kind, target } = change;
  if (isConfigurationChange(change)) return configurationInWords(change.target);
  const { flag, name, database, stack, repository } = target;
  const told = [flag, name, database, stack, repository].find((one) => typeof one === 'string');
  return `${kindInWords[kind]} ${told ?? 'unnamed'}`;
}
