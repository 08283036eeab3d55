import { clockTime } from '../time/duration.ts';
import classes from './breach-bar.module.css';
import type { BreachTime } from './breach-time.ts';

/** How long a breach has lasted of what makes it fire, as a bar with its numbers beside it. */
export function BreachBar({ time, name }: { time: BreachTime; name: string }) {
  const share = time.needed === 0 ? 1 : Math.min(1, time.lasted / time.needed);
  const words = `for ${clockTime(time.lasted)} of ${clockTime(time.needed)}`;
  return (
    <div className={classes.breach} data-frozen={time.frozen || undefined}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={`Time in breach of ${name}`}
        aria-valuemin={0}
        aria-valuemax={time.needed}
        aria-valuenow={Math.round(time.lasted)}
        aria-valuetext={words}
      >
        <div className={classes.fill} style={{ transform: `scaleX(${share})` }} />
      </div>
      <span className={classes.words}>{words}</span>
    </div>
  );
}
