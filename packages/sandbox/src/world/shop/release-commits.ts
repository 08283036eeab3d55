import type { BareRepository } from '../../gitops/bare-repository.ts';

/** A release as commits: on what it stands, and what it is. */
export interface ReleaseCommit {
  before: string | null;
  after: string;
}

/** The commits that a pipeline makes for its releases, by their tags. */
export interface ReleaseCommits {
  /** Makes the commit of a release. Who presses twice gets the same one, unless the branch has moved on by others. */
  prepare(tag: string): Promise<ReleaseCommit>;
  /** Puts it on the branch where it is not its newest yet, and answers with it. Throws where none was prepared. */
  ship(tag: string): Promise<string>;
}

interface ReleaseCommitsOptions {
  repository: Pick<BareRepository, 'head'>;
  /** The commit that the next release stands on, which is the newest of the branch then. */
  base(): Promise<string | null>;
  /** Makes the commit on top of it. */
  commit(tag: string): Promise<string>;
  push(commit: string): Promise<void>;
}

export function createReleaseCommits(options: ReleaseCommitsOptions): ReleaseCommits {
  const { repository, base, commit, push } = options;
  const made = new Map<string, ReleaseCommit>();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: two at once would stand on the same commit, and one of them could not be pushed. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  async function prepare(tag: string): Promise<ReleaseCommit> {
    const head = await repository.head();
    const known = made.get(tag);
    if (known && (head === known.before || head === known.after)) return known;
    const release = { before: await base(), after: await commit(tag) };
    made.set(tag, release);
    return release;
  }

  async function ship(tag: string): Promise<string> {
    const release = made.get(tag);
    if (!release) throw new Error(`no commit of ${tag} was prepared`);
    if ((await repository.head()) !== release.after) await push(release.after);
    return release.after;
  }

  return { prepare: (tag) => inTurn(() => prepare(tag)), ship: (tag) => inTurn(() => ship(tag)) };
}
