import { clockTime } from '../time/duration.ts';
import type { HoldNow } from './hold.ts';
import classes from './hold-bar.module.css';

/** How much of the hold is over, as a bar with its numbers beside it. */
export function HoldBar({ hold, name }: { hold: HoldNow; name: string }) {
  const share = hold.needed === 0 ? 1 : Math.min(1, hold.held / hold.needed);
  const words = `lasting ${clockTime(hold.held)} of ${clockTime(hold.needed)}`;
  return (
    <div className={classes.hold} data-frozen={hold.frozen || undefined}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={`Hold of ${name}`}
        aria-valuemin={0}
        aria-valuemax={hold.needed}
        aria-valuenow={Math.round(hold.held)}
        aria-valuetext={words}
      >
        <div className={classes.fill} style={{ transform: `scaleX(${share})` }} />
      </div>
      <span className={classes.words}>{words}</span>
    </div>
  );
}
