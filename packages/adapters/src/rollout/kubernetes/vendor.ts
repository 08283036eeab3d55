import { clusterSettings, defaultRequestTimeoutMs } from '../../kubernetes/cluster-settings.ts';
import { defineJointVendor } from '../../vendor.ts';
import { createKubernetes } from './kubernetes.ts';

export const kubernetes = defineJointVendor(
  {
    kind: 'kubernetes',
    title: 'Kubernetes',
    settings: clusterSettings,
    files: ['kubeconfig'],
    contradiction({ kubeconfig, inCluster = false }) {
      if (inCluster === (kubeconfig === undefined)) return null;
      return {
        found: inCluster ? 'kubeconfig and inCluster' : 'neither kubeconfig nor inCluster',
        expected: 'exactly one of kubeconfig and inCluster: true',
      };
    },
  },
  (entries) =>
    createKubernetes({
      clusters: Object.fromEntries(
        entries.map(({ name, settings }) => [
          name,
          { requestTimeoutMs: defaultRequestTimeoutMs, ...settings },
        ]),
      ),
    }),
);
