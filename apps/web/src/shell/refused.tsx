import { problemText } from './problem-toast.tsx';
import classes from './refused.module.css';

/** What was asked for was refused, or could not be asked: why, beside what asked. */
export function Refused({ error }: { error: unknown }) {
  const { title, detail } = problemText(error);
  return (
    <p role="alert" className={classes.refused}>
      {title}: {detail}
    </p>
  );
}
