import { rolloutContract } from '@lastgood/testkit/contracts/rollout';
import { openSandboxWorld } from './sandbox-world-harness.ts';
import { shippedOwners } from './shipped-rights-harness.ts';

rolloutContract(
  'the Kubernetes rollout, with the rights of deploy/kubernetes/rbac.yaml and rbac-owners.yaml and no others,',
  () => openSandboxWorld({}, 2_000, shippedOwners()),
);
