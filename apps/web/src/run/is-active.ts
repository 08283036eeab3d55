import type { Run } from '@lastgood/api-client';

/** Asked for and not over. */
export function isActive({ status }: Pick<Run, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}
