import type { ReleaseFact, ReleaseFacts } from '../notification/facts.ts';
import type { Deployment } from './deployment.ts';
import { fromTo, releaseName } from './release-words.ts';

/** What of a release is told. */
export type ToldRelease = Pick<Deployment, 'release' | 'version' | 'commit' | 'origin'>;

/** The release in question and the one to go back to, each where it is known, and both in words. */
export function releaseFacts(from: ToldRelease | null, to: ToldRelease | null): ReleaseFacts {
  return { from: from && factOf(from), to: to && factOf(to), versions: versionsOf(from, to) };
}

function factOf({ release, version, commit }: ToldRelease): ReleaseFact {
  return { release, version, commit };
}

function versionsOf(from: ToldRelease | null, to: ToldRelease | null): string | null {
  if (from && to) return fromTo(from, to);
  const one = from ?? to;
  return one && releaseName(one);
}
