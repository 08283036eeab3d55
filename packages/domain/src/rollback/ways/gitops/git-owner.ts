import { Check } from 'typebox/value';
import type { Deployment } from '../../../deployment/deployment.ts';
import type { Service } from '../../../service/service.ts';
import type { Owner } from '../../../workload/observation.ts';
import { changesOf } from '../change-schemas.ts';
import { gitopsChange, gitopsDeclaration } from './change.ts';
import { controllers } from './needs.ts';

/**
 * Who sets the workloads of a release that came by commits, as the service says, where nothing on them does: what Lastgood set
 * itself would be put back before the revert is pushed.
 */
export function gitOwner(
  { rollback }: Pick<Service, 'rollback'>,
  { changes }: Pick<Deployment, 'changes'>,
): Exclude<Owner, { kind: 'nobody' }> | null {
  const { gitops } = rollback;
  if (!Check(gitopsDeclaration, gitops) || changesOf(gitopsChange, changes).length === 0) return null;
  const { kind, namespace, name } = gitops.application;
  const evidence = `the service declares rollback.gitops: ${kind} ${namespace}/${name}, and the release came by commits`;
  return { kind: 'git-controller', name: controllers[kind], evidence };
}
