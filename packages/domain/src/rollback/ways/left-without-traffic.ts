import type { WorkloadObservation } from '../../workload/observation.ts';
import { type WorkloadRef, workloadInWords } from '../../workload/workload.ts';
import type { Bypass } from '../contracts/set-weight.ts';
import { listedInWords } from '../listed-in-words.ts';
import type { LeftWithoutTraffic } from '../untouched.ts';

/** A copy to which the weights or the selector of a plan send nobody. */
export interface LeftCopy {
  workload: WorkloadRef;
  /** "the canary", "slot green" */
  role: string;
  /** Null where nobody saw it. */
  seen: Pick<WorkloadObservation, 'desiredReplicas'> | null;
  /** Rules that go on sending whoever they match there. */
  testers: readonly string[];
}

/** The rules past the weights that stay: declared as previews, and leading to this destination. */
export function testersTo(
  destination: string,
  bypasses: readonly Bypass[] = [],
  previewRules: readonly string[] = [],
): string[] {
  const rules = bypasses.flatMap(({ to, rule }) => (to === destination && rule !== null ? [rule] : []));
  return [...new Set(rules.filter((rule) => previewRules.includes(rule)))];
}

/** What it keeps running; empty at no pods. */
export function keepsRunning({ workload, role, seen, testers }: LeftCopy, of: string | null): string[] {
  if (!seen || seen.desiredReplicas === 0) return [];
  const pods = seen.desiredReplicas === 1 ? 'its 1 pod' : `its ${seen.desiredReplicas} pods`;
  const what = of === null ? pods : `${pods} of ${of}`;
  return [
    `${workloadInWords(workload)} (${role}) keeps ${what} running, without traffic${butTesters(testers)}.`,
  ];
}

export function leftWithoutTraffic({ workload, seen, testers }: LeftCopy): LeftWithoutTraffic {
  if (seen?.desiredReplicas === 0) return { workload, why: 'it has no pods, and no traffic is led to it' };
  return { workload, why: `it runs on, and traffic is led away from it${butTesters(testers, ',')}` };
}

function butTesters(rules: readonly string[], comma = ''): string {
  if (rules.length === 0) return '';
  return `${comma} but that of ${rules.length === 1 ? 'rule' : 'rules'} ${listedInWords(rules)}`;
}
