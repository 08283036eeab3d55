import type { Hold } from '@lastgood/api-client';
import { useReleaseHold } from '@lastgood/api-client/queries';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { makeStale } from '../live/stale-keys.ts';
import { ActionPopover } from '../run/action-popover.tsx';
import { releaseName } from '../run/release-names.ts';
import { showProblem } from '../shell/problem-toast.tsx';
import classes from './hold-card.module.css';
import { LetIn } from './let-in.tsx';

interface HoldCardProps {
  hold: Hold;
  onLetIn: (released: Hold) => void;
  /** It was let in, and that is final. */
  onOver: () => void;
}

/** A version that was taken back and may not be deployed again until a person says so. */
export function HoldCard({ hold, onLetIn, onOver }: HoldCardProps) {
  const queries = useQueryClient();
  const release = useReleaseHold({
    mutation: {
      onError: showProblem,
      onSuccess(released) {
        onLetIn(released);
        return makeStale(queries, { resource: 'hold', id: hold.id });
      },
    },
  });
  const version = heldVersion(hold);
  const isLetIn = hold.releasedAt !== null;
  return (
    <section className={classes.hold} aria-label={`Held version ${version}`}>
      <p className={classes.title}>
        {isLetIn ? <IconLockOpen size="1rem" aria-hidden /> : <IconLock size="1rem" aria-hidden />}
        {isLetIn ? `${version} may be deployed again` : `${version} is held: it may not be deployed again`}
      </p>
      <p>{hold.reason}</p>
      <p className={classes.dim}>
        Since <Instant at={hold.placedAt} />, by <Link to={`/runs/${hold.runId}`}>this rollback</Link>
      </p>
      <details className={classes.dim}>
        <summary>How it is recognised</summary>
        <code>template {hold.templateDigest}</code>
        {hold.imageDigests.map((digest) => (
          <code key={digest}>image {digest}</code>
        ))}
      </details>
      {isLetIn ? (
        <LetIn hold={hold} onOver={onOver} />
      ) : (
        <ActionPopover
          word={`Let ${version} be deployed again`}
          confirm={`Let ${version} in`}
          icon={<IconLockOpen size="1rem" />}
          action={{
            allowed: true,
            whyNot: null,
            leavesBehind: `Pipelines may deploy ${version} again. Nothing is deployed by this.`,
          }}
          pending={release.isPending}
          onConfirm={() => release.mutate({ id: hold.id })}
        />
      )}
    </section>
  );
}

/** What people call it. */
function heldVersion({ version, release }: Pick<Hold, 'version' | 'release'>): string {
  return release === null ? (version ?? 'this version') : releaseName({ release, version });
}
