import { createClusterApi } from '../../../gitops/cluster-api.ts';

interface ApplicationSource {
  name: string;
  repoURL: string;
  path: string;
  branch: string;
}

const namespaceOfArgo = 'argocd';

/** An Application of Argo CD, as the team of the shop has written it. */
export function createApplication(clusterUrl: string, { name, repoURL, path, branch }: ApplicationSource) {
  const api = createClusterApi(clusterUrl, 'sandbox-pipeline');
  const folder = `/apis/argoproj.io/v1alpha1/namespaces/${namespaceOfArgo}/applications`;
  return {
    /** Where it is not there yet. */
    async create(): Promise<void> {
      if ((await api.get(`/api/v1/namespaces/${namespaceOfArgo}`)) === null)
        await api.create('/api/v1/namespaces', {
          ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceOfArgo } },
        });
      if ((await api.get(`${folder}/${name}`)) !== null) return;
      await api.create(folder, {
        ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name } },
        spec: {
          project: 'default',
          source: { repoURL, path, targetRevision: branch },
          destination: { namespace: 'shop' },
          syncPolicy: { automated: { prune: false, selfHeal: true } },
        },
      });
    },
    /** Has it ask the repository now. */
    async refresh(): Promise<void> {
      await api.merge(`${folder}/${name}`, {
        metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } },
      });
    },
  };
}
