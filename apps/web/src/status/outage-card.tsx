import type { OutsideStatus } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { failsWord } from './outside-meaning.ts';
import classes from './status.module.css';

/** One system that does not answer: since when, why, which services cannot do what, and what works all the same. */
export function OutageCard({ outage }: { outage: OutsideStatus }) {
  const { kind, title, name, since, reason, impact, services, affected } = outage;
  const word = failsWord(kind);
  return (
    <section className={classes.outage} aria-label={`${title} ${name}`}>
      <MeaningMark said={{ meaning: 'act', word }} boxed />
      <h2>
        {title} {name} {word.toLowerCase()}
        {since && (
          <>
            {' '}
            since <Instant at={since} as="short" />
          </>
        )}
      </h2>
      {impact && (
        <>
          <p className={classes.impact}>{impact.sentence}</p>
          <p>{impact.meanwhile}</p>
        </>
      )}
      {reason && <p className={classes.dim}>It said: {reason}</p>}
      {affected.length > 0 && (
        <details>
          <summary>
            {services === affected.length
              ? 'The services'
              : `The first ${affected.length} of ${services} services`}
          </summary>
          <ul className={classes.names}>
            {affected.map((key) => (
              <li key={key}>
                <Link to={`/services/${key}`}>{key}</Link>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
