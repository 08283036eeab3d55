export const markVerdicts = ['bad', 'good'] as const;

export type MarkVerdict = (typeof markVerdicts)[number];

/**
 * What a person says that a deployment was, for whoever learns from the past. It is never a proof: no plan, target, decision or
 * standing looks at it.
 */
export interface DeploymentMark {
  verdict: MarkVerdict;
  by: string;
  note: string | null;
  /** Epoch milliseconds. */
  at: number;
}

/** Whether saying this again changes nothing. */
export function isSameMark(
  one: DeploymentMark | null,
  other: Pick<DeploymentMark, 'verdict' | 'by' | 'note'>,
): boolean {
  return one !== null && one.verdict === other.verdict && one.by === other.by && one.note === other.note;
}
