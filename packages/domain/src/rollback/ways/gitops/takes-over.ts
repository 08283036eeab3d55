import { changesOf } from '../change-schemas.ts';
import type { Way } from '../way.ts';
import { gitopsChange, type gitopsDeclaration } from './change.ts';
import { otherOwner } from './owner-match.ts';

/** What a Git controller owns is taken back where that is declared, it is its own, and the commit is known. */
export const takesOver: NonNullable<Way<'branch' | 'application', typeof gitopsDeclaration>['takesOver']> = {
  steps: [{ kind: 'ensure-commit-reverted' }, { kind: 'wait-for-sync' }],
  configure: 'Add its repository to `git` of the configuration.',
  refusal(owned, { declared, deployment }) {
    if (!declared)
      return {
        reason: 'the service does not say which repository and branch it is taken from.',
        advice: 'Declare rollback.gitops of the service (repository, branch, path, application).',
      };
    const other = otherOwner(owned, declared);
    if (other) {
      const { kind, namespace, name } = declared.application;
      return {
        reason: `the service declares another application, ${kind} ${namespace}/${name}.`,
        advice: other.advice,
      };
    }
    // What nobody registered may be found in Git when it is taken back.
    const isKnown = deployment.commit !== null || changesOf(gitopsChange, deployment.changes).length > 0;
    if (isKnown || deployment.origin !== 'pipeline') return null;
    return {
      reason: 'no commit was registered with the release, so what to revert is not known.',
      advice: `Register it with its commit (lastgood register --commit-of ${declared.repository}@SHA).`,
    };
  },
};
