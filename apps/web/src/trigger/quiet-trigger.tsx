import type { TriggerSeries, TriggerView } from '@lastgood/api-client';
import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { triggerMeaning } from '../meaning/meaning.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './quiet-trigger.module.css';
import { Sparkline } from './sparkline.tsx';
import { readingAgainstThreshold } from './trigger-words.ts';

const sparkLength = 40;

/** A trigger with nothing to say, in one line; a press opens its chart. */
export function QuietTrigger({
  trigger,
  series,
  onOpen,
}: {
  trigger: TriggerView;
  series: TriggerSeries | undefined;
  onOpen: () => void;
}) {
  const { meaning, word } = triggerMeaning(trigger);
  const values = (series?.points ?? []).slice(-sparkLength).map((point) => point.value);
  return (
    <UnstyledButton className={classes.line} aria-expanded={false} onClick={onOpen}>
      <IconChevronRight size="1rem" aria-hidden className={classes.chevron} />
      <MeaningIcon meaning={meaning} size="0.875rem" />
      <span className={classes.name}>{trigger.name}</span>
      <span className={classes.word}>{word}</span>
      <span className={classes.reading}>{readingAgainstThreshold(trigger)}</span>
      {values.length > 1 && (
        <Sparkline
          values={values}
          threshold={trigger.threshold}
          label={`Last ${values.length} values of ${trigger.name}`}
        />
      )}
    </UnstyledButton>
  );
}
