import { imageFor } from '../services/index.ts';
import { namespace, type SampleService } from './fleet.ts';

/** The workload of a sample service as its team would write it. */
export function workloadManifest(service: SampleService, version: number): Record<string, unknown> {
  const labels = { app: service.name };
  return {
    apiVersion: 'apps/v1',
    kind: service.kind,
    metadata: { name: service.name, namespace, labels },
    spec: {
      replicas: service.kind === 'DaemonSet' ? undefined : service.replicas,
      serviceName: service.kind === 'StatefulSet' ? service.name : undefined,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'app', image: imageFor(service.name, version), ports: [{ containerPort: 8080 }] },
          ],
        },
      },
    },
  };
}

export function serviceManifest(service: SampleService): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service.name, namespace },
    spec: { selector: { app: service.name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
}

const plurals = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;

export function collectionPath({ kind }: SampleService): string {
  return `/apis/apps/v1/namespaces/${namespace}/${plurals[kind]}`;
}
