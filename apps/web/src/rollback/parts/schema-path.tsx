import type { SchemaMove } from '@lastgood/api-client';
import { spokenDuration } from '../../time/duration.ts';
import { lossesInWords } from '../losses/loss-words.ts';
import classes from './parts.module.css';

/** From which version to which, one by one, with what each takes and how long. */
export function SchemaPath({ moves, isOver }: { moves: readonly SchemaMove[]; isOver: boolean }) {
  const databases = [...new Set(moves.map(({ database }) => database))];
  return databases.map((database) => (
    <section key={database} className={classes.section} aria-label={`Schema of ${database}`}>
      <h3>
        Schema of <strong>{database}</strong>, version by version
      </h3>
      <ol>
        {moves
          .filter((move) => move.database === database)
          .map(({ step, from, to, expectedSeconds, losses }) => (
            <li key={step} className={classes.move}>
              <span>
                <code>{from}</code> → <code>{to}</code>
              </span>
              {!isOver && (
                <span className={classes.dim}>
                  {expectedSeconds === null ? 'time unknown' : spokenDuration(expectedSeconds)}
                </span>
              )}
              <span className={losses.length > 0 ? classes.loses : classes.dim}>
                {losses.length > 0
                  ? `${isOver ? 'lost' : 'loses'} ${lossesInWords(losses)}`
                  : 'no loss found'}
              </span>
            </li>
          ))}
      </ol>
    </section>
  ));
}
