import type { Differences } from '@lastgood/api-client';
import { ChangeRow } from './change-row.tsx';
import classes from './changes.module.css';

/** So many are read at a glance; the graver come first. */
const mostAtOnce = 5;

/** In what two releases differ: what matters at once, the rest when it is opened, and what could not be compared. */
export function Changes({ changes: { items, more, unknown } }: { changes: Differences }) {
  const rest = items.slice(mostAtOnce);
  const folded = rest.length + more;
  return (
    <div className={classes.changes}>
      {items.length === 0 && unknown.length === 0 && (
        <p className={classes.dim}>Nothing is known to differ.</p>
      )}
      <ul>
        {items.slice(0, mostAtOnce).map((one) => (
          <ChangeRow key={`${one.aspect} ${one.path}`} difference={one} />
        ))}
      </ul>
      {folded > 0 && (
        <details>
          <summary>{folded === 1 ? '1 other change' : `${folded} other changes`}</summary>
          <ul>
            {rest.map((one) => (
              <ChangeRow key={`${one.aspect} ${one.path}`} difference={one} />
            ))}
          </ul>
          {more > 0 && <p className={classes.dim}>{more} more are not listed.</p>}
        </details>
      )}
      {unknown.map((what) => (
        <p key={what} className={classes.dim}>
          Not compared: {what}
        </p>
      ))}
    </div>
  );
}
