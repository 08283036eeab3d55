import type { Hold, Problem } from '@lastgood/api-client';
import { useReleaseHold } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { LetIn } from '../service/let-in.tsx';
import classes from './problem-note.module.css';

/** What went wrong, and what can be done about it from here. */
export function ProblemNote({ detail, problem }: { detail: string; problem: Problem | null }) {
  return (
    <div className={classes.note}>
      <p>{detail}</p>
      {problem?.runId && <a href={`/runs/${problem.runId}`}>Open the rollback it speaks of</a>}
      {problem?.holdId && <Release holdId={problem.holdId} />}
    </div>
  );
}

/** Asks once, and can be undone for as long as the server takes it. */
function Release({ holdId }: { holdId: string }) {
  const [asked, setAsked] = useState(false);
  const [letIn, setLetIn] = useState<Hold | null>(null);
  const release = useReleaseHold({ mutation: { onSuccess: setLetIn } });
  if (letIn)
    return (
      <>
        <p>It may be deployed again.</p>
        <LetIn hold={letIn} onOver={() => setLetIn(null)} />
      </>
    );
  if (release.data) return null;
  return (
    <>
      {release.error && <p>{release.error.message}</p>}
      {asked && <p>Pipelines may deploy this version again. Nothing is deployed by this.</p>}
      <Button
        variant="default"
        h="var(--tap)"
        loading={release.isPending}
        onClick={() => (asked ? release.mutate({ id: holdId }) : setAsked(true))}
      >
        {asked ? 'Yes, let it in' : 'Let it be deployed again'}
      </Button>
    </>
  );
}
