import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { QuietTrigger } from '../trigger/quiet-trigger.tsx';
import { TriggerPanel } from '../trigger/trigger-panel.tsx';
import classes from './trigger-row.module.css';

interface TriggerRowProps extends ComponentProps<typeof TriggerPanel> {
  /** A pointer is at work on the list: nothing opens or folds by itself meanwhile. */
  held: boolean;
}

/** A trigger with its chart while it says something or was opened, else in one line. */
export function TriggerRow({ held, ...panel }: TriggerRowProps) {
  const { trigger, series } = panel;
  const [opened, setOpened] = useState(false);
  const says =
    trigger.phase === 'firing' ||
    trigger.phase === 'pending' ||
    trigger.trouble !== null ||
    (trigger.companion?.trouble ?? null) !== null;
  const shown = useRef(says);
  const loud = held ? shown.current : says;
  useEffect(() => {
    shown.current = loud;
  }, [loud]);
  if (!loud && !opened)
    return (
      <div className={classes.line}>
        <QuietTrigger trigger={trigger} series={series} onOpen={() => setOpened(true)} />
      </div>
    );
  return (
    <div className={classes.open}>
      <TriggerPanel {...panel} />
      {!loud && (
        <UnstyledButton className={classes.fold} aria-expanded onClick={() => setOpened(false)}>
          <IconChevronDown size="1rem" aria-hidden /> Fold {trigger.name}
        </UnstyledButton>
      )}
    </div>
  );
}
