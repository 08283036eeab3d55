import type { DeclaredTriggerView } from '@lastgood/api-client';
import { TriggerQueries } from '../trigger/trigger-queries.tsx';
import { severityWords } from '../trigger/trigger-words.ts';
import classes from './declared.module.css';

/** The triggers as they apply to the service, each in one sentence with its query behind it. */
export function DeclaredTriggers({ triggers }: { triggers: readonly DeclaredTriggerView[] }) {
  if (triggers.length === 0) return <p>No trigger watches it.</p>;
  return (
    <ul className={classes.list}>
      {triggers.map((trigger) => (
        <li key={trigger.name}>
          <details>
            <summary>
              <strong>{trigger.name}</strong>{' '}
              <span className={classes.dim}>
                {trigger.fires}, {trigger.shadow ? 'shadow: never acts' : severityWords[trigger.severity]}
              </span>
            </summary>
            {trigger.description && <p>{trigger.description}</p>}
            <TriggerQueries queries={trigger.queries} of={trigger.name} />
            {trigger.askedAlone !== null && (
              <p className={classes.dim}>Asked for each service by itself: {trigger.askedAlone}</p>
            )}
          </details>
        </li>
      ))}
    </ul>
  );
}
