import type { AppliedOverride, EffectiveTriggerView } from '@lastgood/api-client';
import { Link } from 'react-router';
import { TriggerQueries } from '../trigger/trigger-queries.tsx';
import { askingWords, severityWords } from '../trigger/trigger-words.ts';
import classes from './declared.module.css';

interface DeclaredTriggersProps {
  triggers: readonly EffectiveTriggerView[];
  /** What the service says otherwise than its sets. One that does nothing stands among the warnings. */
  overrides: readonly AppliedOverride[];
  /** Its key. */
  service: string;
}

/** The triggers as they apply to the service, each in one sentence with its query behind it. */
export function DeclaredTriggers({ triggers, overrides, service }: DeclaredTriggersProps) {
  const off = overrides.filter(({ effect }) => effect === 'off');
  const wordsOf = (name: string) =>
    overrides
      .filter(({ trigger, effect }) => trigger === name && effect === 'changed')
      .flatMap(({ words }) => words);
  if (triggers.length === 0 && off.length === 0) return <p>No trigger watches it.</p>;
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
              {wordsOf(trigger.name).map((words) => (
                <span key={words} className={classes.override}>
                  {words}
                </span>
              ))}
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
      {off.map(({ trigger, words }) => (
        <li key={trigger} className={classes.dim}>
          <strong>{trigger}</strong> {words.join(', ')}
        </li>
      ))}
    </ul>
  );
}
