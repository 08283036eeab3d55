import type { Deployment } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import { contractOf } from './contract-of.ts';
import { listedInWords } from './listed-in-words.ts';
import { type Loss, lossSentence } from './loss.ts';
import { keyOf, type OutcomeStep, setOrProven, type WorkloadKey } from './set-or-proven.ts';
import type { Stays } from './stays.ts';
import { type LeftWithoutTraffic, untouched } from './untouched.ts';

/** What really goes back with a plan and what does not, made of its steps and of what the deployment has changed. */
export interface Outcome {
  goesBack: string[];
  /** Whose pods are started anew with the code that they have; absent: nobody's. */
  restarts?: string[];
  stays: Stays[];
  /** Data that a fix-up changes. */
  repaired: string[];
  lost: Loss[];
  /** Whether rows stay but for those that are lost: for certain, as far as they were counted, or nobody can tell. */
  rowsStay: 'certain' | 'counted' | 'unknown';
}

interface OutcomeOf {
  service: Pick<Service, 'name' | 'workloads'>;
  deployment: Pick<Deployment, 'changes' | 'version' | 'release'>;
  target: Pick<Deployment, 'changes' | 'version' | 'release' | 'origin'>;
  steps: readonly OutcomeStep[];
  /** What ways know to stay. */
  stays: readonly Stays[];
  /** From where the steps lead the traffic away. */
  led: readonly LeftWithoutTraffic[];
  lost: readonly Loss[];
}

export function outcomeOf({ service, deployment, target, steps, stays, led, lost }: OutcomeOf): Outcome {
  const moving = steps.filter(({ effect }) => effect !== 'none');
  const set = (effect: OutcomeStep['effect']) =>
    setOrProven(
      deployment,
      moving.filter((one) => one.effect === effect),
    );
  const [back, anew] = [set(undefined), set('restart')];
  const of = <T>(ask: (step: OutcomeStep['step']) => readonly T[] | undefined) =>
    moving.flatMap(({ step }) => ask(step) ?? []);
  const code = inWords(service, back).map((one) => `${codeOf}${one}`);
  const restarts = inWords(service, new Set([...anew].filter((key) => !back.has(key))));
  return {
    goesBack: [...new Set([...code, ...of((step) => contractOf(step).goesBack?.(step))])],
    ...(restarts.length > 0 ? { restarts } : {}),
    // What a way tells of it says more.
    stays: [
      ...stays,
      ...untouched({ deployment, target, steps, led }).filter(
        ({ what }) => !stays.some((one) => one.what === what),
      ),
    ],
    repaired: [...new Set(of((step) => contractOf(step).repairs?.(step)))],
    lost: [...lost],
    rowsStay: weakest(of((step) => [contractOf(step).keepsRows?.(step) ?? 'certain'])),
  };
}

/** Of several members, in the order in which they go back. */
export function outcomeTogether(outcomes: readonly Outcome[]): Outcome {
  const restarts = outcomes.flatMap((one) => one.restarts ?? []);
  return {
    goesBack: outcomes.flatMap(({ goesBack }) => goesBack),
    ...(restarts.length > 0 ? { restarts } : {}),
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
export function outcomeInWords({
  goesBack,
  restarts = [],
  stays,
  repaired,
  lost,
  rowsStay,
}: Outcome): string {
  const left = stays.map(({ what, why }) => (why === null ? what : `${what} (${why})`));
  const rows = lost.length === 0 ? 'rows written since' : 'all other rows';
  const asCounted = rowsStay === 'counted' ? ', as far as can be counted beforehand' : '';
  const kept = [
    ...(left.length > 0 ? [listedInWords(left, named)] : []),
    ...(rowsStay === 'unknown' ? [] : [`${rows}${asCounted}`]),
  ].join('; ');
  return [
    `Goes back: ${goesBack.length === 0 ? 'nothing' : listedInWords(withCodeAsOne(goesBack), named)}.`,
    ...(restarts.length > 0 ? [`The pods of ${listedInWords(restarts, named)} start anew.`] : []),
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

/** Each by its name; all of a service by the name of that. */
function inWords({ name, workloads }: OutcomeOf['service'], keys: ReadonlySet<WorkloadKey>): string[] {
  if (keys.size === 0) return [];
  if (workloads.every((one) => keys.has(keyOf(one)))) return [name];
  return [...keys].map((key) => key.replace('/', ' '));
}
