import type { ReleaseRef } from '@lastgood/api-client';
import { Instant } from '../clock/instant.tsx';
import { proofWord } from '../meaning/meaning.ts';
import { shortMoment } from '../time/moment.ts';
import classes from './release.module.css';

/** `41 (verified Tue 14:02)`, as text. */
export function releaseText(release: ReleaseRef, now: number): string {
  return `${release.release} (${proofWord(release.proof)} ${shortMoment(Date.parse(release.at), now)})`;
}

/** A release with its version and how far it is trusted; an unproven one is said louder. */
export function ReleaseWords({ release }: { release: ReleaseRef }) {
  return (
    <span className={classes.release}>
      <strong>{release.release}</strong>
      {release.version && <span className={classes.version}>{release.version}</span>}
      <span className={classes.proof} data-loud={release.proof === 'unproven' || undefined}>
        {proofWord(release.proof)} <Instant at={release.at} as="short" />
      </span>
    </span>
  );
}
