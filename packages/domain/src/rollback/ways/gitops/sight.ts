import type { Static } from 'typebox';
import { Check } from 'typebox/value';
import { shownCommit } from '../../../deployment/shown-commit.ts';
import { changesOf } from '../change-schemas.ts';
import type { Sight } from '../sight.ts';
import { gitopsChange, type gitopsDeclaration } from './change.ts';
import { controllers } from './needs.ts';

/** The commit that the declared application has brought out. */
export const gitopsSight: Sight<Static<typeof gitopsDeclaration>> = {
  places({ repository, branch, path, application: { kind, namespace, name } }) {
    return [
      {
        name: `${namespace}/${name}`,
        target: { repository, branch, ...(path ? { path } : {}) },
        subject: `what ${controllers[kind]} brings out as ${kind} ${namespace}/${name}`,
      },
    ];
  },
  need(_place, service, { application: { cluster = service.cluster, ...application } }) {
    return { kind: 'revision', ask: { application: { ...application, cluster } } };
  },
  state({ kind, answer }) {
    if (answer.kind === 'not-found') return { kind: 'unknown', reason: answer.reason };
    if (kind !== 'revision') return { kind: 'unknown', reason: 'something else was read' };
    const { revision } = answer.seen;
    if (revision === '') return { kind: 'unknown', reason: 'it has brought out no commit yet' };
    // A chart has versions instead.
    if (!Check(gitopsChange.after, revision))
      return { kind: 'unknown', reason: `what it has brought out is no commit: ${revision}` };
    return { kind: 'known', value: revision };
  },
  isExplained(place, now, { changes, commit }) {
    const { repository, branch } = place.target;
    const isRegistered = changesOf(gitopsChange, changes).some(
      ({ target }) => target.repository === repository && target.branch === branch,
    );
    return isRegistered || (commit !== null && isSameCommit(commit, String(now)));
  },
  isSame: (kept, now) => isSameCommit(String(kept), String(now)),
  inWords: (state) => shownCommit(String(state)),
  // A repository of many services moves without this one.
  closer: {
    need({ target, before, after }) {
      const { repository, branch, path } = target as { repository: string; branch: string; path?: string };
      const since = { since: String(before), commit: String(after) };
      return { kind: 'branch', ask: { repository, branch, ...(path ? { path } : {}), ...since } };
    },
    isOfService({ kind, answer }) {
      if (kind !== 'branch' || answer.kind !== 'seen') return true;
      const { contains, reverted, files } = answer.seen;
      return !contains || (!reverted && files !== 0);
    },
  },
};

/** Either may be shortened. */
function isSameCommit(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
