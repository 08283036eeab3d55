import type { CheckInput } from '@lastgood/api-client';
import { spokenDuration } from '../time/duration.ts';
import classes from './declared.module.css';

const defaults = { passes: 3, timeout: 300, every: 5 };

/** What a rollback of the service must prove. Absent members show the API's defaults. */
export function DeclaredChecks({ checks }: { checks: readonly CheckInput[] }) {
  if (checks.length === 0) {
    return (
      <p className={classes.dim}>
        None declared. A rollback is still proven by the replicas that serve the old digests.
      </p>
    );
  }
  return (
    <ul className={classes.list}>
      {checks.map((check) => (
        <li key={check.name} className={classes.check}>
          <strong>{check.name}</strong>{' '}
          <span className={classes.dim}>
            {check.type}: {expectation(check)}, {check.passes ?? defaults.passes} in a row within{' '}
            {spokenDuration(check.timeout ?? defaults.timeout)}, asked every{' '}
            {spokenDuration(check.every ?? defaults.every)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function expectation(check: CheckInput): string {
  if (check.type === 'http') return `GET ${check.url ?? ''} answers ${check.expectedStatus ?? 200}`;
  if (check.type === 'kubernetes')
    return `${check.workload ? `${check.workload.kind} ${check.workload.name}` : 'its workloads'} stable`;
  return `${check.query ?? ''} ${check.comparator ?? '<='} ${check.expected ?? ''}`;
}
