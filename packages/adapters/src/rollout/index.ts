import { createKubernetes } from './kubernetes/kubernetes.ts';
import { kubernetesSettings } from './kubernetes/settings.ts';

export { createKubernetes } from './kubernetes/kubernetes.ts';
export { type KubernetesSettings, kubernetesSettings } from './kubernetes/settings.ts';

/** Every system that can read and set workloads, by the kind a configuration names. */
export const rolloutVendors = {
  kubernetes: { settings: kubernetesSettings, create: createKubernetes },
} as const;
