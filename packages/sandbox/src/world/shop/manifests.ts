import { namespace } from './place.ts';
import type { WorkloadKind } from './workload.ts';

export interface WorkloadToWrite {
  kind: WorkloadKind;
  name: string;
  image: string;
  /** Ignored for a DaemonSet. */
  replicas: number;
  /** Of its pods, by which it selects them; `app` is the service they are of. */
  labels: Record<string, string>;
}

export type Manifest = Record<string, unknown> & {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; labels?: Record<string, string> };
};

/** A workload as its team would write it. */
export function workloadManifest({ kind, name, image, replicas, labels }: WorkloadToWrite): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels },
    spec: {
      replicas: kind === 'DaemonSet' ? undefined : replicas,
      serviceName: kind === 'StatefulSet' ? name : undefined,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
      },
    },
  };
}

export function serviceManifest(name: string, selector: Record<string, string>): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
  };
}
