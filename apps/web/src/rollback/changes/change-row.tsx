import type { Difference } from '@lastgood/api-client';
import classes from './changes.module.css';

/** Where, and from what to what. A value that may be secret is not told; that it differs is. */
export function ChangeRow({ difference: { path, before, after, hidden, kind } }: { difference: Difference }) {
  return (
    <li className={classes.row}>
      <span className={classes.path}>{path}</span>
      {hidden ? (
        <span className={classes.dim}>{kind}; the value is not shown, it may be secret</span>
      ) : (
        <span className={classes.values}>
          <Value text={before} none="not set" /> <span aria-hidden>→</span>
          <span className={classes.spoken}> becomes </span> <Value text={after} none="removed" />
        </span>
      )}
    </li>
  );
}

function Value({ text, none }: { text: string | null; none: string }) {
  return text === null ? <span className={classes.dim}>{none}</span> : <code>{text}</code>;
}
