import type { OutsideStatus } from '@lastgood/api-client';
import { Instant } from '../clock/instant.tsx';
import { SeenMark } from '../live/seen-mark.tsx';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { outsideMeaning } from './outside-meaning.ts';
import classes from './status.module.css';

const kinds = {
  postgres: 'Database',
  metrics: 'Metric source',
  cluster: 'Cluster',
  signals: 'Alerts',
  notifier: 'Notifier',
} satisfies Record<OutsideStatus['kind'], string>;

/** Every system around Lastgood with what depends on it. */
export function OutsideTable({ outside }: { outside: readonly OutsideStatus[] }) {
  return (
    <ul className={classes.rows}>
      {outside.map((one) => (
        <li key={`${one.kind} ${one.name}`} className={classes.system}>
          <span>
            <SeenMark said={outsideMeaning(one)} />
          </span>
          <span>
            <strong>{one.name}</strong>{' '}
            <span className={classes.dim}>
              {one.title === kinds[one.kind] ? one.title : `${kinds[one.kind]}, ${one.title}`}
            </span>
          </span>
          <span className={classes.dim}>
            {needed(one)}
            {one.since && (
              <>
                {' '}
                · {sinceWord(one)} <Instant at={one.since} as="short" />
              </>
            )}
            {one.alerts && ` · ${alertsHeld(one.alerts)}`}
          </span>
          {one.state === 'unknown' && one.kind !== 'signals' && (
            <span className={classes.note}>
              {one.kind === 'notifier'
                ? 'Nothing has reached it yet, so nobody knows whether it would.'
                : 'Not asked yet.'}
            </span>
          )}
          {one.notes.map((note) => (
            <span key={note} className={classes.note}>
              {note}
            </span>
          ))}
        </li>
      ))}
      {!outside.some(({ kind }) => kind === 'notifier') && (
        <li className={classes.system}>
          <span>
            <MeaningMark said={{ meaning: 'unknown', word: 'None' }} />
          </span>
          <span>
            <strong>No notifier is configured</strong>
          </span>
          <span className={classes.dim}>Nobody is told of what happens unless they look here.</span>
        </li>
      )}
    </ul>
  );
}

function sinceWord({ kind, state }: OutsideStatus): string {
  if (kind === 'signals') return 'last heard from';
  return kind === 'notifier' && state === 'up' ? 'last message' : 'since';
}

function alertsHeld({ kept, open }: NonNullable<OutsideStatus['alerts']>): string {
  if (kept === 0) return 'no alert is kept';
  return `${kept} ${kept === 1 ? 'alert is' : 'alerts are'} kept, ${open} not resolved`;
}

function needed({ services, watched }: OutsideStatus): string {
  if (services === 0) return 'no service needs it';
  const of = services === 1 ? '1 service needs it' : `${services} services need it`;
  return watched === 0 ? of : `${of}, ${watched} watched`;
}
