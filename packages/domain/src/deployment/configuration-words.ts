import { configurationInWords } from '../workload/configuration.ts';
import { type Deployment, workloadChanges } from './deployment.ts';
import { matchesRegistration } from './own-change.ts';
import { configurationAlone } from './own-rollout.ts';
import { shownCommit } from './shown-commit.ts';

/**
 * What is said, after its name, of a release that is complete and has changed nothing but configuration; null of any other. A template
 * that still names another commit than was registered may yet come, or its pipeline has never applied it.
 */
export function configurationAloneInWords(deployment: Deployment): string | null {
  const changed = configurationAlone(deployment).map(configurationInWords);
  if (changed.length === 0) return null;
  const commits = otherCommits(deployment).map(shownCommit);
  const still =
    commits.length === 0
      ? ''
      : commits.length === 1
        ? `; its template still names commit ${commits[0]}`
        : `; its templates still name commits ${listed(commits)}`;
  return `of what its pods run nothing changed, only what ${listed(changed)} held, and they serve${still}.`;
}

/** Each once. */
function otherCommits(deployment: Deployment): string[] {
  const others = workloadChanges(deployment).flatMap(({ target, after }) =>
    after?.commit && matchesRegistration(deployment, target, after) === 'no' ? [after.commit] : [],
  );
  return [...new Set(others)];
}

/** "ConfigMap web, Secret web and 3 more" */
function listed(names: readonly string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return `${names.slice(0, 4).join(', ')}${more}`;
}
