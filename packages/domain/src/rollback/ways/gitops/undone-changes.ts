import type { Static } from 'typebox';
import type { Change } from '../../../deployment/deployment.ts';
import { releaseName } from '../../../deployment/release-words.ts';
import type { RevertTarget } from '../../contracts/ensure-commit-reverted.ts';
import type { Refusal } from '../../refusal.ts';
import { changesOf } from '../change-schemas.ts';
import { firstSinceTarget } from '../first-since-target.ts';
import type { WayContext } from '../way.ts';
import { type GitopsChange, gitopsChange, type gitopsDeclaration } from './change.ts';

export type Declared = Static<typeof gitopsDeclaration>;
export type GitopsContext = Pick<
  WayContext<Declared, GitopsChange>,
  'service' | 'deployment' | 'target' | 'between' | 'declared' | 'changes'
>;

/** What must be undone in Git, or why that is not known. */
export type Undone = { kind: 'known'; revert: RevertTarget } | { kind: 'unknown'; refusal: Refusal };

/**
 * The commits of the release, as it was registered with them; else the commit it was registered with, if that is one of the
 * declared branch.
 */
export function undoneChanges(context: GitopsContext): Undone[] {
  const { declared, deployment, target, changes } = context;
  if (changes.length > 0) return changes.map((change) => undone(context, change));
  if (!declared || !deployment.commit) return [];
  const { repository, branch, path } = declared;
  const since = target.commit === deployment.commit ? null : target.commit;
  return [
    known(context, { repository, branch, ...(path ? { path } : {}), commit: deployment.commit }, since),
  ];
}

function undone(context: GitopsContext, change: GitopsChange): Undone {
  const { declared, deployment, target } = context;
  const { repository, branch } = change.target;
  const name = `${repository} (${branch})`;
  if (declared && (declared.repository !== repository || declared.branch !== branch))
    return unknown(
      `The release was registered with commits of ${name}, and the service is taken from ${declared.repository} (${declared.branch}).`,
    );
  if (change.after === null)
    return unknown(`Which commit of ${name} brought the release was not registered.`);
  const follows = deployment.previousDeploymentId === target.id;
  const ofBranch = (all: readonly Change[]) =>
    changesOf(gitopsChange, all).find(
      (one) => one.target.repository === repository && one.target.branch === branch,
    );
  const recorded = ofBranch(target.changes)?.after ?? null;
  const since =
    (follows ? change.before : null) ?? recorded ?? firstSinceTarget(context, ofBranch)?.before ?? null;
  // Undoing one release of several would end at a release that nobody asked for.
  if (since === null && !follows)
    return unknown(
      `Which commit of ${name} served ${releaseName(target)} was not registered, and there are releases in between.`,
    );
  const path = change.target.path ?? declared?.path;
  return known(context, { repository, branch, ...(path ? { path } : {}), commit: change.after }, since);
}

function known(
  { service, deployment, target }: GitopsContext,
  at: RevertTarget,
  since: string | null,
): Undone {
  const why = `Lastgood returns ${service.key} from ${releaseName(deployment)} to ${releaseName(target)}.`;
  return { kind: 'known', revert: { ...at, ...(since === null ? {} : { since }), why } };
}

function unknown(reason: string): Undone {
  return {
    kind: 'unknown',
    refusal: {
      code: 'commit-unknown',
      reason,
      advice:
        'Revert by hand in Git. For the next release, register a change of kind gitops with its commits before and after.',
    },
  };
}
