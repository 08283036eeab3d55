import type { Standing } from '@lastgood/api-client';
import { Instant } from '../clock/instant.tsx';
import { SeenMark } from '../live/seen-mark.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { NextWords } from './next-words.tsx';
import classes from './standing-words.module.css';

/** The state of a standing as the server names it, with the shape of its meaning. */
export function StandingMark({ standing, boxed = false }: { standing: Standing; boxed?: boolean }) {
  // How a release ended does not change any more.
  const Mark = standing.state === 'past' ? MeaningMark : SeenMark;
  return <Mark said={standing} boxed={boxed} />;
}

/** What is wrong with number and limit, what follows by itself and when, what holds it back, since when. */
export function StandingWords({ standing }: { standing: Standing }) {
  const { lead, next, restraints, since, meaning, state } = standing;
  const seen = useSeenMeaning(meaning, state === 'past');
  return (
    <div className={classes.words} data-meaning={seen}>
      {lead && <p className={classes.lead}>{sentenceCase(lead)}</p>}
      {next && (
        <p className={classes.next}>
          <span className={classes.first}>
            <NextWords next={next} />
          </span>
        </p>
      )}
      {restraints.map((restraint) => (
        <p key={restraint} className={classes.restraint}>
          {sentenceCase(restraint)}
        </p>
      ))}
      {since && (meaning === 'act' || meaning === 'watch' || meaning === 'unknown') && (
        <p className={classes.dim}>
          since <Instant at={since} as="clock" />, <Instant at={since} />
        </p>
      )}
    </div>
  );
}

/** The same in one line, for rows: what is wrong, else what follows. */
export function StandingLine({ standing }: { standing: Standing }) {
  const { lead, next, restraints } = standing;
  const parts = [lead, ...restraints].filter(Boolean);
  return (
    <>
      {parts.length > 0 ? sentenceCase(parts.join('; ')) : null}
      {next && (
        <>
          {parts.length > 0 && ', '}
          <span className={parts.length > 0 ? undefined : classes.first}>
            <NextWords next={next} />
          </span>
        </>
      )}
    </>
  );
}
