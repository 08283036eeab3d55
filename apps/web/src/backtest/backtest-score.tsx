import type { BacktestResult } from '@lastgood/api-client';
import { Instant } from '../clock/instant.tsx';
import { counted } from '../meaning/counted.ts';
import page from '../trigger/write/write.module.css';
import classes from './backtest.module.css';
import { scoreFacts } from './backtest-words.ts';

/** How good the trigger is, in words and with what each number is a share of. */
export function BacktestScoreSection({ result }: { result: BacktestResult }) {
  return (
    <section className={page.card} aria-labelledby="score">
      <h2 id="score">2. How good it is</h2>
      <p className={classes.sentence}>{result.words}</p>
      <dl className={classes.facts}>
        {scoreFacts(result).map(({ name, value, means }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <strong>{value}</strong> <span>{means}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className={page.dim}>
        {counted(result.deployments, 'deployment')} of {counted(result.services.length, 'service')}, from{' '}
        <Instant at={result.from} as="short" /> to <Instant at={result.to} as="short" />.
      </p>
      {result.notes.map((note) => (
        <p key={note} className={page.dim}>
          {note}
        </p>
      ))}
    </section>
  );
}
