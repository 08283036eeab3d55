import type { Static } from 'typebox';
import type { OtherChange } from '../../../deployment/deployment.ts';
import type { ChangeWayBack } from '../change-way-back.ts';
import type { GitopsChange, gitopsDeclaration } from './change.ts';

const ofGit = (change: OtherChange) => change as GitopsChange & OtherChange;

/** Commits are undone where the service is taken from, in a repository that is configured. */
export const gitopsWayBack: ChangeWayBack<Static<typeof gitopsDeclaration>> = {
  name(change) {
    const { repository, branch } = ofGit(change).target;
    return `The commit of ${repository} (${branch})`;
  },
  step: { kind: 'ensure-commit-reverted' },
  configure: 'Configure that repository under `git`, by the name that the registration gives.',
  recorded(change, { declared }) {
    const { target, after } = ofGit(change);
    if (!declared)
      return {
        reason: 'the service does not say which repository and branch it is taken from.',
        advice: 'Declare rollback.gitops of the service (repository, branch, path, application).',
      };
    if (declared.repository !== target.repository || declared.branch !== target.branch)
      return {
        reason: `the service is taken from ${declared.repository} (${declared.branch}).`,
        advice: 'Correct rollback.gitops of the service, or what its pipeline registers.',
      };
    return after === null
      ? {
          reason: 'which commit brings the release is not recorded.',
          advice: `Register it (lastgood register --commit-of ${target.repository}@SHA).`,
        }
      : null;
  },
  need: (change) => ({ kind: 'entry', ask: { of: 'repository', name: ofGit(change).target.repository } }),
  read: () => null,
};
