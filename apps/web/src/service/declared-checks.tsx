import type { DeclaredCheckView } from '@lastgood/api-client';
import { spokenDuration } from '../time/duration.ts';
import classes from './declared.module.css';

/** What a rollback of the service must prove. */
export function DeclaredChecks({ checks }: { checks: readonly DeclaredCheckView[] }) {
  if (checks.length === 0) {
    return (
      <p className={classes.dim}>
        None declared. A rollback is still proven by the replicas that serve the recorded images, and by the
        triggers that had fired.
      </p>
    );
  }
  return (
    <ul className={classes.list}>
      {checks.map((check) => (
        <li key={check.name}>
          <strong>{check.name}</strong>{' '}
          <span className={classes.dim}>
            {check.type}: {check.asks}, expected {check.expected}, {check.passes} in a row within{' '}
            {spokenDuration(check.timeout)}, asked every {spokenDuration(check.every)}
          </span>
        </li>
      ))}
    </ul>
  );
}
