import type { OtherChange } from '@lastgood/domain';
import type { Registration } from '@lastgood/engine';
import { ProblemError } from '../../problems/problem-error.ts';
import { refuseUnfitLink } from '../../wire/web-link.ts';
import type * as wire from './deployment-schema.ts';

/** What a pipeline says of a deployment, as it is registered. */
export function toRegistration(input: wire.DeploymentInput, idempotencyKey: string | null): Registration {
  refuseUnfitLink(input.pipelineUrl, '/pipelineUrl');
  return {
    service: input.service,
    idempotencyKey,
    version: input.version ?? null,
    commit: input.commit ?? null,
    author: input.author ?? null,
    pipelineUrl: input.pipelineUrl ?? null,
    images: input.images ?? {},
    contracts: { provides: input.provides ?? {}, needs: input.needs ?? {} },
    changes: (input.changes ?? []).map((change, index) => toOtherChange(change, index)),
  };
}

type InputChange = NonNullable<wire.DeploymentInput['changes']>[number];

function toOtherChange({ kind, target, before, after }: InputChange, index: number): OtherChange {
  if (kind === 'workload') {
    const message = 'Lastgood captures workloads itself; leave changes of kind workload out.';
    throw new ProblemError(422, 'invalid-request', `/changes/${index}/kind: ${message}`, {
      errors: [{ path: `/changes/${index}/kind`, message }],
    });
  }
  return { kind, target, before: before ?? null, after: after ?? null };
}
