import { type Problem, releaseHold } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { useState } from 'react';
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

type Released = 'not yet' | 'asking' | 'released' | { failed: string };

function Release({ holdId }: { holdId: string }) {
  const [state, setState] = useState<Released>('not yet');
  const release = () => {
    setState('asking');
    releaseHold(holdId).then(
      () => setState('released'),
      (error: Error) => setState({ failed: error.message }),
    );
  };
  if (state === 'released') return <p>The hold is released. It can be deployed again.</p>;
  return (
    <>
      {typeof state === 'object' && <p>{state.failed}</p>}
      <Button variant="default" h="var(--tap)" loading={state === 'asking'} onClick={release}>
        Release the hold
      </Button>
    </>
  );
}
