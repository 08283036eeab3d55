import type { Loss } from '@lastgood/api-client';
import { MeaningIcon } from '../../meaning/meaning-mark.tsx';
import classes from './parts.module.css';

/** What is lost for good with a plan, or was with a run that is done. */
export function LossList({ losses, isOver }: { losses: readonly Loss[]; isOver: boolean }) {
  if (losses.length === 0) return null;
  const title = isOver ? 'What was lost for good' : 'Lost for good';
  return (
    <section className={classes.lost} aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {losses.map(({ name, text }) => (
          <li key={name} className={classes.loss}>
            <MeaningIcon meaning="act" /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
