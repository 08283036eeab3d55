import type { UndoneCommits as Undone } from '@lastgood/api-client';
import classes from './parts.module.css';

const filesAtOnce = 5;

/** Which commits are undone in Git, whose they are, and what that touches. */
export function UndoneCommits({ undone, isOver }: { undone: Undone; isOver: boolean }) {
  const { repository, branch, path, isRestore, commits, files, moreFiles } = undone;
  const verb = isRestore ? `What is set back under ${path}` : isOver ? 'Reverted' : 'To be reverted';
  const rest = files.length - filesAtOnce + moreFiles;
  return (
    <section className={classes.section} aria-label={`Commits in ${repository}`}>
      <h3>
        {verb} in <strong>{repository}</strong> ({branch})
      </h3>
      <ul>
        {commits.map(({ id, subject, author }) => (
          <li key={id} className={classes.commit}>
            <code>{id}</code> <span>{subject}</span> {author && <span className={classes.dim}>{author}</span>}
          </li>
        ))}
      </ul>
      {files.length > 0 && (
        <p className={classes.dim}>
          Touches {files.slice(0, filesAtOnce).join(', ')}
          {rest > 0 && ` and ${rest} more`}
        </p>
      )}
    </section>
  );
}
