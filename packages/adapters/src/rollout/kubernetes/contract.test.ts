import { rolloutContract } from '@lastgood/testkit/contracts/rollout';
import { openSandboxWorld } from './sandbox-world-harness.ts';

rolloutContract('the Kubernetes rollout', () => openSandboxWorld());
