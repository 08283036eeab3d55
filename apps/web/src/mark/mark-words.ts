import type { DeploymentMark } from '@lastgood/api-client';

/** A person's word: beside the proof, never in its place. */
export function markWords({ verdict, by, note }: Pick<DeploymentMark, 'verdict' | 'by' | 'note'>): string {
  return `${verdict} by ${by}${note === null ? '' : `: ${note}`}`;
}
