import type { Need } from '../../need.ts';
import { type GitopsContext, undoneChanges } from './undone-changes.ts';

/** The branch of each change, and the application that takes it into the cluster. */
export function neededOfGit(context: GitopsContext): Need<'branch' | 'application'>[] {
  const { declared, service } = context;
  return undoneChanges(context).flatMap((undone): Need<'branch' | 'application'>[] => {
    if (undone.kind === 'unknown') return [];
    const { why: _why, ...ask } = undone.revert;
    const branch = { kind: 'branch' as const, ask };
    if (!declared) return [branch];
    const { cluster = service.cluster, ...application } = declared.application;
    const controller = controllers[application.kind];
    return [
      branch,
      { kind: 'application', ask: { ...ask, controller, application: { ...application, cluster } } },
    ];
  });
}

/** What people call the controller of an application. */
export const controllers = { Application: 'Argo CD', Kustomization: 'Flux' } as const;
