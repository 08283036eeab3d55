/** What sets how many pods a workload has; a rollback leaves that number alone. */
export interface Scaler {
  /** A `ScaledObject` is KEDA's: the autoscaler it makes is no more than its means. */
  kind: 'HorizontalPodAutoscaler' | 'ScaledObject';
  name: string;
  /** Most pods that it makes. */
  most: number | null;
}

export type ScalerResult =
  /** Null: nothing scales it. */
  { kind: 'known'; scaler: Scaler | null } | { kind: 'unreachable'; reason: string };

/** "HorizontalPodAutoscaler web (up to 10)" */
export function scalerInWords({ kind, name, most }: Scaler): string {
  const called = kind === 'ScaledObject' ? `KEDA ScaledObject ${name}` : `${kind} ${name}`;
  return most === null ? called : `${called} (up to ${most} pods)`;
}
