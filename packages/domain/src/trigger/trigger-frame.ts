import type { Link } from '../link.ts';
import type { WorkloadKind } from '../workload/workload.ts';

/** What a firing trigger leads to, mildest last. */
export type Severity = 'auto_rollback' | 'page_and_suggest' | 'log_only';

export type Comparison = 'greater_than' | 'less_than';

/** What a reading without a number does to the machine. `hold` keeps the state and what was counted of a breach. */
export type NoNumberPolicy = 'hold' | 'healthy' | 'breach';

/**
 * What every trigger has, whatever its kind asks: what its reading is held against, for how long, and what follows when it stays in
 * breach.
 */
export interface TriggerFrame {
  /** Unique within a service: lower case, digits, `_` and `-`. */
  name: string;
  threshold: number;
  comparison: Comparison;
  /** How long the breach must last before it fires. 0 fires on the first breach. */
  forMs: number;
  severity: Severity;
  /** Unit of value and threshold, for people: `ratio`, `s`, `restarts`, `x` (times). */
  unit: string;
  description: string;
  onNoData: NoNumberPolicy;
  onNotANumber: NoNumberPolicy;
  /** No evaluation during this long after the deployment started. */
  initialDelayMs: number;
  /** Keeps firing this long after the last breach before it resolves (hysteresis). */
  keepFiringMs: number;
  /** A breach counts only while this companion query answers at least `atLeast`. */
  minSamples?: { query: string; atLeast: number };
  /** Everything but the act. */
  shadow: boolean;
  /** Only for services whose first workload, of which queries ask, is of one of these kinds. Absent: for all. */
  workloadKinds?: WorkloadKind[];
  /** Shown wherever it fires. Absent: none. */
  links?: Link[];
}

/** What a kind does not decide, and every team may declare. */
export type TriggerCommon = Omit<TriggerFrame, 'threshold' | 'comparison' | 'forMs' | 'unit'>;

/** The placeholders a query may use, with their conventions in docs/queries.md. An unknown one is refused when it is saved. */
export const triggerVariables = {
  SERVICE: "the service's name",
  NAMESPACE: "the service's namespace",
  CLUSTER: 'the cluster it runs in',
  ENVIRONMENT: 'its environment, such as production',
  WORKLOAD: 'the name of its first workload',
  POD_TEMPLATE_HASH: "the hash of the new version's pod template, as its pods bear it",
  REVISION: "the revision that the new version's pod template names",
} as const;

/** "$SERVICE (the service's name), ..." */
export const variablesInWords = Object.entries(triggerVariables)
  .map(([name, words]) => `$${name} (${words})`)
  .join(', ');

export type TriggerVariable = keyof typeof triggerVariables;

/** Whether something follows of it: what is only logged or a shadow calls nobody, acts on nothing and says nothing of a service. */
export function isDeciding({ severity, shadow }: Pick<TriggerFrame, 'severity' | 'shadow'>): boolean {
  return severity !== 'log_only' && !shadow;
}

/** Whether it rolls back by itself. */
export function isAutomatic({ severity, shadow }: Pick<TriggerFrame, 'severity' | 'shadow'>): boolean {
  return severity === 'auto_rollback' && !shadow;
}

export const severityRank: Record<Severity, number> = { auto_rollback: 3, page_and_suggest: 2, log_only: 1 };
