import type { ReleaseRef } from '@lastgood/api-client';
import { Instant } from '../clock/instant.tsx';
import { proofWord } from '../meaning/meaning.ts';
import { shortMoment } from '../time/moment.ts';
import classes from './release.module.css';
import { releaseLead } from './release-names.ts';

/** `v41 (release 2, verified Tue 14:02)`, as text. */
export function releaseText(release: ReleaseRef, now: number): string {
  const proof = `${proofWord(release.proof)} ${shortMoment(Date.parse(release.at), now)}`;
  return release.version === null
    ? `release ${release.release} (${proof})`
    : `${releaseLead(release)} (release ${release.release}, ${proof})`;
}

/** A release with its version and how far it is trusted; an unproven one is said louder. */
export function ReleaseWords({ release }: { release: ReleaseRef }) {
  return (
    <span className={classes.release}>
      <strong>{releaseLead(release)}</strong>
      {release.version !== null && <span className={classes.number}>release {release.release}</span>}
      <span className={classes.proof} data-loud={release.proof === 'unproven' || undefined}>
        {proofWord(release.proof)} <Instant at={release.at} as="short" />
      </span>
    </span>
  );
}
