import type { Run } from '@lastgood/api-client';
import { signRun } from '@lastgood/api-client';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { makeStale } from '../live/stale-keys.ts';
import { showProblem } from '../shell/problem-toast.tsx';
import classes from './sign-run.module.css';
import { longestName, signature, useSignature } from './signature.ts';

/** Beside a rollback that was asked for without a name: who was it? Asked once, and never before the act. */
export function SignRun({ run }: { run: Pick<Run, 'id' | 'requester'> }) {
  const { name, isAsked } = useSignature();
  const [draft, setDraft] = useState('');
  const queries = useQueryClient();
  const sign = useMutation({
    mutationFn: () => signRun(run.id),
    onSuccess: () => makeStale(queries, { resource: 'run', id: run.id }),
    onError: showProblem,
  });
  if (run.requester.kind !== 'person' || run.requester.name !== 'dashboard') return null;
  if (name === null && isAsked) return null;
  return (
    <form
      className={classes.sign}
      onSubmit={(event) => {
        event.preventDefault();
        if (name === null) signature.become(draft);
        sign.mutate();
      }}
    >
      {name === null && (
        <TextInput
          className={classes.name}
          label="Who asked for this?"
          description="For the record. Kept in this browser and not proven; the rollback does not wait for it."
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
          maxLength={longestName}
          autoComplete="name"
        />
      )}
      <Button
        type="submit"
        h="var(--tap)"
        variant="default"
        loading={sign.isPending}
        disabled={name === null && draft.trim() === ''}
      >
        {name === null ? 'Sign it' : `Sign it as ${name}`}
      </Button>
      {name === null && (
        <Button h="var(--tap)" variant="subtle" color="gray" onClick={signature.decline}>
          Do not ask
        </Button>
      )}
    </form>
  );
}
