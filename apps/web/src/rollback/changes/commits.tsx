import type { CommitRange } from '@lastgood/api-client';
import { OutsideLink } from '../../deployment/outside-link.tsx';
import classes from './changes.module.css';

/** The commits of two releases, with links where the service says where they are shown. */
export function Commits({ commits: { from, to, compareUrl } }: { commits: CommitRange }) {
  if (from.commit === null && to.commit === null) return null;
  return (
    <p className={classes.commits}>
      <span className={classes.dim}>Commits</span>
      <Commit of={from} /> <span aria-hidden>→</span> <Commit of={to} />
      {compareUrl !== null && <OutsideLink url={compareUrl} title="All between them" />}
    </p>
  );
}

const shortLength = 10;

/** A commit as people name it; whole on hover. */
export function Commit({ of: { commit, url } }: { of: CommitRange['from'] }) {
  if (commit === null) return <span className={classes.dim}>not recorded</span>;
  const short = commit.slice(0, shortLength);
  return url === null ? <code title={commit}>{short}</code> : <OutsideLink url={url} title={short} />;
}
