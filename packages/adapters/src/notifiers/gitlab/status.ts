import type { Outgoing } from '@lastgood/domain/notification/delivery';
import { fittingText } from '../fitting-text.ts';
import type { CommitRecord } from '../recorded-commit.ts';

/** In characters; an address that is longer is refused. https://gitlab.com/gitlab-org/gitlab/-/issues/501079 */
const longest = 255;

/**
 * What only lacks proof has not failed: its description says what it lacks, and no pipeline runs on for it. A running job cannot become
 * `skipped`.
 */
const states: Record<CommitRecord['kind'], 'running' | 'success' | 'failed' | 'canceled'> = {
  ...{ registered: 'running', verified: 'success', failed: 'failed' },
  ...{ 'rolled-back': 'failed', unproven: 'success', superseded: 'canceled' },
};

export type CommitStatus = ReturnType<typeof commitStatus>;

/** One status for each service and environment. https://docs.gitlab.com/api/commits/#set-commit-pipeline-status */
export function commitStatus({ kind, service, environment }: CommitRecord, { message }: Outgoing) {
  const { link, title } = message;
  return {
    state: states[kind],
    name: fittingText(`lastgood/${environment}/${service}`, longest),
    description: fittingText(title, longest),
    ...(link === null || link.length > longest ? {} : { target_url: link }),
  };
}
