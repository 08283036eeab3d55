import type { TriggerInput } from '@lastgood/api-client';
import { CopyText } from '../shell/copy-text.tsx';
import { spokenDuration } from '../time/duration.ts';
import { formatValue } from '../trigger/format-value.ts';
import { comparisonSign, severityWords } from '../trigger/trigger-words.ts';
import classes from './declared.module.css';

/** The triggers as they apply to the service, each in one sentence with its query behind it. */
export function DeclaredTriggers({ triggers }: { triggers: readonly TriggerInput[] }) {
  if (triggers.length === 0) return <p>No trigger watches it.</p>;
  return (
    <ul className={classes.list}>
      {triggers.map((trigger) => (
        <li key={trigger.name}>
          <details>
            <summary>
              <strong>{trigger.name}</strong>{' '}
              <span className={classes.dim}>
                {comparisonSign[trigger.comparison]} {formatValue(trigger.threshold, trigger.unit ?? '')} for{' '}
                {spokenDuration(trigger.forDuration)},{' '}
                {trigger.shadow ? 'shadow: never acts' : severityWords[trigger.severity]}
              </span>
            </summary>
            {trigger.description && <p>{trigger.description}</p>}
            <CopyText text={trigger.query} label={`Copy the query of ${trigger.name}`} />
          </details>
        </li>
      ))}
    </ul>
  );
}
