import type { ImportedAlert, TriggerInput } from '@lastgood/api-client';
import { Checkbox, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { MeaningMark } from '../../meaning/meaning-mark.tsx';
import { CopyText } from '../../shell/copy-text.tsx';
import { spokenDuration } from '../../time/duration.ts';
import { formatValue } from '../format-value.ts';
import { severityWords } from '../trigger-words.ts';
import { handOver } from '../write/draft.ts';
import classes from './import.module.css';
import { outcomeSaid } from './imported.ts';

interface ImportedRuleProps {
  alert: ImportedAlert;
  isTaken: boolean;
  onTake: (taken: boolean) => void;
}

/** What one alert becomes, and what is otherwise or why it becomes nothing. */
export function ImportedRule({ alert, isTaken, onTake }: ImportedRuleProps) {
  const { group, name, outcome, triggers, notes } = alert;
  return (
    <li>
      <div className={classes.head}>
        {triggers.length > 0 ? (
          <Checkbox
            size="md"
            label={<strong>{name}</strong>}
            checked={isTaken}
            onChange={({ currentTarget }) => onTake(currentTarget.checked)}
          />
        ) : (
          <strong>{name}</strong>
        )}
        <span className={classes.dim}>{group}</span>
        <MeaningMark said={outcomeSaid[outcome]} />
      </div>
      {notes.map((note) => (
        <p key={note} className={classes.notes}>
          {note}
        </p>
      ))}
      {triggers.map((trigger) => (
        <ImportedTrigger key={trigger.name} trigger={trigger} />
      ))}
    </li>
  );
}

function ImportedTrigger({ trigger }: { trigger: TriggerInput }) {
  // A rule file yields this kind alone; what another would be, its declaration says.
  if (!('threshold' in trigger && 'query' in trigger))
    return <p className={classes.trigger}>{trigger.name}</p>;
  return (
    <div className={classes.trigger}>
      <p>
        <strong>{trigger.name}</strong> <span className={classes.dim}>{whenWords(trigger)}</span>{' '}
        <Link to="/triggers/try" state={handOver(trigger)}>
          Try it<VisuallyHidden>: {trigger.name}</VisuallyHidden>
        </Link>
      </p>
      <CopyText text={trigger.query} label={`Copy the query of ${trigger.name}`} />
    </div>
  );
}

type Threshold = Extract<TriggerInput, { threshold: number }>;

/** "> 5 % for 2 min, keeps firing 5 min, pages and suggests; no data counts as healthy" */
export function whenWords(trigger: Threshold): string {
  const { comparison, threshold, unit = '', forDuration, keepFiringFor = 0, severity, onNoData } = trigger;
  const limit = `${comparison === 'greater_than' ? '>' : '<'} ${formatValue(threshold, unit)}`;
  const words = [
    `${limit} ${forDuration > 0 ? `for ${spokenDuration(forDuration)}` : 'at once'}`,
    keepFiringFor > 0 && `keeps firing ${spokenDuration(keepFiringFor)}`,
    severityWords[severity],
  ].filter(Boolean);
  return `${words.join(', ')}${onNoData === 'healthy' ? '; no data counts as healthy' : ''}`;
}
