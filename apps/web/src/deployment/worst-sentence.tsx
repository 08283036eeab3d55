import type { DeploymentView } from '@lastgood/api-client';
import { useNow } from '../clock/use-now.ts';
import { breachTimeAt } from '../trigger/breach-time.ts';
import { consequence, firingWords, readingAgainstThreshold } from '../trigger/trigger-words.ts';
import classes from './deployment-head.module.css';

/** What is wrong and what follows, in one line at the top, while something breaches; nothing otherwise. */
export function WorstSentence({ view }: { view: DeploymentView }) {
  const now = useNow();
  if (!view.deployment.watched) return null;
  const worst =
    view.triggers.find((trigger) => trigger.phase === 'firing') ??
    view.triggers.find((trigger) => trigger.phase === 'pending');
  if (!worst) return null;
  const breach = breachTimeAt(worst, now, view.evaluator.intervalSeconds);
  return (
    <p className={classes.worst} data-phase={worst.phase}>
      {worst.name} <strong>{readingAgainstThreshold(worst)}</strong>,{' '}
      {breach ? consequence(worst, breach) : firingWords(worst)}
    </p>
  );
}
