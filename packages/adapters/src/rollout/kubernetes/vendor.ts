import { clusterSettings, defaultRequestTimeoutMs } from '../../kubernetes/cluster-settings.ts';
import { defineVendor } from '../../vendor.ts';
import { createKubernetes } from './kubernetes.ts';

export const kubernetes = defineVendor(
  {
    kind: 'kubernetes',
    title: 'Kubernetes',
    settings: clusterSettings,
    files: ['kubeconfig', 'tokenFile'],
    contradiction({ kubeconfig, inCluster = false }) {
      if (inCluster === (kubeconfig === undefined)) return null;
      return {
        found: inCluster ? 'kubeconfig and inCluster' : 'neither kubeconfig nor inCluster',
        expected: 'exactly one of kubeconfig and inCluster: true',
      };
    },
  },
  ({ name, settings }) =>
    createKubernetes({ clusters: { [name]: { requestTimeoutMs: defaultRequestTimeoutMs, ...settings } } }),
);
