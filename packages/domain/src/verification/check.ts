import type { WorkloadRef } from '../workload/workload.ts';

/** One-sided by name; `within` only when asked for, with its tolerance as a share of the expected value. */
export type Comparator = '<=' | '>=' | '==' | 'within';

interface CheckFrame {
  name: string;
  /** The check must pass this many times in a row. */
  passes: number;
  /** ...within this long after verification began. */
  timeoutMs: number;
  /** Time between two attempts. */
  everyMs: number;
}

/** Asks a metric source; `query` takes the trigger placeholders. */
export interface PrometheusCheck extends CheckFrame {
  type: 'prometheus';
  query: string;
  comparator: Comparator;
  expected: number;
  /** For `within`: 0.1 means 10 % of expected (of 1 when expected is 0). */
  tolerance?: number;
  /** An empty answer counts as could-not-ask unless said otherwise. */
  onNoData: 'could_not_ask' | 'pass';
}

/** Sends a GET and compares the status code exactly. */
export interface HttpCheck extends CheckFrame {
  type: 'http';
  url: string;
  expectedStatus: number;
}

/** Waits for the workload to be fully rolled out and, when a digest is known, proves that the old digest serves. */
export interface KubernetesCheck extends CheckFrame {
  type: 'kubernetes';
  workload: WorkloadRef;
  /** What the run has set it to; absent in what a team declares. */
  serves?: { templateDigest: string; imageDigests: Record<string, string> };
}

export type VerificationCheck = PrometheusCheck | HttpCheck | KubernetesCheck;

export type CheckVerdict = 'pending' | 'passed' | 'failed' | 'could_not_ask';

/** How one check of one run stands. */
export interface CheckState {
  name: string;
  /** The member of a group whose check it is; absent: 0. */
  lane?: number;
  type: VerificationCheck['type'];
  verdict: CheckVerdict;
  passesInARow: number;
  passesNeeded: number;
  expected: string;
  actual: string | null;
  reason: string | null;
  attempts: number;
  startedAt: number;
  lastAttemptAt: number | null;
  nextAttemptAt: number | null;
  deadlineAt: number;
}

/** What one attempt of a check saw. */
export type Attempt =
  | { kind: 'seen'; pass: boolean; actual: string }
  | { kind: 'could-not-ask'; reason: string };
