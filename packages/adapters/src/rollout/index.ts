import { createKubernetes } from './kubernetes/kubernetes.ts';

export { createKubernetes } from './kubernetes/kubernetes.ts';
export {
  type ClusterSettings,
  defaultRequestTimeoutMs,
  type KubernetesSettings,
} from './kubernetes/settings.ts';

/** Every system that can read and set workloads, by the kind a configuration names. */
export const rolloutVendors = { kubernetes: createKubernetes };
