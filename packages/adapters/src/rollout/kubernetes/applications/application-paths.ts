const groups = {
  Application: '/apis/argoproj.io/v1alpha1',
  Kustomization: '/apis/kustomize.toolkit.fluxcd.io/v1',
  GitRepository: '/apis/source.toolkit.fluxcd.io/v1',
} as const;

const plurals = {
  Application: 'applications',
  Kustomization: 'kustomizations',
  GitRepository: 'gitrepositories',
} as const;

export type ApplicationKind = keyof typeof groups;
export function applicationPath(kind: ApplicationKind, namespace: string, name: string): string {
  return `${groups[kind]}/namespaces/${encodeURIComponent(namespace)}/${plurals[kind]}/${encodeURIComponent(name)}`;
}
