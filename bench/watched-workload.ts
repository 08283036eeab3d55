/** What a workload of a bench runs in its first version, and in those after it. */
export const image = (version: number) => `registry.example/web:v${version}`;

/** A workload of a bench in its first version, as it is created at the API server. */
export function manifest(name: string): object {
  const labels = { app: name };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels } },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: image(1) }] } },
    },
  };
}
