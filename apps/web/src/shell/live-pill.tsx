import { Tooltip } from '@mantine/core';
import { useLiveState } from '../live/live-provider.tsx';
import classes from './live-pill.module.css';

const words = { connecting: 'Connecting', live: 'Live', lost: 'Lost' };
const longer = {
  connecting: 'Opening the live line',
  live: 'What you see changes as it happens',
  lost: 'The live line is lost; the notice below says how old what you see is',
};

/** Whether the page is live, in a dot and a word. */
export function LivePill() {
  const { phase } = useLiveState();
  return (
    <Tooltip label={longer[phase]}>
      <span className={classes.pill} data-phase={phase}>
        <span className={classes.dot} aria-hidden />
        <span className={classes.word}>{words[phase]}</span>
      </span>
    </Tooltip>
  );
}
