import {
  type CommitLinks,
  commitLink,
  compareLink,
  type Deployment,
  type Differences,
  inFewWords,
} from '@lastgood/domain';
import type * as wire from './difference-schema.ts';

export function toDifferencesDto({ items, more, unknown }: Differences): wire.Differences {
  return { items, more, unknown, sentence: inFewWords({ items, more }) };
}

type Release = Pick<Deployment, 'release' | 'commit'>;

export function toCommitRange(links: CommitLinks, from: Release, to: Release): wire.CommitRange {
  const [older, newer] = from.release <= to.release ? [from, to] : [to, from];
  const toRef = ({ commit }: Release) => ({ commit, url: commitLink(links, commit) });
  return {
    from: toRef(from),
    to: toRef(to),
    compareUrl: compareLink(links, older.commit, newer.commit),
  };
}
