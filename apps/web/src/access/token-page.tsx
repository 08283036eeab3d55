import { ApiError, systemStatus } from '@lastgood/api-client';
import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { problemText } from '../shell/problem-toast.tsx';
import type { Access } from './access.ts';
import classes from './token-page.module.css';

/** A Lastgood that others can reach asks for a token before it shows anything. */
export function TokenPage({ access, onAccepted }: { access: Access; onAccepted: () => void }) {
  const [token, setToken] = useState('');
  const enter = useMutation({
    mutationFn: (given: string) => {
      access.present(given);
      return systemStatus();
    },
    onSuccess: onAccepted,
    onError: () => access.refuse(),
  });
  return (
    <main className={classes.page}>
      <title>Lastgood: a token is needed</title>
      <h1>A token is needed</h1>
      <p>
        This Lastgood can be reached from other machines, so it asks who is there. Whoever runs it has the
        tokens: their hashes stand under <code>server.tokens</code> in its configuration.
      </p>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate(token.trim());
        }}
      >
        <PasswordInput
          label="Token"
          description="Kept in this tab until it is closed."
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={enter.error ? refusal(enter.error) : undefined}
          autoComplete="off"
          data-autofocus
          autoFocus
        />
        <Button type="submit" h="var(--tap)" loading={enter.isPending} disabled={token.trim() === ''}>
          Open
        </Button>
      </form>
    </main>
  );
}

function refusal(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return 'This token is not known here.';
  const { title, detail } = problemText(error);
  return `${title}: ${detail}`;
}
