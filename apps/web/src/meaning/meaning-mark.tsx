import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCircle,
  IconCircleCheckFilled,
  IconHelpSquareRounded,
} from '@tabler/icons-react';
import type { Meaning, Said } from './meaning.ts';
import classes from './meaning-mark.module.css';

const shapes = {
  quiet: IconCircle,
  watch: IconAlertTriangleFilled,
  act: IconAlertOctagonFilled,
  done: IconCircleCheckFilled,
  unknown: IconHelpSquareRounded,
} satisfies Record<Meaning, typeof IconCircle>;

/** The shape of a meaning: circle, triangle, octagon, tick, question. */
export function MeaningIcon({ meaning, size = '1rem' }: { meaning: Meaning; size?: string }) {
  const Shape = shapes[meaning];
  return <Shape aria-hidden size={size} className={classes.icon} data-meaning={meaning} stroke={2} />;
}

/** Shape and word together; `boxed` gives it a ground of its own. */
export function MeaningMark({ said, boxed = false }: { said: Said; boxed?: boolean }) {
  return (
    <span className={classes.mark} data-meaning={said.meaning} data-boxed={boxed || undefined}>
      <MeaningIcon meaning={said.meaning} size="0.875rem" />
      <span className={classes.word}>{said.word}</span>
    </span>
  );
}
