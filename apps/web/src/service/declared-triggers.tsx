import type { EffectiveTriggerView } from '@lastgood/api-client';
import { Link } from 'react-router';
import { TriggerQueries } from '../trigger/trigger-queries.tsx';
import { askingWords, severityWords } from '../trigger/trigger-words.ts';
import classes from './declared.module.css';

interface DeclaredTriggersProps {
  triggers: readonly EffectiveTriggerView[];
  /** Its key. */
  service: string;
}

/** The triggers as they apply to the service, each in one sentence with its query behind it. */
export function DeclaredTriggers({ triggers, service }: DeclaredTriggersProps) {
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
            {askingWords(trigger.asking).map((words) => (
              <p key={words} className={classes.dim}>
                {words}
              </p>
            ))}
            <Link to={`/triggers/backtest?${new URLSearchParams({ name: trigger.name, service })}`}>
              Backtest {trigger.name}
            </Link>
          </details>
        </li>
      ))}
    </ul>
  );
}
